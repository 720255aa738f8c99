// The state of a match bound to its draft: what the reducer says goes to the desk, what commits at once goes out.
import { useCallback, useMemo, useRef, useState } from "react";
import type { AttributeRow, MatchPreview, MatchView } from "../../ipc/types.gen";
import type { BenchProps } from "../contract";
import { cannotTell, withVerdict } from "../draft";
import { useCommit, useDraft, type UseDraft } from "../useDraft";
import { allDifferent, allSame, initial, reduce, verdictOf, type MatchEvent, type MatchState } from "./reducer";

export interface Match {
  view: MatchView;
  state: MatchState;
  draft: UseDraft;
  send: (event: MatchEvent, pace?: "now" | "typing") => void;
  /** These three put a decision on disk at once. */
  same: () => void;
  different: () => void;
  cannotTell: () => void;
  /** Commits the groups as they stand. */
  save: () => void;
}

export function useMatch({ case: shown, view, busy, onCommit }: BenchProps<"identity_match">): Match {
  const draft = useDraft(shown);
  const [state, setState] = useState(() => initial(view, shown.draft.verdict));
  const commit = useCommit({ busy, onCommit }, draft, { linksShown: shown.show_machine && view.links.length > 0, revealed: state.revealed });
  const latest = useRef(state);
  const { change, inTurn, drafting } = draft;

  const apply = useCallback((event: MatchEvent, pace?: "now" | "typing") => {
    const before = latest.current;
    const next = reduce(view, before, event);
    if (next === before) return;
    latest.current = next;
    setState(next);
    if (next.groups !== before.groups || next.kept !== before.kept || next.unsure !== before.unsure) change((d) => withVerdict(d, verdictOf(view, next)), pace);
  }, [view, change]);

  const send = useCallback((event: MatchEvent, pace?: "now" | "typing") => {
    if (pace === "typing") apply(event, pace);
    else inTurn(() => apply(event));
  }, [inTurn, apply]);

  return useMemo(() => ({
    view, state, draft, send,
    same: () => commit.now(withVerdict(drafting.state.draft, allSame(view, latest.current))),
    different: () => commit.now(withVerdict(drafting.state.draft, allDifferent(view, latest.current))),
    cannotTell: () => commit.now(cannotTell(drafting.state.draft)),
    save: commit.chosen,
  }), [view, state, draft, send, commit, drafting]);
}

/** Whether the values of this attribute are covered: the desk masks it, and nobody asked to see it. */
export function covered({ masked, attribute }: Pick<AttributeRow, "masked" | "attribute">, { revealed }: Pick<MatchState, "revealed">): boolean {
  return masked && !revealed.includes(attribute);
}

/** Attribute to the ids of the records whose value survives in some golden record, joined: what is marked in the table. */
export function keptIn({ state }: Match, preview: MatchPreview | null): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  // Before anybody grouped three or more, the golden record stands for a question nobody has asked yet.
  if (state.groups.every((group) => group === 0)) return kept;
  for (const { fields } of preview?.golden ?? []) {
    for (const { attribute, records } of fields) kept.set(attribute, [...(kept.get(attribute)?.split("\n") ?? []), ...records].join("\n"));
  }
  return kept;
}
