// The case on the screen and, off it, the one after it: made and laid out while the person looks at the first, so that a decision
// only has to move it in. What isn't on the screen hears no key, takes no focus and is not read out.
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import type { CaseOnScreen } from "../ipc/types.gen";
import { Unheard } from "../keys/useKeys";
import css from "./Seat.module.css";

/** The case on the screen is painted first. Who decides faster than this waits for the next to be made, a few milliseconds. */
const AFTER_PAINT_MS = 120;

/** A case as it was when it came: another revision or content is another one. */
export const keyOfCase = ({ id, revision, content_hash }: CaseOnScreen): string => `${id} ${revision} ${content_hash}`;

/** Counted from a frame: a first one can take longer than the wait itself. */
function afterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run, AFTER_PAINT_MS);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** The cases to seat: the one on the screen first, and once it has been painted the next. */
export function useSeated(shown: CaseOnScreen, next: CaseOnScreen | undefined): readonly CaseOnScreen[] {
  const key = keyOfCase(shown);
  const [painted, setPainted] = useState<string | undefined>(undefined);
  useEffect(() => afterPaint(() => setPainted(key)), [key]);
  return next === undefined || painted !== key || keyOfCase(next) === key ? [shown] : [shown, next];
}

/** The same function from render to render, so that what was made with it isn't made again. */
export function useSteady<A extends readonly unknown[], R>(run: (...args: A) => R): (...args: A) => R {
  const latest = useRef(run);
  useLayoutEffect(() => {
    latest.current = run;
  });
  const steady = useRef((...args: A) => latest.current(...args));
  return steady.current;
}

/** Where seats stand: one on the screen, the others beside it. */
export function Seats({ children }: { children: ReactNode }) {
  return <div className={css.seats}>{children}</div>;
}

/** `data-still`: nothing in it scrolls yet. What scrolls is a layer of its own to the compositor, which in the picture of a next case costs more than that case. */
export function Seat({ off, children }: { off: boolean; children: ReactNode }) {
  const unheard = useRef(off);
  const [still, setStill] = useState(true);
  useEffect(() => (off ? undefined : afterPaint(() => setStill(false))), [off]);
  useLayoutEffect(() => {
    unheard.current = off;
  }, [off]);
  return (
    <div className={off ? `${css.seat} ${css.off}` : css.seat} inert={off} aria-hidden={off || undefined} data-still={off || still || undefined}>
      <Unheard value={unheard}>{children}</Unheard>
    </div>
  );
}
