// Records dragged by pointer events, as the window sends them. What lies under the pointer is said by the tests, since nothing is
// laid out here.
import { act, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findings } from "../../test/axe";
import { asked, committed, onCommit, press, show, showToLookAt } from "../../test/matchBench";
import { matchOf } from "./fixtures";

let under: Element | null = null;
beforeEach(() => {
  document.elementFromPoint = () => under;
});
afterEach(() => {
  under = null;
  window.getSelection()?.removeAllRanges();
});

const MOUSE = { pointerId: 1, isPrimary: true, button: 0, buttons: 1, pointerType: "mouse" };
const badge = (letter: string) => screen.getByRole("button", { name: new RegExp(`^Record ${letter} is in`) });
const head = (letter: string) => badge(letter).closest<HTMLElement>('[role="columnheader"], [role="rowheader"]') as HTMLElement;
const place = (name: string) => document.querySelector(`[data-drop="${name}"]`) as HTMLElement;
const inHand = () => screen.queryByText(/^(Drop it on|Stays in|Group \d|New group|A group of its own, )/)?.textContent;

function pressOn(element: Element, more: Partial<PointerEventInit> = {}): void {
  fireEvent.pointerDown(element, { ...MOUSE, clientX: 100, clientY: 100, ...more });
}
function moveTo(element: Element | null, [x, y] = [200, 300], more: Partial<PointerEventInit> = {}): void {
  under = element;
  fireEvent.pointerMove(element ?? document.body, { ...MOUSE, clientX: x, clientY: y, ...more });
}
/** As a browser ends it: with a click on what it was let go over. */
function letGo(element: Element = under ?? document.body): void {
  fireEvent.pointerUp(element, { ...MOUSE, buttons: 0, clientX: 200, clientY: 300 });
  fireEvent.click(element, { detail: 1 });
}
async function drag(from: Element, to: () => Element): Promise<void> {
  pressOn(from);
  moveTo(document.body);
  moveTo(to());
  await act(async () => letGo());
}

describe.each([[4, ["A", "B", "C", "D"]], [8, ["a", "b", "c", "d"]]] as const)("of %i records, one", (count, [a, b, c, d]) => {
  it("is dropped on another, whose group it goes into", async () => {
    show(matchOf(count));
    await drag(head(b), () => place("record-0"));
    expect([badge(a), badge(b)].map((it) => it.getAttribute("aria-label"))).toEqual([`Record ${a} is in group 1`, `Record ${b} is in group 1`]);
    await drag(head(c), () => place("record-1"));
    expect(badge(c).getAttribute("aria-label")).toBe(`Record ${c} is in group 1`);
    expect(badge(d).getAttribute("aria-label")).toBe(`Record ${d} is in no group`);
  });

  it("is dropped on a place of its own, and on the number of a group", async () => {
    show(matchOf(count));
    await press("1");
    await drag(head(b), () => place("own"));
    await drag(head(c), () => place("group-1"));
    expect([a, b, c].map((letter) => badge(letter).getAttribute("aria-label"))).toEqual([`Record ${a} is in group 1`, `Record ${b} is in group 2`, `Record ${c} is in group 1`]);
  });

  it("says while it is dragged where it would fall", async () => {
    show(matchOf(count));
    for (const digit of ["1", "1"]) await press(digit);
    pressOn(head(d));
    moveTo(document.body);
    expect(inHand()).toBe("Drop it on a record or a group");
    moveTo(place("record-1"));
    expect(inHand()).toBe(`Group 1, with ${a} and ${b}`);
    moveTo(place("record-2"));
    expect(inHand()).toBe(`New group 2, with ${c}`);
    moveTo(place("own"));
    expect(inHand()).toBe("A group of its own, 2");
    moveTo(place("record-3"));
    expect(inHand()).toBe("Stays in no group");
    await act(async () => letGo());
    expect(inHand()).toBeUndefined();
    expect(badge(d).getAttribute("aria-label")).toBe(`Record ${d} is in no group`);
  });

  it("is given up by Escape, by a cancelled pointer and by a button that nobody holds any more", async () => {
    show(matchOf(count));
    const ends = [
      () => fireEvent.keyDown(document.body, { key: "Escape", code: "Escape" }),
      () => fireEvent.pointerCancel(document.body, MOUSE),
      () => moveTo(place("record-0"), [210, 310], { buttons: 0 }),
    ];
    for (const end of ends) {
      pressOn(head(b));
      moveTo(place("record-0"));
      expect(inHand()).toBe(`New group 1, with ${a}`);
      await act(async () => {
        end();
      });
      expect(inHand()).toBeUndefined();
      await act(async () => letGo(place("record-0")));
      expect(badge(b).getAttribute("aria-label")).toBe(`Record ${b} is in no group`);
    }
  });

  it("stays where it is by a press that hardly moves, which is a click", async () => {
    show(matchOf(count));
    pressOn(badge(b));
    moveTo(badge(b), [102, 102]);
    expect(inHand()).toBeUndefined();
    await act(async () => letGo(badge(b)));
    expect(screen.getByRole("group", { name: `Group of record ${b}` })).toBeTruthy();
    expect(badge(b).getAttribute("aria-label")).toBe(`Record ${b} is in no group`);
  });

  it("is dragged by its number too, whose choices then don't stay open, and the click of letting go is none", async () => {
    show(matchOf(count));
    await userEvent.click(badge(b));
    pressOn(badge(b));
    moveTo(place("record-0"));
    expect(screen.queryByRole("group", { name: `Group of record ${b}` })).toBeNull();
    moveTo(badge(b));
    await act(async () => letGo());
    expect(screen.queryByRole("group", { name: `Group of record ${b}` })).toBeNull();
    expect(badge(b).getAttribute("aria-label")).toBe(`Record ${b} is in no group`);
    await userEvent.click(badge(b));
    expect(screen.getByRole("group", { name: `Group of record ${b}` })).toBeTruthy();
  });

  it("leaves the focus and the keys as they were", async () => {
    show(matchOf(count));
    const grid = document.querySelector<HTMLElement>("[data-match-table]") as HTMLElement;
    grid.focus();
    pressOn(head(c));
    moveTo(place("record-3"));
    expect(document.activeElement).toBe(grid);
    await press("1");
    expect(badge(a).getAttribute("aria-label")).toBe(`Record ${a} is in group 1`);
    await act(async () => letGo());
    expect(document.activeElement).toBe(grid);
    expect([c, d].map((letter) => badge(letter).getAttribute("aria-label"))).toEqual([`Record ${c} is in group 2`, `Record ${d} is in group 2`]);
  });

  it("isn't taken by another button or a second finger", () => {
    show(matchOf(count));
    for (const other of [{ button: 2 }, { isPrimary: false }]) {
      pressOn(head(b), other);
      moveTo(place("record-0"));
      expect(inHand()).toBeUndefined();
    }
  });

  it("isn't dragged by who only looks", async () => {
    showToLookAt(matchOf(count));
    await drag(head(b), () => place("record-0"));
    pressOn(head(b));
    moveTo(place("record-0"));
    expect(inHand()).toBeUndefined();
    expect(badge(b).getAttribute("aria-label")).toBe(`Record ${b} is in no group`);
  });

  it("passes axe in the hand", async () => {
    const { container } = show(matchOf(count));
    await press("1");
    pressOn(head(b));
    moveTo(place("record-0"));
    expect(inHand()).toBe(`Group 1, with ${a}`);
    expect(await findings(container)).toEqual([]);
  });
});

it("the second press of a double click selects its word and drags nothing", () => {
  show(matchOf(4));
  pressOn(head("B"));
  fireEvent.mouseDown(head("B"), { detail: 2 });
  expect(fireEvent(head("B"), new Event("selectstart", { bubbles: true, cancelable: true }))).toBe(true);
  moveTo(place("record-0"));
  expect(inHand()).toBeUndefined();
});

it("no text is selected while one is dragged", () => {
  show(matchOf(4));
  pressOn(head("B"));
  expect(fireEvent(head("B"), new Event("selectstart", { bubbles: true, cancelable: true }))).toBe(false);
});

it("the two of a pair are not dragged", () => {
  show(matchOf(2));
  const [first] = screen.getAllByRole("columnheader").slice(1);
  pressOn(first as Element);
  moveTo(place("record-1"));
  expect(inHand()).toBeUndefined();
});

it("what was dragged together is saved as what numbers would have made, and the desk is asked of it", async () => {
  show(matchOf(4));
  await drag(head("C"), () => place("record-0"));
  await drag(head("B"), () => place("own"));
  await drag(head("D"), () => place("record-1"));
  await press("Enter");
  expect(onCommit).toHaveBeenCalledTimes(1);
  expect(committed()?.verdict).toEqual({ clusters: [["r1", "r3"], ["r2", "r4"]] });
  expect(asked().at(-1)).toMatchObject({ name: "draft" });
  expect(within(screen.getByRole("region", { name: "What these groups mean" })).getAllByRole("row")).toHaveLength(3);
});

it("a case that goes while one of its records is dragged takes the drag along", () => {
  const { unmount } = show(matchOf(4));
  pressOn(head("B"));
  moveTo(place("record-0"));
  unmount();
  const selects = new Event("selectstart", { bubbles: true, cancelable: true });
  expect(fireEvent(document.body, selects)).toBe(true);
});
