import { expect, it } from "vitest";
import { Turns, type Step } from "./turns";

const tick = () => new Promise((resolve) => setTimeout(resolve));

function recorded() {
  const done: string[] = [];
  const turns = new Turns();
  const does = (name: string): Step => () => { done.push(name); };
  const waits = (name: string) => {
    let end: (leaves: boolean) => void = () => undefined;
    let fail: () => void = () => undefined;
    const step: Step = () => { done.push(name); return new Promise<boolean>((resolve, reject) => { end = resolve; fail = () => reject(new Error("no")); }); };
    return { step, end: (leaves: boolean) => end(leaves), fail: () => fail() };
  };
  return { done, turns, does, waits };
}

it("what nothing holds up is done at once", () => {
  const { done, turns, does } = recorded();
  turns.take(does("1"));
  turns.take(does("2"));
  expect(done).toEqual(["1", "2"]);
});

it("what comes while a step waits is done after it, in its order, and waits again where one of them does", async () => {
  const { done, turns, does, waits } = recorded();
  const [first, second] = [waits("enter"), waits("enter again")];
  [first.step, does("1"), second.step, does("2")].forEach(turns.take);
  expect(done).toEqual(["enter"]);
  first.end(false);
  await tick();
  expect(done).toEqual(["enter", "1", "enter again"]);
  second.end(false);
  await tick();
  expect(done).toEqual(["enter", "1", "enter again", "2"]);
});

it("what was meant for the next case isn't done to the one that leaves, and what fails holds nothing up", async () => {
  const { done, turns, does, waits } = recorded();
  const [leaving, failing] = [waits("enter"), waits("save")];
  turns.take(leaving.step);
  turns.take(does("reject"));
  leaving.end(true);
  await tick();
  expect(done).toEqual(["enter"]);
  turns.take(failing.step);
  turns.take(does("1"));
  failing.fail();
  await tick();
  expect(done).toEqual(["enter", "save", "1"]);
});
