// The case on the screen and, off it, the one after it: made and laid out while the person looks at the first, so that a decision
// only has to move it in. What isn't on the screen hears no key, takes no focus and is not read out.
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Commit } from "../bench/contract";
import { Workbench } from "../bench/Workbench";
import type { CaseOnScreen } from "../ipc/types.gen";
import { Unheard } from "../keys/useKeys";
import css from "./Stage.module.css";

/** The case on the screen is painted first. Who decides faster than this waits for the next to be made, a few milliseconds. */
const AFTER_PAINT_MS = 120;

/** A case as it was when it came: another revision or content is another one. */
export const keyOfCase = ({ id, revision, content_hash }: CaseOnScreen): string => `${id} ${revision} ${content_hash}`;

export interface StageProps {
  shown: CaseOnScreen;
  /** Another one: the case on the screen is made anew, with another draft. */
  turn?: number;
  next: CaseOnScreen | undefined;
  busy: boolean;
  onCommit: (of: CaseOnScreen, commit: Commit) => Promise<void>;
  onSkip: () => void;
}

export function Stage({ shown, turn = 0, next, busy, onCommit, onSkip }: StageProps) {
  const key = keyOfCase(shown);
  const [painted, setPainted] = useState<string | undefined>(undefined);
  useEffect(() => {
    const timer = setTimeout(() => setPainted(key), AFTER_PAINT_MS);
    return () => clearTimeout(timer);
  }, [key]);
  // What the seats call stays the same from render to render, so that a case that was made is not made again when it comes on.
  const latest = useRef({ onCommit, onSkip });
  useLayoutEffect(() => {
    latest.current = { onCommit, onSkip };
  });
  const commit = useCallback((of: CaseOnScreen, made: Commit) => latest.current.onCommit(of, made), []);
  const skip = useCallback(() => latest.current.onSkip(), []);
  const seated = next === undefined || painted !== key || keyOfCase(next) === key ? [shown] : [shown, next];
  return (
    <div className={css.stage}>
      {seated.map((one) => <Seat key={one === shown && turn > 0 ? `${key} ${turn}` : keyOfCase(one)} of={one} off={one !== shown} busy={busy && one === shown} onCommit={commit} onSkip={skip} />)}
    </div>
  );
}

type SeatProps = Pick<StageProps, "busy" | "onCommit" | "onSkip"> & { of: CaseOnScreen; off: boolean };

function Seat({ of, off, busy, onCommit, onSkip }: SeatProps) {
  const unheard = useRef(off);
  useLayoutEffect(() => {
    unheard.current = off;
  }, [off]);
  const commit = useCallback((made: Commit) => onCommit(of, made), [onCommit, of]);
  return (
    <div className={off ? `${css.seat} ${css.off}` : css.seat} inert={off} aria-hidden={off || undefined}>
      <Unheard value={unheard}><Bench case={of} busy={busy} onCommit={commit} onSkip={onSkip} /></Unheard>
    </div>
  );
}

const Bench = memo(Workbench);
