import { describe, expect, it } from "vitest";
import type { CaseOnScreen } from "../ipc/types.gen";
import { ActiveTime } from "./activeTime";
import { fronted, NOTHING, passed, refilled, renewed, taken, type Held } from "./work";

/** Only what these functions read. */
const shown = (id: string, more: Partial<CaseOnScreen> = {}) => ({ id, title: `Case ${id}`, revision: 1, content_hash: `sha256:${id}1`, state: "open", comments: [], looking: [], ...more }) as unknown as CaseOnScreen;
const ids = (held: Held) => held.cases.map((c) => c.id);
const work = (cases: CaseOnScreen[], left = 10) => ({ cases, left, idle: null });

describe("the cases a window holds", () => {
  const three = taken(NOTHING, work([shown("a"), shown("b"), shown("c")]));

  it("are shown in the order of the desk, each once", () => {
    expect(ids(taken(three, work([shown("c"), shown("d")])))).toEqual(["a", "b", "c", "d"]);
  });

  it("show the next one as soon as the first is done with", () => {
    const next = passed({ ...three, busy: true, note: { words: "refused", tone: "bad" } }, "a", work([shown("d")], 9));
    expect(ids(next)).toEqual(["b", "c", "d"]);
    expect([next.left, next.busy, next.note]).toEqual([9, false, undefined]);
  });

  it("show an undone case before the others, and not twice", () => {
    expect(ids(fronted(three, shown("z")))).toEqual(["z", "a", "b", "c"]);
    expect(ids(fronted(three, shown("c")))).toEqual(["c", "a", "b"]);
  });

  it("say so when the case on the screen was revised", () => {
    const revised = renewed(three, shown("a", { revision: 2, content_hash: "sha256:a2" }));
    expect(revised.cases[0]?.revision).toBe(2);
    expect(revised.note?.words).toBe("This case changed while you looked at it: you now see revision 2.");
    expect(ids(revised)).toEqual(["a", "b", "c"]);
  });

  it("leave the case on the screen alone when it is as it was", () => {
    expect(renewed(three, shown("a"))).toBe(three);
    expect(renewed(three, shown("other"))).toBe(three);
  });

  it("show what was written to the case meanwhile, without a word about a change", () => {
    const talked = renewed(three, shown("a", { comments: [{ id: "k1", at: "2026-11-21T08:00:00Z", by: "Kim", text: "I know them" }] }));
    expect(talked.cases[0]?.comments).toHaveLength(1);
    expect(talked.note).toBeUndefined();
  });

  it("show who else is looking, and that they no longer do", () => {
    const watched = renewed(three, shown("a", { looking: [{ name: "Lena", until: "2026-11-21T08:02:00Z" }] }));
    expect(watched.cases[0]?.looking.map((looker) => looker.name)).toEqual(["Lena"]);
    expect(renewed(watched, shown("a", {})).cases[0]?.looking).toEqual([]);
  });

  it("go on to the next when the case on the screen is gone, and say why", () => {
    const gone = renewed(three, { gone: "The source withdrew it." });
    expect(ids(gone)).toEqual(["b", "c"]);
    expect(gone.note?.words).toBe("Case a: The source withdrew it.");
  });

  it("keep the case on the screen when those behind it are fetched again", () => {
    expect(ids(refilled(three, work([shown("x"), shown("y")])))).toEqual(["a", "x", "y"]);
  });

  it("say why there is nothing when there is nothing", () => {
    expect(taken(NOTHING, { cases: [], left: 0, idle: { why: "offline" } }).idle).toEqual({ why: "offline" });
  });
});

describe("the time a case was in front of the person", () => {
  it("counts what lies between what they did, and no long pause", () => {
    const time = new ActiveTime(0);
    time.seen(4_000);
    time.seen(200_000);
    expect(time.ms(203_000)).toBe(7_000);
  });
  it("does not count the time the window was away", () => {
    const time = new ActiveTime(0);
    time.seen(2_000);
    time.back(30_000);
    expect(time.ms(31_000)).toBe(3_000);
  });
});
