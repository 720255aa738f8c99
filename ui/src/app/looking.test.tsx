// Looking at a case somebody else has, from what the desk says to what is asked of it; and how it is said on the case itself.
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { actionView, caseOf, ONE, REFUND } from "../bench/fixtures";
import { matchCase, matchOf } from "../bench/match/fixtures";
import { CallError } from "../ipc/call";
import type { BodyView, CaseOnScreen, LookedAt } from "../ipc/types.gen";
import { findings } from "../test/axe";
import { argsOf, nothing, refused, show, showAsking } from "../test/show";
import { Look, type LookProps } from "./Look";
import { Lookers } from "./Lookers";

const ANA = "Ana has it: you only look";
const why = new CallError({ code: "not_free", message: "Somebody else is at it", pointer: null });

function looked(more: Partial<LookedAt> = {}, of: Partial<CaseOnScreen> = {}): LookedAt {
  return lookedAt(matchCase(matchOf(2), of), more);
}

function lookedAt(shown: CaseOnScreen, more: Partial<LookedAt> = {}): LookedAt {
  return { case: { ...shown, assessment: { ...shown.assessment, refusal: { code: "not_free", text: ANA, pointer: null } } }, with: "Ana", free: false, assignable: false, comments: true, ...more };
}

const props = (more: Partial<LookProps> = {}): LookProps => ({ id: "c1", why, audited: false, contextOpen: true, onContext: nothing, onAssign: nothing, onOpen: nothing, ...more });

describe("a case that somebody else has", () => {
  it("is shown with who has it, takes no choice, and is looked away from when the page is left", async () => {
    const { asked, container } = showAsking(<Look {...props()} />, { look_at: () => looked(), look_away: () => ({}) });
    expect((await screen.findByText("Ana has it")).closest("[role=status]")?.textContent).toContain("is told that you look");
    const bar = screen.getByRole("group", { name: "Decision" });
    for (const name of ["Same", "Different", "Can’t tell"]) expect(within(bar).getByRole("button", { name }).getAttribute("aria-disabled")).toBe("true");
    expect(within(bar).getByText(ANA)).toBeTruthy();
    expect(within(bar).queryByRole("button", { name: "Skip" })).toBeNull();
    await userEvent.keyboard("snu");
    await userEvent.click(within(bar).getByRole("button", { name: "Same" }));
    expect(asked.map(({ name }) => name)).toEqual(["look_at"]);
    expect(await findings(container)).toEqual([]);
    cleanup();
    expect(argsOf(asked, "look_away")).toEqual([{ case_id: "c1" }]);
  });

  it.each<[string, BodyView, string]>([
    ["a conflict", { kind: "data_conflict", view: ONE }, "1tvou"],
    ["an action", { kind: "proposed_action", view: actionView([REFUND]) }, "aermu"],
  ])("takes no choice and no key where it is %s, and says why", async (_, body, keys) => {
    const { asked, container } = showAsking(<Look {...props()} />, { look_at: () => lookedAt(caseOf(body), { comments: false }) });
    const bar = await screen.findByRole("group", { name: "Decision" });
    expect(within(bar).getByText(ANA)).toBeTruthy();
    for (const button of within(bar).getAllByRole("button")) expect(button.getAttribute("aria-disabled"), button.textContent ?? "").toBe("true");
    expect(container.textContent).not.toContain("signing");
    await userEvent.keyboard(keys);
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(screen.queryByRole("button", { pressed: true })).toBeNull();
    for (const name of ["Edit", "Type a value", "Several are right"]) expect(screen.queryByRole("button", { name: new RegExp(`^${name}`) })?.getAttribute("aria-disabled") ?? "true").toBe("true");
    expect(asked.map(({ name }) => name)).toEqual(["look_at"]);
    expect(await findings(container)).toEqual([]);
  });

  it("can be written to, and what was opened is asked of the hub", async () => {
    const { asked } = showAsking(<Look {...props()} />, { look_at: () => looked({}, { id: "c1" }), comment: () => ({}) });
    await userEvent.click(await screen.findByText("Discussion"));
    await userEvent.type(screen.getByRole("textbox", { name: "Write to the others who see this case" }), "Ask the shop");
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    expect(argsOf(asked, "comment")).toEqual([{ case_id: "c1", text: "Ask the shop" }]);
    await waitFor(() => expect(argsOf(asked, "look_at")).toHaveLength(2));
  });

  it("offers no field to who only reads its discussion", async () => {
    showAsking(<Look {...props()} />, { look_at: () => looked({ comments: false }) });
    await userEvent.click(await screen.findByText("Discussion"));
    expect(screen.queryByRole("textbox", { name: "Write to the others who see this case" })).toBeNull();
  });

  it("is taken when it is free again, and assigned by who leads", async () => {
    const onOpen = vi.fn<() => void>();
    const onAssign = vi.fn<(id: string, title: string) => void>();
    showAsking(<Look {...props({ onOpen, onAssign })} />, { look_at: () => looked({ with: null, free: true, assignable: true }) });
    await userEvent.click(await screen.findByRole("button", { name: "Take it" }));
    expect(onOpen).toHaveBeenCalledTimes(1);
    await userEvent.click(screen.getByRole("button", { name: "Assign" }));
    expect(onAssign).toHaveBeenCalledWith("c1", expect.any(String));
  });

  it("says why it can’t be opened where it can’t be looked at either", async () => {
    showAsking(<Look {...props({ audited: true })} />, { look_at: () => refused("erased", "Its content was erased") });
    expect(await screen.findByRole("heading", { name: "This case can’t be opened here" })).toBeTruthy();
    expect(screen.getByText("Somebody else is at it")).toBeTruthy();
    expect(screen.getByRole("button", { name: "What happened to it" })).toBeTruthy();
  });
});

describe("who else is looking", () => {
  it("is said by name, and read out when it begins", () => {
    const until = "2026-11-27T12:00:00Z";
    const { rerender } = show(<Lookers looking={[]} />);
    expect(screen.getByRole("status").textContent).toBe("");
    rerender(<Lookers looking={[{ name: "Lena", until }]} />);
    expect(screen.getByRole("status").textContent).toBe("Lena is looking too");
    rerender(<Lookers looking={[{ name: "Kim", until }, { name: "Lena", until }]} />);
    expect(screen.getByRole("status").textContent).toBe("Kim, Lena are looking too");
  });
});
