import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Assessment, Draft } from "../ipc/types.gen";
import { Drafting, TYPING_PAUSE_MS } from "./drafting";
import { cannotTell, withComment, withReason, withVerdict } from "./draft";

const empty: Draft = { verdict: null, cannot_tell: false, reasons: [], comment: null };
const say = (commit_label: string): Assessment => ({ refusal: null, agreement: "agree", commit_label, overrides: null, irreversible: false, negative: false, ahead: null, match_preview: null, call_previews: [] });

/** A desk that answers when it is told to. */
function slowDesk() {
  const waiting: { draft: Draft; answer: (a: Assessment) => void; fail: (e: unknown) => void }[] = [];
  return { waiting, judge: (draft: Draft) => new Promise<Assessment>((answer, fail) => waiting.push({ draft, answer, fail })) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const tick = () => vi.advanceTimersByTimeAsync(0);

it("a choice is sent at once and is unsettled until the desk has judged it", async () => {
  const desk = slowDesk();
  const drafting = new Drafting(empty, say("first"), desk.judge);
  drafting.change((d) => withReason(d, "moved"));
  expect(desk.waiting.map((w) => w.draft.reasons)).toEqual([["moved"]]);
  expect(drafting.state.settled).toBe(false);
  desk.waiting[0]?.answer(say("second"));
  await tick();
  expect([drafting.state.settled, drafting.state.assessment.commit_label]).toEqual([true, "second"]);
});

it("typing is sent once, after a pause", async () => {
  const desk = slowDesk();
  const drafting = new Drafting(empty, say("first"), desk.judge);
  for (const text of ["a", "ab", "abc"]) drafting.change((d) => withComment(d, text), "typing");
  await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS - 1);
  expect(desk.waiting).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(desk.waiting.map((w) => w.draft.comment)).toEqual(["abc"]);
});

it("an older answer never replaces a newer one", async () => {
  const desk = slowDesk();
  const drafting = new Drafting(empty, say("first"), desk.judge);
  drafting.change((d) => withReason(d, "a"));
  drafting.change((d) => withReason(d, "b"));
  desk.waiting[1]?.answer(say("newer"));
  await tick();
  desk.waiting[0]?.answer(say("older"));
  await tick();
  expect([drafting.state.assessment.commit_label, drafting.state.settled]).toEqual(["newer", true]);
});

it("settling sends what is still waiting for a pause, and waits for the answer to it", async () => {
  const desk = slowDesk();
  const drafting = new Drafting(empty, say("first"), desk.judge);
  drafting.change((d) => withComment(d, "late"), "typing");
  const settled = drafting.settle();
  expect(desk.waiting.map((w) => w.draft.comment)).toEqual(["late"]);
  desk.waiting[0]?.answer(say("judged"));
  expect((await settled).assessment.commit_label).toBe("judged");
});

it("a desk that fails says why, and the draft stays unsettled", async () => {
  const desk = slowDesk();
  const drafting = new Drafting(empty, say("first"), desk.judge);
  drafting.change((d) => withReason(d, "a"));
  const settled = drafting.settle();
  desk.waiting[0]?.fail({ code: "disk_full", message: "The disk is full" });
  const state = await settled;
  expect([state.fault, state.settled, state.draft.reasons]).toEqual(["The disk is full", false, ["a"]]);
});

it("what was typed last is sent when the case leaves the screen, and not when a decision takes it along", async () => {
  const left = slowDesk();
  const leaving = new Drafting(empty, say("first"), left.judge);
  leaving.change((d) => withComment(d, "last words"), "typing");
  leaving.leave();
  expect(left.waiting.map((w) => w.draft.comment)).toEqual(["last words"]);

  const decided = slowDesk();
  const deciding = new Drafting(empty, say("first"), decided.judge);
  deciding.change((d) => withComment(d, "in the decision"), "typing");
  deciding.commits(true);
  deciding.leave();
  expect(decided.waiting).toHaveLength(0);
});

it("a change that changes nothing is not sent", () => {
  const desk = slowDesk();
  const drafting = new Drafting(empty, say("first"), desk.judge);
  drafting.change((d) => d);
  expect(desk.waiting).toHaveLength(0);
});

it("another verdict takes back that it can't be told, and the other way round", () => {
  const told = withVerdict({ ...empty, cannot_tell: true }, { clusters: [["a"]] });
  expect(told).toEqual({ ...empty, verdict: { clusters: [["a"]] } });
  expect(cannotTell(told)).toEqual({ ...empty, cannot_tell: true });
});
