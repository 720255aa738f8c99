// The draft of the case on the screen, for a workbench, and the two ways to commit it. What it means is the workbench's and the desk's.
import { useCallback, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { call } from "../ipc/call";
import type { CaseOnScreen, Draft } from "../ipc/types.gen";
import type { WorkbenchProps } from "./contract";
import { Drafting, type DraftState } from "./drafting";
import { OnlyLooking } from "./onlyLooking";
import { Turns } from "./turns";

export interface UseDraft extends DraftState {
  /** A choice is in turn; typing is not, its field shows it at once. */
  change: Drafting["change"];
  /** For what keys do. */
  inTurn: Turns["take"];
  /** For what is done in turn already. */
  drafting: Drafting;
}

/** Of a case that is only looked at. */
const unchanged: Drafting["change"] = () => undefined;

export function useDraft(shown: CaseOnScreen): UseDraft {
  const looking = useContext(OnlyLooking);
  const own = useRef<Drafting | null>(null);
  own.current ??= new Drafting(shown.draft, shown.assessment, (draft) => call("draft", { case_id: shown.id, content_hash: shown.content_hash, draft }));
  const drafting = own.current;
  const turns = useRef<Turns | null>(null);
  turns.current ??= new Turns();
  const { take: inTurn } = turns.current;
  const change = useCallback<Drafting["change"]>((next, pace) => {
    if (pace === "typing") drafting.change(next, pace);
    else inTurn(() => drafting.change(next));
  }, [drafting, inTurn]);
  const state = useSyncExternalStore(drafting.subscribe, drafting.read);
  useEffect(() => () => drafting.leave(), [drafting]);
  return { ...state, change: looking ? unchanged : change, inTurn, drafting };
}

export interface Seen {
  linksShown: boolean;
  revealed?: readonly string[];
}

export interface Committing {
  /** Commits this draft straight away: for keys that decide at once. */
  now: (draft: Draft) => void;
  /** Commits what is chosen, once the desk has judged it and does not refuse it. */
  chosen: () => void;
  /** As `chosen`, for what is done in turn already; whether it was committed. */
  ifJudgedWell: () => Promise<boolean>;
}

/** One commit at a time. A failure has been shown by the page; the draft is as it was. */
export function useCommit({ busy, onCommit }: Pick<WorkbenchProps, "busy" | "onCommit">, { drafting, inTurn }: UseDraft, { linksShown, revealed = [] }: Seen): Committing {
  const looking = useContext(OnlyLooking);
  const latest = useRef({ busy, onCommit, linksShown, revealed });
  latest.current = { busy: busy || looking, onCommit, linksShown, revealed };
  const going = useRef(false);
  const write = useCallback((draft: Draft): boolean => {
    const { busy: writing, onCommit: commit, ...seen } = latest.current;
    if (writing || going.current) return false;
    going.current = true;
    drafting.commits(true);
    commit({ draft, ...seen }).then(
      () => undefined,
      () => drafting.commits(false),
    ).finally(() => {
      going.current = false;
    });
    return true;
  }, [drafting]);
  const now = useCallback((draft: Draft) => inTurn(() => void write(draft)), [inTurn, write]);
  const ifJudgedWell = useCallback(async () => {
    const { draft, assessment, settled } = await drafting.settle();
    return settled && assessment.refusal === null && write(draft);
  }, [drafting, write]);
  const chosen = useCallback(() => inTurn(ifJudgedWell), [inTurn, ifJudgedWell]);
  return useMemo(() => ({ now, chosen, ifJudgedWell }), [now, chosen, ifJudgedWell]);
}
