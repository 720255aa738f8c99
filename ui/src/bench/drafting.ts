// A draft on its way to the desk and back: what the person chose, and what the desk says committing it would do. Choices are sent
// at once, typing after a pause; an older answer never replaces a newer one. It knows no kind of case and no rule.
import { asCallError } from "../ipc/call";
import type { Assessment, Draft } from "../ipc/types.gen";

/** How long typing must pause before the draft is sent. */
export const TYPING_PAUSE_MS = 80;

export interface DraftState {
  draft: Draft;
  /** What the desk says of the last draft it has judged. */
  assessment: Assessment;
  /** The assessment is of this very draft. */
  settled: boolean;
  /** Why the desk couldn't keep the draft, in words. */
  fault: string | undefined;
}

export type Judge = (draft: Draft) => Promise<Assessment>;

export class Drafting {
  state: DraftState;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sent = 0;
  private answered = 0;
  private last: Promise<void> = Promise.resolve();
  private committing = false;

  constructor(draft: Draft, assessment: Assessment, private readonly judge: Judge) {
    this.state = { draft, assessment, settled: true, fault: undefined };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  read = (): DraftState => this.state;

  private set(change: Partial<DraftState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  /** The person changed something. `typing` waits for a pause. */
  change = (next: (draft: Draft) => Draft, pace: "now" | "typing" = "now"): void => {
    const draft = next(this.state.draft);
    if (draft === this.state.draft) return;
    this.set({ draft, settled: false });
    clearTimeout(this.timer);
    this.timer = undefined;
    if (pace === "now") this.send();
    else this.timer = setTimeout(() => this.send(), TYPING_PAUSE_MS);
  };

  private send(): void {
    this.timer = undefined;
    if (this.committing) return;
    const { draft } = this.state;
    const number = ++this.sent;
    this.last = this.judge(draft).then(
      (assessment) => this.answer(number, draft, { assessment, fault: undefined }),
      (thrown: unknown) => this.answer(number, draft, { fault: asCallError(thrown).message }),
    );
  }

  private answer(number: number, draft: Draft, change: Partial<DraftState>): void {
    if (number <= this.answered) return;
    this.answered = number;
    this.set({ ...change, settled: change.fault === undefined && draft === this.state.draft });
  }

  /** Sends what is still waiting and answers when the desk has judged the draft as it is now. */
  settle = async (): Promise<DraftState> => {
    while (!this.state.settled) {
      if (this.timer !== undefined) {
        clearTimeout(this.timer);
        this.send();
      }
      const before = this.sent;
      await this.last;
      if (this.state.fault !== undefined && before === this.sent) break;
    }
    return this.state;
  };

  /** The decision takes the draft along; nothing is sent behind its back. False again when it failed. */
  commits(committing: boolean): void {
    this.committing = committing;
    if (!committing && !this.state.settled && this.timer === undefined) this.send();
  }

  /** The case leaves the screen: what was typed last is kept too. */
  leave(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.send();
  }
}
