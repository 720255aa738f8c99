// The state of a proposed action bound to its draft: what the reducer says goes to the desk; `↵` goes on to the next call or
// commits. What can't be undone is never committed by a press that wasn't asked to be held.
import { useCallback, useContext, useMemo, useRef, useState } from "react";
import type { BenchProps } from "../contract";
import { cannotTell, withVerdict } from "../draft";
import { OnlyLooking } from "../onlyLooking";
import { useCommit, useDraft, type UseDraft } from "../useDraft";
import { goesTo, reduce, start, verdictOf, type ActionAction, type ActionState } from "./reducer";

export interface Acting {
  state: ActionState;
  draft: UseDraft;
  act: (action: ActionAction, pace?: "now" | "typing") => void;
  /** On to the next open call, or commits. `held`: the person was made to hold or to confirm. */
  proceed: (held: boolean) => void;
  cannotTell: () => void;
  /** Where `↵` goes when it doesn't commit. */
  goesTo: number | undefined;
}

export function useAction({ case: shown, view, busy, onCommit }: BenchProps<"proposed_action">): Acting {
  const draft = useDraft(shown);
  const commit = useCommit({ busy, onCommit }, draft, { linksShown: false });
  const [state, setState] = useState(() => start(view, shown.draft.verdict));
  const latest = useRef(state);
  const { inTurn, drafting } = draft;
  const looking = useContext(OnlyLooking);

  const apply = useCallback((action: ActionAction, pace?: "now" | "typing") => {
    if (looking && action.do !== "move") return;
    const before = latest.current;
    const next = reduce(view, before, action);
    latest.current = next;
    setState(next);
    if (next.calls !== before.calls) drafting.change((d) => withVerdict(d, verdictOf(view, next)), pace);
  }, [view, drafting, looking]);

  const act = useCallback((action: ActionAction, pace?: "now" | "typing") => {
    if (pace === "typing") apply(action, pace);
    else inTurn(() => apply(action));
  }, [inTurn, apply]);

  const proceed = useCallback((held: boolean) => inTurn(async () => {
    // The key may have come before the desk's word on the newest draft: that word counts.
    const { settled, assessment } = await drafting.settle();
    const next = goesTo(latest.current, assessment.refusal?.pointer);
    if (next !== undefined) apply({ do: "move", to: next });
    else if (settled && (held || !assessment.irreversible)) return commit.ifJudgedWell();
    return false;
  }), [inTurn, apply, commit, drafting]);

  const to = goesTo(state, draft.assessment.refusal?.pointer);
  return useMemo(
    () => ({ state, draft, act, proceed, goesTo: to, cannotTell: () => commit.now(cannotTell(drafting.state.draft)) }),
    [state, draft, act, proceed, to, commit, drafting],
  );
}
