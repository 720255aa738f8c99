// What is there before the first picture is drawn: one answer, which the program may have asked for already.
import { afterEach, describe, expect, it } from "vitest";
import { caseOf, ONE } from "../bench/fixtures";
import { keyOf, makeQueryClient } from "../ipc/queries";
import type { First, Overview } from "../ipc/types.gen";
import { hrefOf } from "../kit/place";
import { standInDesk, type Answers } from "../test/desk";
import { boot } from "./boot";
import { WorkDesk } from "./WorkDesk";

const shown = caseOf({ kind: "data_conflict", view: ONE }, { queue: "trains" });
const FLIGHTS = hrefOf({ page: "queue", queue: "flights" });
const FIRST = {
  start: { state: "ready", mode: "solo", version: "1" }, settings: { theme: "system" }, handed_over: { waiting: [], done: [] },
  overview: { opens: "trains", queues: [] as Overview["queues"] }, work: { cases: [shown], left: 4, idle: null },
} as unknown as First;

describe("the first picture", () => {
  let leave = () => {};
  afterEach(() => {
    leave();
    delete window.tiebreakFirst;
    window.location.hash = "";
  });
  const booted = async (answers: Answers) => {
    const stand = standInDesk(answers);
    leave = stand.leave;
    const [client, desk] = [makeQueryClient(), new WorkDesk()];
    await boot(client, desk);
    return { client, desk, asked: stand.asked.map(({ name }) => name) };
  };

  it("is drawn from the answer that the program asked for, with nothing asked besides", async () => {
    window.tiebreakFirst = Promise.resolve(FIRST);
    const { client, desk, asked } = await booted({});
    expect(asked).toEqual([]);
    expect(client.getQueryData(keyOf("start", {}))).toEqual(FIRST.start);
    expect(client.getQueryData(keyOf("settings", {}))).toEqual(FIRST.settings);
    expect(client.getQueryData(keyOf("handed_over", {}))).toEqual(FIRST.handed_over);
    expect(client.getQueryData(keyOf("overview", {}))).toEqual(FIRST.overview);
    expect(desk.get("trains")).toMatchObject({ cases: [shown], left: 4 });
    expect(window.location.hash).toBe(hrefOf({ page: "queue", queue: "trains" }));
    expect(window.tiebreakFirst, "it is as old as the page").toBeUndefined();
  });

  it("is asked for by the page where the program didn’t, and shows the queue whose address it has", async () => {
    window.location.hash = FLIGHTS;
    const { desk, asked } = await booted({ first: () => FIRST, work: () => ({ cases: [], left: 0, idle: null }) });
    expect(asked).toEqual(["first", "work"]);
    expect(window.location.hash).toBe(FLIGHTS);
    expect(desk.get("trains").cases).toEqual([]);
  });

  it("has no overview where no store is open", async () => {
    window.tiebreakFirst = Promise.resolve({ ...FIRST, start: { state: "first_run" } as unknown as First["start"], overview: null, work: null });
    const { client } = await booted({});
    expect(client.getQueryData(keyOf("start", {}))).toEqual({ state: "first_run" });
    expect(client.getQueryState(keyOf("overview", {}))).toBeUndefined();
  });

  it("is drawn all the same when nothing is answered: each page asks for what it needs", async () => {
    window.tiebreakFirst = Promise.reject(new Error("no door"));
    const { client } = await booted({});
    expect(client.getQueryState(keyOf("start", {}))).toBeUndefined();
  });
});
