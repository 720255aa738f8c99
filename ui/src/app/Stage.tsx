// The workbenches of the case on the screen and of the next one.
import { memo, useCallback } from "react";
import type { Commit } from "../bench/contract";
import { Workbench } from "../bench/Workbench";
import type { CaseOnScreen } from "../ipc/types.gen";
import { keyOfCase, Seat, Seats, useSteady } from "./Seat";

export interface StageProps {
  /** The one on the screen first. */
  seated: readonly CaseOnScreen[];
  /** Another one: the case on the screen is made anew, with another draft. */
  turn?: number;
  busy: boolean;
  onCommit: (of: CaseOnScreen, commit: Commit) => Promise<void>;
  onSkip: () => void;
}

export function Stage({ seated, turn = 0, busy, onCommit, onSkip }: StageProps) {
  const commit = useSteady(onCommit);
  const skip = useSteady(onSkip);
  return (
    <Seats>
      {seated.map((one, index) => <Seat key={index === 0 && turn > 0 ? `${keyOfCase(one)} ${turn}` : keyOfCase(one)} off={index > 0}><Bench of={one} busy={busy && index === 0} onCommit={commit} onSkip={skip} /></Seat>)}
    </Seats>
  );
}

/** Made once: coming onto the screen changes nothing in it. */
const Bench = memo(function Bench({ of, busy, onCommit, onSkip }: Pick<StageProps, "busy" | "onCommit" | "onSkip"> & { of: CaseOnScreen }) {
  const commit = useCallback((made: Commit) => onCommit(of, made), [onCommit, of]);
  return <Workbench case={of} busy={busy} onCommit={commit} onSkip={onSkip} />;
});
