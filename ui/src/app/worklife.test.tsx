// Passing cases on, what waits for one person, and being away: as they are drawn and reached by keyboard.
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ForMeView } from "../features/for-me/ForMeView";
import { Assign } from "../features/pass-on/Assign";
import { PassOn } from "../features/pass-on/PassOn";
import { PassOnView, type PassOnViewProps } from "../features/pass-on/PassOnView";
import { AwayPart, endOf } from "../features/settings/AwayPart";
import { makeQueryClient } from "../ipc/queries";
import { KeysProvider } from "../keys/useKeys";
import { findings } from "../test/axe";
import { standInDesk } from "../test/desk";
import type { Colleague, EscalateTo, ForMeRow } from "../ipc/types.gen";

const nothing = () => {};
const show = (ui: ReactNode) => render(<QueryClientProvider client={makeQueryClient()}><KeysProvider>{ui}</KeysProvider></QueryClientProvider>);
const eva: Colleague = { id: "p-eva", name: "Eva", away_until: null, stands_in: null };
const kim: Colleague = { id: "p-kim", name: "Kim", away_until: "2030-12-03T12:00:00Z", stands_in: "Eva" };

describe("passing a case on", () => {
  const props: PassOnViewProps = {
    title: "Armour / Armour Inc", way: "hand_over", onWay: nothing, people: [eva, kim], queues: [{ name: "shops", title: "Shops" }], unavailable: undefined, busy: false, error: undefined, onClose: nothing,
    onHandOver: nothing, onEscalate: nothing,
  };
  it("names who can be given it and who is away, and passes axe", async () => {
    show(<PassOnView {...props} />);
    const to = screen.getByRole("group", { name: "To" });
    expect(within(to).getByRole("radio", { name: /^Kim/ }).closest("label")?.textContent).toContain("Eva stands in");
    expect(await findings(document.body)).toEqual([]);
  });
  it("is done by keyboard: whom, a note, Ctrl Enter", async () => {
    const onHandOver = vi.fn<(to: string, note: string | null) => void>();
    show(<PassOnView {...props} onHandOver={onHandOver} />);
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(screen.getByRole("alert").textContent).toBe("Choose who gets it");
    await userEvent.click(screen.getByRole("radio", { name: /^Eva/ }));
    await userEvent.type(screen.getByRole("textbox", { name: "Note" }), "You know them");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(onHandOver).toHaveBeenCalledWith("p-eva", "You know them");
  });
  it("finds one of many by typing, without the mouse and without accents", async () => {
    const onHandOver = vi.fn<(to: string, note: string | null) => void>();
    const names = ["Ana Ruiz", "Björn Ek", "Eva Maria Sol", "Kim Lee", "Lena Ek", "Max Ernst", "Zoë Blum"];
    const people = names.map((name, n) => ({ id: `p${n}`, name, away_until: null, stands_in: null }));
    show(<PassOnView {...props} people={people} onHandOver={onHandOver} />);
    const namesOf = () => within(screen.getByRole("group", { name: "To" })).getAllByRole("radio").map((radio) => radio.closest("label")?.textContent);
    expect(document.activeElement).toBe(screen.getByRole("textbox", { name: "Find by name" }));
    await userEvent.keyboard("ek");
    expect(namesOf()).toEqual(["Björn Ek", "Lena Ek"]);
    await userEvent.keyboard(" bjo{Enter}");
    expect(screen.getByRole<HTMLInputElement>("radio", { name: "Björn Ek" }).checked).toBe(true);
    expect(document.activeElement).toBe(screen.getByRole("radio", { name: "Björn Ek" }));
    await userEvent.clear(screen.getByRole("textbox", { name: "Find by name" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Find by name" }), "zoe");
    expect(namesOf(), "whoever is picked is always seen").toEqual(["Björn Ek", "Zoë Blum"]);
    expect(await findings(document.body)).toEqual([]);
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(onHandOver).toHaveBeenCalledWith("p1", null);
  });
  it("escalates with a reason and not without", async () => {
    const onEscalate = vi.fn<(reason: string, to: EscalateTo | null) => void>();
    show(<PassOnView {...props} way="escalate" people={undefined} queues={undefined} unavailable="The hub is away" onEscalate={onEscalate} />);
    await userEvent.click(screen.getByRole("button", { name: "Escalate" }));
    expect(screen.getByRole("alert").textContent).toBe("Say why, in a few words");
    await userEvent.type(screen.getByRole("textbox", { name: "Why" }), "Two campuses");
    await userEvent.click(screen.getByRole("button", { name: "Escalate" }));
    expect(onEscalate).toHaveBeenLastCalledWith("Two campuses", null);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "To" }), "lead");
    await userEvent.click(screen.getByRole("button", { name: "Escalate" }));
    expect(onEscalate).toHaveBeenLastCalledWith("Two campuses", { role: "lead" });
  });

  it("escalates to somebody, or to the people of another queue", async () => {
    const onEscalate = vi.fn<(reason: string, to: EscalateTo | null) => void>();
    show(<PassOnView {...props} way="escalate" onEscalate={onEscalate} />);
    await userEvent.type(screen.getByRole("textbox", { name: "Why" }), "Theirs");
    for (const [label, to] of [["The queue Shops", { queue: "shops" }], ["Eva", { person: "p-eva" }]] as const) {
      await userEvent.selectOptions(screen.getByRole("combobox", { name: "To" }), label);
      await userEvent.click(screen.getByRole("button", { name: "Escalate" }));
      expect(onEscalate).toHaveBeenLastCalledWith("Theirs", to);
    }
  });

  const desk = { leave: nothing };
  afterEach(() => desk.leave());
  it("says in the desk’s words why it went nowhere, and keeps what was typed", async () => {
    Object.assign(desk, standInDesk({ colleagues: () => ({ people: [eva], queues: [] }) }));
    const onHandOver = () => Promise.reject({ code: "not_free", message: "Somebody else is at it", pointer: null });
    show(<PassOn caseId="c1" title="Armour" way="hand_over" onClose={nothing} onHandOver={onHandOver} onEscalate={() => Promise.resolve()} />);
    await userEvent.click(await screen.findByRole("radio", { name: "Eva" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Note" }), "Yours?");
    await userEvent.click(screen.getByRole("button", { name: "Hand over" }));
    expect((await screen.findByRole("alert")).textContent).toContain("Somebody else is at it");
    expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Note" }).value).toBe("Yours?");
  });
  it("is assigned by a lead to somebody, or to whoever may", async () => {
    const stand = standInDesk({ assignees: () => ({ people: [eva, kim], queues: [] }), assign: () => ({}) });
    Object.assign(desk, stand);
    const onDone = vi.fn<() => void>();
    show(<Assign caseId="c1" title="Armour" onClose={nothing} onDone={onDone} />);
    await userEvent.click(await screen.findByRole("radio", { name: "Eva" }));
    await userEvent.click(screen.getByRole("button", { name: "Assign" }));
    await vi.waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
    await userEvent.click(screen.getByRole("button", { name: "To whoever may" }));
    await vi.waitFor(() => expect(onDone).toHaveBeenCalledTimes(2));
    expect(stand.asked.filter((asked) => asked.name === "assign").map((asked) => asked.args)).toEqual([{ case_id: "c1", to: "p-eva" }, { case_id: "c1", to: null }]);
    expect(await findings(document.body)).toEqual([]);
  });
});

describe("for me", () => {
  const row = (more: Partial<ForMeRow>): ForMeRow => ({
    case_id: "c1", queue_title: "Sites", kind: "identity_match", title: "Armour", due: null, words: "Escalated by Ana to the leads", reason: "Two campuses", opens: true, with: null, assignable: false, ...more,
  });
  it("opens what may be decided, says who has the others and why they are here, and passes axe", async () => {
    const onAssign = vi.fn<(caseId: string, title: string) => void>();
    const { container } = show(<ForMeView rows={[row({}), row({ case_id: "c2", title: "Bell", opens: false, with: "Eva", assignable: true })]} onAssign={onAssign} />);
    expect(screen.getByRole("link", { name: "Armour" }).getAttribute("href")).toBe("#/cases/c1");
    expect(screen.getByRole("link", { name: "Bell" }).getAttribute("href")).toBe("#/cases/c2");
    expect(screen.getByText("Eva has it")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Assign Bell" }));
    expect(onAssign).toHaveBeenCalledWith("c2", "Bell");
    expect(await findings(container)).toEqual([]);
  });
  it("says when nothing does", () => {
    show(<ForMeView rows={[]} onAssign={nothing} />);
    expect(screen.getByText("Nothing waits for you by name")).toBeTruthy();
  });
});

describe("away", () => {
  it("asks until when and who stands in, and is ended by one button", async () => {
    const onSet = vi.fn<(until: string | null, delegate: string | null) => void>();
    const { container, rerender } = show(<AwayPart view={{ away: null, stand_ins: [eva] }} busy={false} error={undefined} onSet={onSet} />);
    await userEvent.click(screen.getByRole("button", { name: "I’m away" }));
    expect(screen.getByRole("alert").textContent).toBe("The last day you are away");
    await userEvent.type(screen.getByLabelText("Away until the end of"), "2030-12-03");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Stands in" }), "p-eva");
    await userEvent.click(screen.getByRole("button", { name: "I’m away" }));
    expect(onSet).toHaveBeenCalledWith(endOf("2030-12-03"), "p-eva");
    expect(await findings(container)).toEqual([]);
    rerender(<KeysProvider><AwayPart view={{ away: { from: "2026-12-01T00:00:00Z", until: "2030-12-04T00:00:00Z", delegate: "p-eva", delegate_name: "Eva" }, stand_ins: [] }} busy={false} error={undefined} onSet={onSet} /></KeysProvider>);
    expect(screen.getByText(/stands in/, { selector: "span" }).textContent).toContain("Eva stands in");
    await userEvent.click(screen.getByRole("button", { name: "I’m back" }));
    expect(onSet).toHaveBeenLastCalledWith(null, null);
  });
  it("ends with the day as this computer’s clock has it", () => {
    expect(new Date(endOf("2030-12-03") ?? "").getDate()).toBe(4);
    expect(endOf("")).toBeUndefined();
  });
});
