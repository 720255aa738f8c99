// Changes of a draft that every workbench makes. Pure; an unchanged draft is the same object.
import type { Draft, JsonValue } from "../ipc/types.gen";

/** Puts a reason in or takes it out. */
export function withReason(draft: Draft, code: string): Draft {
  const reasons = draft.reasons.includes(code) ? draft.reasons.filter((r) => r !== code) : [...draft.reasons, code];
  return { ...draft, reasons };
}

export function withComment(draft: Draft, text: string): Draft {
  return { ...draft, comment: text === "" ? null : text };
}

/** Another verdict; that it can't be told goes. */
export function withVerdict(draft: Draft, verdict: JsonValue | null): Draft {
  return { ...draft, verdict, cannot_tell: false };
}

/** The whole case can't be told. */
export function cannotTell(draft: Draft): Draft {
  return { ...draft, verdict: null, cannot_tell: true };
}
