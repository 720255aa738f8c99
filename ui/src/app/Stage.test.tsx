// The next case behind the one on the screen: there, silent, and moved in as it is.
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { matchCase, matchOf } from "../bench/match/fixtures";
import { KeysProvider } from "../keys/useKeys";
import { standInDesk } from "../test/desk";
import type { CaseOnScreen } from "../ipc/types.gen";
import { useSeated } from "./Seat";
import { Stage } from "./Stage";

const of = (id: string) => matchCase(matchOf(2), { id, title: `Case ${id}`, content_hash: `sha256:${id}` });
const [a, b] = [of("a"), of("b")];

let desk: ReturnType<typeof standInDesk>;
beforeEach(() => {
  vi.useFakeTimers();
  desk = standInDesk({});
});
afterEach(() => {
  cleanup();
  desk.leave();
  vi.useRealTimers();
});

function Place({ shown, next, onCommit }: { shown: CaseOnScreen; next: CaseOnScreen | undefined; onCommit: (id: string) => Promise<void> }) {
  return <Stage seated={useSeated(shown, next)} busy={false} onCommit={(of) => onCommit(of.id)} onSkip={() => {}} />;
}
function stage(onCommit: (id: string) => Promise<void>) {
  const of = (shown: CaseOnScreen, next: CaseOnScreen | undefined) => <KeysProvider><Place {...{ shown, next, onCommit }} /></KeysProvider>;
  const { rerender } = render(of(a, b));
  return { moveOn: () => rerender(of(b, undefined)) };
}
const seats = () => [...document.querySelectorAll<HTMLElement>("[class~=seat]")];
const press = (key: string) => act(async () => {
  fireEvent.keyDown(document.body, { key, code: `Key${key.toUpperCase()}` });
  fireEvent.keyUp(document.body, { key, code: `Key${key.toUpperCase()}` });
});

describe("the stage", () => {
  it("makes the next case once the one on the screen has been painted, and not before", () => {
    stage(async () => {});
    expect(seats()).toHaveLength(1);
    act(() => vi.advanceTimersByTime(500));
    expect(seats()).toHaveLength(2);
  });

  it("lets a case scroll once it has been painted, and none that waits", () => {
    const { moveOn } = stage(async () => {});
    const still = () => seats().map((seat) => seat.hasAttribute("data-still"));
    expect(still()).toEqual([true]);
    act(() => vi.advanceTimersByTime(500));
    expect(still()).toEqual([false, true]);
    moveOn();
    expect(still(), "the next case's first picture comes before it can scroll").toEqual([true]);
    act(() => vi.advanceTimersByTime(500));
    expect(still()).toEqual([false]);
  });

  it("keeps what isn't on the screen from keys, focus and screen readers", async () => {
    const decided: string[] = [];
    stage(async (id) => void decided.push(id));
    act(() => vi.advanceTimersByTime(500));
    expect(seats()[1]?.inert ?? seats()[1]?.hasAttribute("inert")).toBe(true);
    expect(screen.getAllByRole("button", { name: /^Same/ })).toHaveLength(1);
    await press("n");
    expect(decided).toEqual(["a"]);
  });

  it("moves the next case in as it was made, and then its keys are heard", async () => {
    const decided: string[] = [];
    const { moveOn } = stage(async (id) => void decided.push(id));
    act(() => vi.advanceTimersByTime(500));
    const waiting = seats()[1];
    const inside = waiting?.querySelector("[data-match-table]");
    moveOn();
    expect(seats()).toEqual([waiting]);
    expect(waiting?.querySelector("[data-match-table]"), "nothing in it is made anew").toBe(inside);
    expect(waiting?.hasAttribute("inert")).toBe(false);
    await press("n");
    expect(decided).toEqual(["b"]);
  });
});
