// The key scopes of this window, for React.
import { createContext, useContext, useLayoutEffect, useRef, type ReactNode, type RefObject } from "react";
import { KeyScopes, type KeyActions, type Level } from "./dispatch";

const KeysContext = createContext<KeyScopes | null>(null);

/** What lies under this has keys and isn't heard as long as it says so. A reference, so that being heard again renders nothing. */
export const Unheard = createContext<RefObject<boolean>>({ current: false });

/** Listens on the window, before any control does, so that a key has one meaning wherever the focus is. */
export function KeysProvider({ scopes, children }: { scopes?: KeyScopes; children: ReactNode }) {
  const own = useRef<KeyScopes | null>(null);
  own.current ??= scopes ?? new KeyScopes();
  const keys = own.current;
  // Before paint: whoever sees a page may press a key on it.
  useLayoutEffect(() => {
    const down = (event: KeyboardEvent) => keys.keydown(event);
    const up = (event: KeyboardEvent) => keys.keyup(event);
    const blur = () => keys.blur();
    window.addEventListener("keydown", down, true);
    window.addEventListener("keyup", up, true);
    window.addEventListener("blur", blur);
    return () => {
      window.removeEventListener("keydown", down, true);
      window.removeEventListener("keyup", up, true);
      window.removeEventListener("blur", blur);
    };
  }, [keys]);
  return <KeysContext value={keys}>{children}</KeysContext>;
}

export function useKeyScopes(): KeyScopes {
  const keys = useContext(KeysContext);
  if (keys === null) throw new Error("useKeyScopes needs a KeysProvider above it");
  return keys;
}

/** Gives the keys these meanings while the component is there. `modal` hides the scopes below. */
export function useKeys(actions: KeyActions, level: Level, { modal = false, active = true }: { modal?: boolean; active?: boolean } = {}): void {
  const keys = useKeyScopes();
  const unheard = useContext(Unheard);
  const latest = useRef(actions);
  // Before paint, so that the keys of a new case are in place when it is seen.
  useLayoutEffect(() => {
    latest.current = actions;
  });
  useLayoutEffect(() => {
    if (!active) return;
    return keys.add({ level, modal, heard: () => !unheard.current, actions: () => latest.current });
  }, [keys, level, modal, active, unheard]);
}
