// The draft of the case on the screen, for a workbench, and the two ways to commit it. What it means is the workbench's and the desk's.
import { useCallback, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { call } from "../ipc/call";
import type { CaseOnScreen, Draft } from "../ipc/types.gen";
import type { WorkbenchProps } from "./contract";
import { Drafting, type DraftState } from "./drafting";
import { OnlyLooking } from "./onlyLooking";

export interface UseDraft extends DraftState {
  change: Drafting["change"];
  settle: Drafting["settle"];
  drafting: Drafting;
}

/** Of a case that is only looked at. */
const unchanged: Drafting["change"] = () => undefined;

export function useDraft(shown: CaseOnScreen): UseDraft {
  const looking = useContext(OnlyLooking);
  const own = useRef<Drafting | null>(null);
  own.current ??= new Drafting(shown.draft, shown.assessment, (draft) => call("draft", { case_id: shown.id, content_hash: shown.content_hash, draft }));
  const drafting = own.current;
  const state = useSyncExternalStore(drafting.subscribe, drafting.read);
  useEffect(() => () => drafting.leave(), [drafting]);
  return { ...state, change: looking ? unchanged : drafting.change, settle: drafting.settle, drafting };
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
}

/** One commit at a time. A failure has been shown by the page; the draft is as it was. */
export function useCommit({ busy, onCommit }: Pick<WorkbenchProps, "busy" | "onCommit">, { drafting }: UseDraft, { linksShown, revealed = [] }: Seen): Committing {
  const looking = useContext(OnlyLooking);
  const latest = useRef({ busy, onCommit, linksShown, revealed });
  latest.current = { busy: busy || looking, onCommit, linksShown, revealed };
  const going = useRef(false);
  const now = useCallback((draft: Draft) => {
    const { busy: writing, onCommit: write, ...seen } = latest.current;
    if (writing || going.current) return;
    going.current = true;
    drafting.commits(true);
    write({ draft, ...seen }).then(
      () => undefined,
      () => drafting.commits(false),
    ).finally(() => {
      going.current = false;
    });
  }, [drafting]);
  const chosen = useCallback(() => {
    void drafting.settle().then(({ draft, assessment, settled }) => {
      if (settled && assessment.refusal === null) now(draft);
    });
  }, [drafting, now]);
  return useMemo(() => ({ now, chosen }), [now, chosen]);
}
