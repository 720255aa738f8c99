// Committing what can't be undone: hold for a second, or press and then proceed. It decides nothing but when.
import { createContext, useCallback, useContext, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { KeyAction } from "./dispatch";

export const HOLD_MS = 1000;

/** For who can't hold a key: pressing never starts a hold, it always offers to proceed. Set from the settings. */
export const HoldByPress = createContext(false);

export interface Hold {
  /** Being held right now: the button fills. */
  holding: boolean;
  /** Pressed and let go: `P` or the Proceed button now commits; Esc stays. */
  armed: boolean;
  commit: KeyAction;
  /** Present while armed. */
  proceed: KeyAction | undefined;
  /** Present while armed: Esc takes it back. */
  close: KeyAction | undefined;
  /** For the committing button itself, so that it can be held by pointer and, when it has the focus, by Enter or Space. */
  buttonProps: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerUp: () => void;
    onPointerLeave: () => void;
    onPointerCancel: () => void;
    onKeyDown: (event: KeyboardEvent) => void;
    onKeyUp: (event: KeyboardEvent) => void;
    onBlur: () => void;
  };
}

export function useHold({ onCommit, mustHold, unavailable }: { onCommit: () => void; mustHold: boolean; unavailable?: string | undefined }): Hold {
  const byPress = useContext(HoldByPress);
  const [holding, setHolding] = useState(false);
  const [armed, setArmed] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const latest = useRef(onCommit);
  latest.current = onCommit;

  const stop = useCallback(() => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    setHolding(false);
  }, []);
  const commitNow = useCallback(() => {
    stop();
    setArmed(false);
    latest.current();
  }, [stop]);
  const begin = useCallback(() => {
    if (unavailable !== undefined) return;
    if (!mustHold) {
      commitNow();
      return;
    }
    if (byPress) {
      setArmed(true);
      return;
    }
    if (timer.current !== null) return;
    setArmed(false);
    setHolding(true);
    timer.current = setTimeout(commitNow, HOLD_MS);
  }, [byPress, commitNow, mustHold, unavailable]);
  /** Let go before the second was over: nothing is committed, and proceeding is offered. */
  const letGo = useCallback(() => {
    if (timer.current === null) return;
    stop();
    setArmed(true);
  }, [stop]);

  useEffect(() => stop, [stop]);
  useEffect(() => {
    if (!mustHold || unavailable !== undefined) {
      stop();
      setArmed(false);
    }
  }, [mustHold, unavailable, stop]);

  const pressed = (event: KeyboardEvent) => event.key === "Enter" || event.key === " ";
  return {
    holding,
    armed,
    commit: mustHold ? { run: begin, release: letGo, unavailable } : { run: begin, unavailable },
    proceed: armed ? { run: commitNow } : undefined,
    close: armed ? { run: () => setArmed(false) } : undefined,
    buttonProps: {
      onPointerDown: (event) => {
        if (event.button === 0) begin();
      },
      onPointerUp: letGo,
      onPointerLeave: letGo,
      onPointerCancel: letGo,
      onKeyDown: (event) => {
        if (!pressed(event)) return;
        event.preventDefault();
        if (!event.repeat) begin();
      },
      onKeyUp: (event) => {
        if (pressed(event)) letGo();
      },
      onBlur: letGo,
    },
  };
}
