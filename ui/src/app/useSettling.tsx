// Settling a dispute: the panel with both decisions, and the workbench's case with the one that was taken over as its draft. What
// such a draft leads to is asked of the desk before it is shown; reasons and comment stay the adjudicator's own.
import { useState, type ReactNode } from "react";
import { Dispute, type Which } from "../bench/dispute/Dispute";
import type { Commit } from "../bench/contract";
import { useToast } from "../kit/Toasts";
import { asCallError, call } from "../ipc/call";
import type { Assessment, CaseOnScreen, Draft } from "../ipc/types.gen";

interface Taken {
  /** Of this case, revision and content. */
  of: string;
  which: Which;
  turn: number;
  draft: Draft;
  assessment: Assessment;
}

export interface Settling {
  panel: ReactNode;
  shown: CaseOnScreen;
  /** Another one whenever the workbench begins anew. */
  turn: number;
}

export function useSettling(key: string, shown: CaseOnScreen, onCommit: (commit: Commit) => Promise<void>): Settling {
  const say = useToast();
  const [last, setLast] = useState<Taken | undefined>(undefined);
  const { dispute } = shown;
  if (dispute === null) return { panel: null, shown, turn: 0 };
  const taken = last?.of === key ? last : undefined;

  const take = async (which: Which) => {
    const { verdict, cannot_tell } = dispute[which];
    try {
      const now = await call("case", { case_id: shown.id });
      const draft = { ...now.draft, verdict, cannot_tell };
      const assessment = await call("draft", { case_id: shown.id, content_hash: shown.content_hash, draft });
      setLast((before) => ({ of: key, which, turn: (before?.turn ?? 0) + 1, draft, assessment }));
    } catch (thrown) {
      say(asCallError(thrown).message);
    }
  };
  const cannotTell = () => {
    const draft = { ...(taken?.draft ?? shown.draft), verdict: null, cannot_tell: true };
    // What goes wrong has been shown by the page.
    onCommit({ draft, linksShown: false, revealed: [] }).catch(() => undefined);
  };
  return {
    panel: <Dispute key={key} dispute={dispute} taken={taken?.which} onTake={(which) => void take(which)} onCannotTell={cannotTell} />,
    shown: taken === undefined ? shown : { ...shown, draft: taken.draft, assessment: taken.assessment },
    turn: taken?.turn ?? 0,
  };
}
