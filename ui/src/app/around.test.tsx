// What stands around a case, as it is drawn, with data of the shape the desk sends.
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { KeysProvider } from "../keys/useKeys";
import { makeQueryClient } from "../ipc/queries";
import { findings } from "../test/axe";
import { standInDesk } from "../test/desk";
import type { CaseOnScreen, Idle as IdleFacts, QueueView } from "../ipc/types.gen";
import { ContextPanel } from "./ContextPanel";
import { Idle } from "./Idle";
import { StatusBanner } from "./StatusBanner";

const nothing = () => {};
const around = (ui: ReactNode) => <QueryClientProvider client={makeQueryClient()}><KeysProvider>{ui}</KeysProvider></QueryClientProvider>;
const show = (ui: ReactNode) => render(around(ui));
const queue = (more: Partial<QueueView>): QueueView => ({ name: "flights", title: "Flight times", kind: "data_conflict", left: 148, due: 2, at_hand: 20, decides: true, ...more });

describe("a queue with nothing to show", () => {
  const said: [IdleFacts, string][] = [
    [{ why: "done", decided_today: 185 }, "Sites is done"],
    [{ why: "with_others", left: 3 }, "Sites: nothing for you now"],
    [{ why: "offline" }, "The hub is away"],
    [{ why: "not_allowed", words: "Only approvers decide actions." }, "Sites is not yours to decide"],
  ];
  it.each(said)("says why: %o", async (idle, title) => {
    const { container } = show(<Idle idle={idle} title="Sites" next={queue({})} onSyncNow={nothing} />);
    expect(screen.getByRole("heading", { name: title })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Flight times, 20 kept on this computer" })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });
  it("goes on to the next queue with Enter", async () => {
    window.location.hash = "#/queues/sites";
    show(<Idle idle={{ why: "done", decided_today: 0 }} title="Sites" next={queue({})} onSyncNow={nothing} />);
    await userEvent.keyboard("{Enter}");
    expect(window.location.hash).toBe("#/queues/flights");
  });
});

describe("the banner over every page", () => {
  const well = { recovery_key_due: false, clock_ahead_ms: 0 };
  const sync = { words: "", since: null, next_try_at: null, leases_until: null, code: null, trouble: null };
  it("says how long one can go on offline, and tries now when asked", async () => {
    const onTryNow = vi.fn<() => void>();
    const { container } = show(<StatusBanner onSignIn={nothing} onRecoveryKey={nothing} overview={{ ...well, mode: "team", queues: [queue({}), queue({ name: "b", at_hand: 1 })], sync: { ...sync, state: "offline", since: "2026-11-21T07:56:00Z" } }} onTryNow={onTryNow} />);
    expect(screen.getByRole("status").textContent).toContain("You can go on: 21 cases are on this computer.");
    await userEvent.click(screen.getByRole("button", { name: "Try now" }));
    expect(onTryNow).toHaveBeenCalledTimes(1);
    expect(await findings(container)).toEqual([]);
  });
  it("offers to sign in again where a new token helps, and only there", async () => {
    const onSignIn = vi.fn<() => void>();
    const refused = (code: string, mode: "team" | "solo") => <KeysProvider><StatusBanner onRecoveryKey={nothing} overview={{ ...well, mode, queues: [], sync: { ...sync, state: "refused", code } }} onTryNow={nothing} onSignIn={onSignIn} /></KeysProvider>;
    const { rerender, container } = show(refused("token_revoked", "team"));
    await userEvent.click(screen.getByRole("button", { name: "Sign in again" }));
    expect(onSignIn).toHaveBeenCalledTimes(1);
    expect(await findings(container)).toEqual([]);
    rerender(refused("other_hub", "team"));
    expect(screen.queryByRole("button", { name: "Sign in again" })).toBeNull();
    rerender(refused("token_revoked", "solo"));
    expect(screen.queryByRole("button", { name: "Sign in again" })).toBeNull();
  });
  it("counts down by the hub’s clock", () => {
    const hub = Date.now() + 3_600_000;
    show(<StatusBanner onSignIn={nothing} onRecoveryKey={nothing} overview={{ ...well, clock_ahead_ms: 3_600_000, mode: "team", queues: [], sync: { ...sync, state: "offline", next_try_at: new Date(hub + 20_000).toISOString() } }} onTryNow={nothing} />);
    expect(screen.getByRole("status").textContent).toMatch(/Next try in (19|20) s/);
  });
  it("offers the recovery key until it was kept or declined", async () => {
    const onRecoveryKey = vi.fn<(key: string) => void>();
    const desk = standInDesk({ recovery_key: () => ({ recovery_key: "7QK4" }), settle_recovery_key: () => ({}) });
    const { container } = show(<StatusBanner onSignIn={nothing} onRecoveryKey={onRecoveryKey} overview={{ ...well, recovery_key_due: true, mode: "solo", queues: [], sync: { ...sync, state: "synced" } }} onTryNow={nothing} />);
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Show the key" }));
    await waitFor(() => expect(onRecoveryKey).toHaveBeenCalledWith("7QK4"));
    await userEvent.click(screen.getByRole("button", { name: "Go on without it" }));
    expect(desk.asked.at(-1)?.name).toBe("settle_recovery_key");
    desk.leave();
  });
  it("says why the hub refuses or why nothing is synced, and nothing while all is well", () => {
    const { container, rerender } = show(<StatusBanner onSignIn={nothing} onRecoveryKey={nothing} overview={{ ...well, mode: "team", queues: [], sync: { ...sync, state: "refused", trouble: "The token was revoked." } }} onTryNow={nothing} />);
    expect(screen.getByRole("status").textContent).toContain("The token was revoked.");
    rerender(<KeysProvider><StatusBanner onSignIn={nothing} onRecoveryKey={nothing} overview={{ ...well, mode: "team", queues: [], sync: { ...sync, state: "failing", code: "disk_full", trouble: "The disk is full." } }} onTryNow={nothing} /></KeysProvider>);
    expect(screen.getByRole("status").textContent).toContain("Not synced. The disk is full.");
    expect(screen.getByRole("button", { name: "Try now" })).toBeTruthy();
    rerender(<KeysProvider><StatusBanner onSignIn={nothing} onRecoveryKey={nothing} overview={{ ...well, mode: "team", queues: [], sync: { ...sync, state: "synced" } }} onTryNow={nothing} /></KeysProvider>);
    expect(container.textContent).toBe("");
  });
});

describe("the context of a case", () => {
  const shown = {
    id: "c1", content_hash: "sha256:c1", context: [{ id: "orders", title: "Recent orders", summary: "3 open, 1 late", system: "ERP", read_at: null, sensitivity: "confidential", has_detail: true, audited: true }],
    subject: { type: "site", id: "s1", label: "Armour", url: null }, history: [{ at: "2026-11-21T07:52:00Z", what: "claimed", by: "You" }], source: "splink", revision: 1, external_id: "a|b", comments: [{ id: "k1", at: "2026-11-21T08:00:00Z", by: "Kim", text: "I know\u202E them" }],
  } as unknown as CaseOnScreen;
  it("opens detail when asked, having said that it is recorded, and shows it as text", async () => {
    const onDetail = vi.fn(async () => ({ orders: [{ id: "7", note: "<b>late</b>" }], total: 3 }));
    const panel = (id: string) => <KeysProvider><ContextPanel seated={[{ ...shown, id }]} sectionsOf={() => []} wide={false} open onToggle={nothing} onDetail={onDetail} onComment={async () => {}} /></KeysProvider>;
    const { container, rerender } = show(panel("c1"));
    expect(screen.getByText("confidential: opening it is recorded")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Open Recent orders" }));
    expect(onDetail).toHaveBeenCalledWith(expect.objectContaining({ id: "c1" }), "orders");
    expect(screen.getByText("<b>late</b>")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
    rerender(panel("c2"));
    expect(screen.queryByText("<b>late</b>"), "what was opened on one case isn't open on the next").toBeNull();
  });
  it("says when the detail can’t be had", async () => {
    show(<ContextPanel seated={[shown]} sectionsOf={() => []} wide={false} open onToggle={nothing} onDetail={async () => { throw new Error("The hub is away."); }} onComment={async () => {}} />);
    await userEvent.click(screen.getByRole("button", { name: "Open Recent orders" }));
    expect(screen.getByRole("alert").textContent).toBe("The hub is away.");
  });
  it("shows what others wrote, and keeps what is typed when the hub is away", async () => {
    const onComment = vi.fn(async (_of: CaseOnScreen, _text: string) => {}).mockRejectedValueOnce(new Error("The hub is away. This needs it."));
    const { container } = show(<ContextPanel seated={[shown]} sectionsOf={() => []} wide={false} open onToggle={nothing} onDetail={async () => null} onComment={onComment} />);
    expect(screen.getByText(/I know/).textContent).toContain("I knowU+202E them");
    const field = screen.getByRole("textbox", { name: "Write to the others who see this case" }) as HTMLTextAreaElement;
    await userEvent.type(field, "Two sites");
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    expect(screen.getByRole("alert").textContent).toContain("The hub is away.");
    expect(field.value).toBe("Two sites");
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    expect(onComment).toHaveBeenLastCalledWith(shown, "Two sites");
    expect(field.value).toBe("");
  });
  it("as a rail opens again", async () => {
    const onToggle = vi.fn<() => void>();
    const { container } = show(<ContextPanel seated={[shown]} sectionsOf={() => []} wide={false} open={false} onToggle={onToggle} onDetail={async () => null} onComment={async () => {}} />);
    await userEvent.click(screen.getByRole("button", { name: "Show context" }));
    expect(onToggle).toHaveBeenCalledTimes(1);
    expect(await findings(container)).toEqual([]);
  });
});
