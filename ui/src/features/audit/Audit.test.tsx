// The audit, from what the desk says to what is asked of it.
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { AuditRow } from "../../ipc/types.gen";
import { findings } from "../../test/axe";
import { argsOf, showAsking } from "../../test/show";
import { Audit } from "./Audit";

const entry = (more: Partial<AuditRow> = {}): AuditRow => ({ position: 7, at: "2026-11-21T08:00:00Z", action: "decision.accepted", words: "Decision accepted", person: "Ana", case_id: "c1", case_title: "Armour / Armour Inc", case_erased: false, decision_id: "d1", correlation_id: "r1", payload: '{\n  "n": 1\n}', hash: "8f0b000051de", ...more });

const holds = { state: "holds" as const, words: "Verified up to entry 7", place: { position: 7, hash: "00" }, head: 7, at: "2026-11-21T08:00:00Z" };

describe("the audit", () => {
  it("shows who did what, leads from an entry to its case and its request, and says how far the chain holds", async () => {
    const { asked, container } = showAsking(<Audit filter={{ action: "decision" }} />, { audit: () => ({ rows: [entry(), entry({ position: 6, payload: null, person: null })], next: null }), verify_audit: ({ from }) => (from === null ? { ...holds, state: "walking", words: "Entry 3 of 7 holds", place: { position: 3, hash: "03" } } : holds) });
    expect(await screen.findByText("Verified up to entry 7")).toBeTruthy();
    expect(argsOf(asked, "verify_audit")).toEqual([{ from: null }, { from: { position: 3, hash: "03" } }]);
    expect(argsOf(asked, "audit")).toEqual([{ sought: { action: "decision", person: null, case_id: null, correlation_id: null, from: null, until: null }, after: null }]);
    const [first, erased] = screen.getAllByRole("listitem");
    expect(first?.textContent).toContain("Ana");
    expect(within(first as HTMLElement).getByRole("link", { name: "All it caused", hidden: true }).getAttribute("href")).toBe("#/audit?request=r1");
    expect(within(first as HTMLElement).getByRole("link", { name: "All about it", hidden: true }).getAttribute("href")).toBe("#/audit?case=c1");
    expect(erased?.textContent).toContain("What was noted is erased");
    expect(await findings(container)).toEqual([]);
  });

  it("names each case to who may see it, and opens it by keyboard", async () => {
    const rows = [entry({ position: 9, case_id: null, case_title: null }), entry(), entry({ position: 6, case_id: "c2", case_title: null, case_erased: true }), entry({ position: 5, case_id: "c3", case_title: null })];
    const { container } = showAsking(<Audit filter={{}} />, { audit: () => ({ rows, next: null }), verify_audit: () => holds });
    const link = await screen.findByRole("link", { name: "Armour / Armour Inc" });
    expect(link.getAttribute("href")).toBe("#/cases/c1");
    const items = screen.getAllByRole("listitem").map((item) => item.textContent ?? "");
    expect(items[2]).toContain("content erased");
    expect(items[3]).toContain("a case you may not see");
    expect(await findings(container)).toEqual([]);
    await userEvent.keyboard("{Enter}");
    expect(window.location.hash).toBe("#/cases/c1");
    await userEvent.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(link);
  });

  it("is searched by what stands in its address", async () => {
    showAsking(<Audit filter={{}} />, { audit: () => ({ rows: [], next: null }), verify_audit: () => holds });
    expect(await screen.findByRole("heading", { name: "Nothing found" })).toBeTruthy();
    await userEvent.type(screen.getByRole("textbox", { name: "Who, by name or id" }), "Ana");
    await userEvent.click(screen.getByRole("button", { name: "Search" }));
    expect(window.location.hash).toBe("#/audit?person=Ana");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "What" }), "policy");
    expect(window.location.hash).toBe("#/audit?action=policy");
  });

  it("says loudly where the chain is broken, and what an export proves", async () => {
    const { container } = showAsking(<Audit filter={{}} />, {
      audit: () => ({ rows: [entry()], next: null }), verify_audit: () => ({ ...holds, state: "broken", words: "Broken at entry 5: its header was changed" }),
      pick_save: () => ({ paths: ["/tmp/audit.ndjson"] }), export_audit: () => ({ path: "/tmp/audit.ndjson", checkpoint_path: "/tmp/audit.ndjson.checkpoint.json", rows: 7, broken: true, words: "The chain doesn’t hold. Entry 5: its header was changed." }),
    });
    expect(await screen.findByText("Broken at entry 5: its header was changed")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Export" }));
    expect((await screen.findByRole("alert")).textContent).toContain("7 entries written to /tmp/audit.ndjson. The chain doesn’t hold.");
    expect(await findings(container)).toEqual([]);
  });
});
