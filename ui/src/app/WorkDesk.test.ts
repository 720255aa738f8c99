import { describe, expect, it } from "vitest";
import { CallError, type call } from "../ipc/call";
import type { CaseOnScreen, Draft } from "../ipc/types.gen";
import { WorkDesk } from "./WorkDesk";

const shown = (id: string, revision = 1) => ({ id, queue: "sites", title: `Case ${id}`, revision, content_hash: `sha256:${id}${revision}`, state: "open", comments: [], looking: [] }) as unknown as CaseOnScreen;
const work = (...cases: CaseOnScreen[]) => ({ cases, left: 9, idle: null });
const draft: Draft = { verdict: { clusters: [] }, cannot_tell: false, reasons: [], comment: null };
const commit = { of: shown("a"), draft, activeMs: 8400, shown: { suggestion_id: null, links: true, opened: [], revealed: [] } };

type Step = [name: string, answer: unknown];

/** Answers the calls in the order of the script, and keeps what was asked. */
function scripted(...steps: Step[]) {
  const asked: [string, unknown][] = [];
  const answer = async (name: string, args: unknown): Promise<unknown> => {
    asked.push([name, args]);
    const step = steps.shift();
    if (step?.[0] !== name) throw new Error(`${name} was not expected here`);
    if (step[1] instanceof Error) throw step[1];
    return step[1];
  };
  return { asked, desk: new WorkDesk(answer as typeof call) };
}

const ids = (desk: WorkDesk) => desk.get("sites").cases.map((c) => c.id);
const settled = () => new Promise((done) => setTimeout(done, 0));

describe("the desk of this window", () => {
  it("binds a decision to the hash that was on the screen, and shows the next case from what it holds", async () => {
    const { desk, asked } = scripted(["work", work(shown("a"), shown("b"), shown("c"))], ["decide", { undo: {}, work: work() }], ["work", work(shown("d"))], ["decide", { undo: {}, work: work() }], ["decide", { undo: {}, work: work(shown("e"), shown("f")) }]);
    await desk.open("sites");
    await desk.decide("sites", commit);
    expect(asked[1]).toEqual(["decide", { case_id: "a", content_hash: "sha256:a1", draft, active_ms: 8400, shown: commit.shown, have: ["b", "c"], limit: 0 }]);
    expect(ids(desk)).toEqual(["b", "c"]);
    await desk.open("sites");
    expect(ids(desk)).toEqual(["b", "c", "d"]);
    // Whoever is quicker than the page asks with the decision itself.
    await desk.decide("sites", { ...commit, of: shown("b") });
    await desk.decide("sites", { ...commit, of: shown("c") });
    expect(asked[4]?.[1]).toMatchObject({ have: ["d"], limit: 2 });
    expect(ids(desk)).toEqual(["d", "e", "f"]);
  });

  it.each([["another case", "b", 1], ["a new revision", "a", 2]] as const)("decides nothing when %s came to the screen after the commit was made", async (_, id, revision) => {
    const { desk, asked } = scripted(["work", work(shown(id, revision), shown("c"), shown("d"))]);
    await desk.open("sites");
    await expect(desk.decide("sites", commit)).rejects.toThrow("Nothing was decided");
    expect(asked.map(([name]) => name)).toEqual(["work"]);
    expect(ids(desk)).toEqual([id, "c", "d"]);
    expect(desk.get("sites").note?.words).toContain("Nothing was decided");
    expect(desk.get("sites").busy).toBe(false);
  });

  it("skips the case that was on the screen and no other", async () => {
    const { desk, asked } = scripted(["work", work(shown("b"), shown("c"), shown("d"))]);
    await desk.open("sites");
    await desk.skip("sites", "a");
    expect(asked).toHaveLength(1);
    expect(ids(desk)).toEqual(["b", "c", "d"]);
  });

  it("says that a decision is being written only when that takes longer than anybody would notice", async () => {
    const slow = scripted(["work", work(shown("a"), shown("b"))], ["decide", new Promise((done) => setTimeout(() => done({ undo: {}, work: work() }), 300))]);
    const seen: boolean[] = [];
    await slow.desk.open("sites");
    slow.desk.subscribe(() => seen.push(slow.desk.get("sites").busy));
    await slow.desk.decide("sites", commit);
    expect(seen).toEqual([true, false]);

    const quick = scripted(["work", work(shown("a"), shown("b"))], ["decide", { undo: {}, work: work() }]);
    const told: boolean[] = [];
    await quick.desk.open("sites");
    quick.desk.subscribe(() => told.push(quick.desk.get("sites").busy));
    await quick.desk.decide("sites", commit);
    expect(told).toEqual([false]);
  });

  it("writes one decision at a time", async () => {
    const { desk, asked } = scripted(["work", work(shown("a"), shown("b"), shown("c"))], ["decide", { undo: {}, work: work() }]);
    await desk.open("sites");
    const first = desk.decide("sites", commit);
    await expect(desk.decide("sites", commit)).rejects.toThrow();
    await first;
    expect(asked.filter(([name]) => name === "decide")).toHaveLength(1);
  });

  it("keeps a case that was revised under the reviewer on the screen, undecided, as it is now", async () => {
    const { desk } = scripted(
      ["work", work(shown("a"), shown("b"), shown("c"))],
      ["decide", new CallError({ code: "content_mismatch", message: "The case changed.", pointer: null })],
      ["case", shown("a", 2)],
    );
    await desk.open("sites");
    await expect(desk.decide("sites", commit)).rejects.toThrow("The case changed.");
    await settled();
    expect(ids(desk)).toEqual(["a", "b", "c"]);
    expect(desk.get("sites").cases[0]?.revision).toBe(2);
    expect(desk.get("sites").note?.words).toContain("revision 2");
    expect(desk.get("sites").busy).toBe(false);
  });

  it("goes on to the next case when the one on the screen was closed by somebody else", async () => {
    const { desk } = scripted(["work", work(shown("a"), shown("b"), shown("c"))], ["case", new CallError({ code: "closed", message: "The source withdrew it.", pointer: null })], ["work", work(shown("d"))]);
    await desk.open("sites");
    await desk.renew("sites");
    await settled();
    expect(ids(desk)).toEqual(["b", "c", "d"]);
    expect(desk.get("sites").note?.words).toBe("Case a: The source withdrew it.");
  });

  it("fetches once more, and no more often, what changes while it is fetched", async () => {
    const round: Step[] = [["case", shown("a")], ["work", work(shown("b"), shown("c"))]];
    const { desk, asked } = scripted(["work", work(shown("a"), shown("b"), shown("c"))], ...round, ...round);
    await desk.open("sites");
    await Promise.all([desk.refresh("sites"), desk.refresh("sites"), desk.refresh("sites"), desk.refresh("sites")]);
    expect(asked.map(([name]) => name)).toEqual(["work", "case", "work", "case", "work"]);
    expect(ids(desk)).toEqual(["a", "b", "c"]);
  });

  it("shows an undone case again, before the others", async () => {
    const { desk } = scripted(["work", work(shown("b"), shown("c"), shown("d"))], ["undo", { case_id: "a", queue: "sites", words: "Undone", case: shown("a") }]);
    await desk.open("sites");
    await desk.undo("d1", null);
    expect(ids(desk)[0]).toBe("a");
  });

  it("says in words why cases can’t be fetched, and asks no further by itself", async () => {
    const { desk, asked } = scripted(["work", new CallError({ code: "replica_full", message: "The disk is full.", pointer: null })]);
    await desk.open("sites");
    expect(desk.get("sites").note).toEqual({ words: "The disk is full.", tone: "bad" });
    expect(asked).toHaveLength(1);
  });
});
