// The state of a conflict bound to its draft and its keys: what the reducer says goes to the desk, `U` and `↵` go on to the next
// attribute or commit.
import { useCallback, useContext, useMemo, useRef, useState } from "react";
import type { BenchProps } from "../contract";
import { cannotTell, withVerdict } from "../draft";
import { OnlyLooking } from "../onlyLooking";
import { useCommit, useDraft, type UseDraft } from "../useDraft";
import { goesTo, isAnswered, nextOpen, reduce, start, verdictOf, type ConflictAction, type ConflictState } from "./reducer";

export interface Conflict {
  state: ConflictState;
  draft: UseDraft;
  act: (action: ConflictAction, pace?: "now" | "typing") => void;
  /** The attribute at the cursor is unknown; commits when that was the last one open. */
  unknown: () => void;
  /** On to the next open attribute, or commits. */
  proceed: () => void;
  /** Nothing of the case can be told. */
  cannotTell: () => void;
  /** Where `↵` goes when it doesn't commit. */
  goesTo: number | undefined;
}

export function useConflict({ case: shown, view, busy, onCommit }: BenchProps<"data_conflict">): Conflict {
  const draft = useDraft(shown);
  const commit = useCommit({ busy, onCommit }, draft, { linksShown: false });
  const [state, setState] = useState(() => start(view, shown.draft.verdict));
  const latest = useRef(state);
  const { inTurn, drafting } = draft;
  const looking = useContext(OnlyLooking);

  const apply = useCallback((action: ConflictAction, pace?: "now" | "typing") => {
    if (looking && action.do !== "move") return;
    const before = latest.current;
    const next = reduce(view, before, action);
    latest.current = next;
    setState(next);
    if (next.chosen !== before.chosen) drafting.change((d) => withVerdict(d, verdictOf(view, next)), pace);
  }, [view, drafting, looking]);

  const act = useCallback((action: ConflictAction, pace?: "now" | "typing") => {
    if (pace === "typing") apply(action, pace);
    else inTurn(() => apply(action));
  }, [inTurn, apply]);

  const unknown = useCallback(() => inTurn(() => {
    if (looking) return;
    const { at } = latest.current;
    const wasOpen = !isAnswered(view, latest.current, at);
    const next = reduce(view, latest.current, { do: "unknown" });
    const open = nextOpen(view, next, at);
    if (open === undefined && (wasOpen || view.attributes.length === 1)) {
      latest.current = next;
      setState(next);
      commit.now(withVerdict(drafting.state.draft, verdictOf(view, next)));
      return;
    }
    apply({ do: "unknown" });
    if (open !== undefined) apply({ do: "move", to: open });
  }), [view, inTurn, apply, commit, drafting, looking]);

  const to = goesTo(view, state, draft.assessment.refusal?.pointer);
  const proceed = useCallback(() => inTurn(async () => {
    const { assessment } = await drafting.settle();
    const next = goesTo(view, latest.current, assessment.refusal?.pointer);
    if (next === undefined) return commit.ifJudgedWell();
    apply({ do: "move", to: next });
    return false;
  }), [view, inTurn, apply, commit, drafting]);

  return useMemo(
    () => ({ state, draft, act, unknown, proceed, goesTo: to, cannotTell: () => commit.now(cannotTell(drafting.state.draft)) }),
    [state, draft, act, unknown, proceed, to, commit, drafting],
  );
}
