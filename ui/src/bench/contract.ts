// What stands between the page of a case and its workbench: the page loads cases, commits, skips and counts time; the workbench
// shows one case, builds the draft, and says when to commit. A workbench is mounted anew for every case (`key`).
import type { ReactNode } from "react";
import type { BodyView, CaseOnScreen, Draft } from "../ipc/types.gen";

export interface Commit {
  draft: Draft;
  /** Whether the scored pairs were on the screen. */
  linksShown: boolean;
  /** Attributes that were unmasked, by name. */
  revealed: readonly string[];
}

export interface WorkbenchProps {
  case: CaseOnScreen;
  /** A decision is being written: nothing more is committed until it is. */
  busy: boolean;
  /** Commits. Rejects with a CallError that the page has already shown. */
  onCommit: (commit: Commit) => Promise<void>;
  /** Gives the case back; `→` is bound by the page. For a Skip button. */
  onSkip: () => void;
}

/** What the workbench adds at the top of the context panel: policy and conversation of an action, for instance. */
export interface ContextSection {
  id: string;
  title: string;
  note?: string;
  content: ReactNode;
}

/** What each kind's workbench gets: the contract and the view of its kind. */
export type BenchProps<K extends BodyView["kind"]> = WorkbenchProps & { view: Extract<BodyView, { kind: K }>["view"] };
