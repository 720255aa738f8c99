// An import outlives its dialog, and says what came of it all the same.
import { QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import { useState } from "react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeQueryClient } from "../../ipc/queries";
import type { Imported } from "../../ipc/types.gen";
import { KeysProvider } from "../../keys/useKeys";
import { Toasts } from "../../kit/Toasts";
import { standInDesk } from "../../test/desk";
import "../../test/show";
import { Import, type Start } from "./Import";

const NONE: Imported = { created: 3, revised: 0, unchanged: 0, left_alone: 0, known_links: 0, refused_count: 0, refused: [], notes: [] };
const REFUSED: Imported = { ...NONE, refused_count: 130, refused: Array.from({ length: 100 }, (_, n) => ({ file: "/d/a.jsonl", line: n + 1, code: "json", words: `not JSON, number ${n}` })) };

let desk: ReturnType<typeof standInDesk>;
let settle: { done: (imported: Imported) => void; fail: (error: unknown) => void };
let closed: number;
beforeEach(() => {
  closed = 0;
  desk = standInDesk({ import: () => new Promise<Imported>((done, fail) => { settle = { done, fail }; }) as unknown as Imported });
});
afterEach(() => desk.leave());

const dropped = (...paths: string[]): Start => ({ format: "cases", paths });

/** As the window holds it: there until it is closed. */
function Held({ start }: { start: Start }) {
  const [ended, setEnded] = useState<Start | undefined>(undefined);
  return ended === start ? null : <Import start={start} onClose={() => { closed += 1; setEnded(start); }} />;
}

function open() {
  const client = makeQueryClient();
  const page = (start: Start) => <QueryClientProvider client={client}><KeysProvider><Toasts><Held start={start} /></Toasts></KeysProvider></QueryClientProvider>;
  const view = render(page(dropped("/d/a.jsonl")));
  return (start: Start) => view.rerender(page(start));
}
const importIt = () => userEvent.click(screen.getByRole("button", { name: "Import" }));
const closeIt = () => userEvent.click(screen.getByRole("button", { name: "Close" }));

it("says after its dialog was closed what was refused, and how many more there are", async () => {
  open();
  await importIt();
  await closeIt();
  expect(screen.queryByRole("dialog")).toBeNull();
  await act(async () => settle.done(REFUSED));
  const dialog = await screen.findByRole("dialog", { name: "Not everything came in" });
  expect(dialog.textContent).toContain("a.jsonl");
  expect(dialog.textContent).toContain("130 rows could not be taken");
  expect(dialog.textContent).toContain("and 80 more");
  await closeIt();
  expect([screen.queryByRole("dialog"), closed]).toEqual([null, 1]);
});

it("says in passing that all is well after its dialog was closed", async () => {
  open();
  await importIt();
  await closeIt();
  await act(async () => settle.done(NONE));
  expect(await screen.findByText("3 new cases from a.jsonl")).toBeTruthy();
  expect([screen.queryByRole("dialog"), closed]).toEqual([null, 1]);
});

it("says why nothing more came in after its dialog was closed", async () => {
  open();
  await importIt();
  await closeIt();
  await act(async () => settle.fail({ code: "disk_full", message: "The disk is full.", pointer: null }));
  expect((await screen.findByRole("dialog", { name: "Not everything came in" })).textContent).toContain("The disk is full.");
});

it("takes files that are dropped on the open dialog", async () => {
  const drop = open();
  expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Files" }).value).toBe("/d/a.jsonl");
  drop(dropped("/d/b.jsonl"));
  expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Files" }).value).toBe("/d/b.jsonl");
  await importIt();
  await act(async () => settle.done(NONE));
  expect(await screen.findByRole("dialog", { name: "Imported" })).toBeTruthy();
  drop(dropped("/d/c.jsonl"));
  expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Files" }).value, "a new import, and no outcome of the last").toBe("/d/c.jsonl");
});

it("says that it takes no other files while it is under way", async () => {
  const drop = open();
  await importIt();
  await closeIt();
  drop(dropped("/d/b.jsonl"));
  expect(screen.getByRole("alert").textContent).toContain("An import is under way");
  await act(async () => settle.done(NONE));
  expect(await screen.findByRole("dialog", { name: "Imported" })).toBeTruthy();
  expect(desk.asked).toHaveLength(1);
});
