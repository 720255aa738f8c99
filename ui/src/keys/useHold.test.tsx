import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { KeysProvider, useKeys } from "./useKeys";
import { HOLD_MS, useHold } from "./useHold";

function Bar({ onCommit, mustHold }: { onCommit: () => void; mustHold: boolean }) {
  const hold = useHold({ onCommit, mustHold });
  useKeys({ commit: hold.commit, proceed: hold.proceed, close: hold.close }, "case");
  return <><button {...hold.buttonProps}>Commit</button><p>{hold.armed ? "armed" : hold.holding ? "holding" : "idle"}</p></>;
}
const commit = vi.fn<() => void>();
const show = (mustHold: boolean) => render(<KeysProvider><Bar onCommit={commit} mustHold={mustHold} /></KeysProvider>);
const down = (key: string, code = key) => fireEvent.keyDown(document.body, { key, code });
const up = (key: string, code = key) => fireEvent.keyUp(document.body, { key, code });
const wait = (ms: number) => act(() => vi.advanceTimersByTime(ms));

beforeEach(() => {
  commit.mockReset();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it("what can be undone commits at once", () => {
  show(false);
  down("Enter");
  expect(commit).toHaveBeenCalledTimes(1);
});

it("what can't be undone commits after a second of holding, and not before", () => {
  show(true);
  down("Enter");
  wait(HOLD_MS - 1);
  expect(commit).not.toHaveBeenCalled();
  wait(1);
  expect(commit).toHaveBeenCalledTimes(1);
});

it("letting go offers to proceed, and P then commits", () => {
  show(true);
  down("p", "KeyP");
  up("p", "KeyP");
  expect(commit).not.toHaveBeenCalled();
  down("Enter");
  wait(200);
  up("Enter");
  expect(screen.getByText("armed")).toBeTruthy();
  wait(HOLD_MS * 2);
  expect(commit).not.toHaveBeenCalled();
  down("p", "KeyP");
  expect(commit).toHaveBeenCalledTimes(1);
});

it("Esc takes the offer back", () => {
  show(true);
  down("Enter");
  up("Enter");
  down("Escape");
  up("Escape");
  expect(screen.getByText("idle")).toBeTruthy();
  down("p", "KeyP");
  expect(commit).not.toHaveBeenCalled();
});

it("the button itself can be held, by pointer and by key", () => {
  show(true);
  const button = screen.getByRole("button", { name: "Commit" });
  fireEvent.pointerDown(button, { button: 0 });
  wait(HOLD_MS);
  expect(commit).toHaveBeenCalledTimes(1);
  button.focus();
  fireEvent.keyDown(button, { key: "Enter", code: "Enter" });
  wait(HOLD_MS);
  expect(commit).toHaveBeenCalledTimes(2);
});
