// Access as it is drawn, and what it asks for. What the hub then does is tested where it is.
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { KeysProvider } from "../../keys/useKeys";
import { findings } from "../../test/axe";
import type { Access, ElevationRequest, MakeToken, OwnAccess, PersonAccess, PersonChange, TokenMade } from "../../ipc/types.gen";
import { AccessView, type AccessViewProps } from "./AccessView";

const at = "2026-11-26T10:00:00Z";
const me: OwnAccess = { id: "p1", name: "Root", roles: ["admin"], queues: [], ceiling: null, can: ["read", "export", "administer"], may_elevate: null, elevations: [] };
const ana: PersonAccess = {
  id: "p2", name: "Ana", version: 3, roles: ["steward"], queues: ["sites"], ceiling: "internal", may_elevate: null, signs_in: true, managed: false, disabled: false, has: ["steward"], can: ["read", "decide"],
  tokens: [{ id: "t1", roles: [], sources: [], session: true, created_at: at, expires_at: at }],
  elevations: [{ id: "e1", person_id: "p2", roles: ["lead"], queues: [], ceiling: null, words: "lead", reason: "on call", created_at: at, expires_at: at }],
};
const matcher: PersonAccess = { ...ana, id: "p3", name: "matcher", version: 1, roles: [], queues: ["refunds"], ceiling: null, signs_in: false, has: ["source"], can: ["send"], tokens: [], elevations: [] };
const all: Access = { people: [ana, matcher], webhooks: [{ id: "w1", url: "https://crm.example/hook", events: ["decision.released"], state: "active" }], queues: ["refunds", "sites"], changes: true };

function show(props: Partial<AccessViewProps> = {}) {
  const given: AccessViewProps = { me, all, titles: { refunds: "Refunds", sites: "Sites" }, busy: false, error: undefined, onChange: () => Promise.resolve(true), onRevoke: () => {}, onMake: () => Promise.reject(new Error("not asked")), onCopy: () => {}, onElevate: () => Promise.resolve(true), onEnd: () => {}, ...props };
  return render(<KeysProvider><main><h1>Access</h1><AccessView {...given} /></main></KeysProvider>);
}

describe("access", () => {
  it("says who may do what, where and up to which sensitivity, and passes axe", async () => {
    const { container } = show();
    const row = screen.getByText("Ana").closest("li");
    expect(row?.textContent).toContain("reads, decides");
    expect(row?.textContent).toContain("in Sites");
    expect(row?.textContent).toContain("up to internal");
    expect(row?.textContent).toContain("“on call”");
    expect(screen.getByText("https://crm.example/hook")).toBeTruthy();
    expect(await findings(container, true)).toEqual([]);
  });
  it("shows of one queue who reaches it", async () => {
    show();
    await userEvent.selectOptions(screen.getByLabelText("Queue"), "refunds");
    expect(screen.queryByText("Ana")).toBeNull();
    expect(screen.getByText("matcher")).toBeTruthy();
  });
  it("changes a person from the version it showed", async () => {
    const onChange = vi.fn<(id: string, change: PersonChange) => Promise<boolean>>(() => Promise.resolve(true));
    show({ onChange });
    await userEvent.click(screen.getByRole("button", { name: "Change Ana" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.click(within(within(dialog).getByRole("group", { name: "Roles" })).getByLabelText("Lead"));
    await userEvent.selectOptions(within(dialog).getByLabelText("May see cases"), "confidential");
    await userEvent.click(within(dialog).getByRole("button", { name: /Save/ }));
    expect(onChange).toHaveBeenCalledWith("p2", { version: 3, roles: ["steward", "lead"], queues: ["sites"], ceiling: "confidential", may_elevate: null, disabled: false });
  });
  it("makes a token, shows it once with a way to copy it, and says what was refused", async () => {
    const onMake = vi.fn<(wanted: MakeToken) => Promise<TokenMade>>();
    const onCopy = vi.fn<(text: string) => void>();
    onMake.mockRejectedValueOnce({ message: "1 to 128 bytes", pointer: "/name" });
    onMake.mockResolvedValueOnce({ id: "t9", token: "tbk_abc", person_id: "p9", name: "crm", roles: ["source"], sources: ["crm"], expires_at: null });
    show({ onMake, onCopy });
    await userEvent.click(screen.getByRole("button", { name: "Make a token" }));
    await userEvent.click(await screen.findByRole("button", { name: /Make it/ }));
    expect(await screen.findByText("1 to 128 bytes")).toBeTruthy();
    await userEvent.type(screen.getByLabelText("For"), "crm");
    await userEvent.type(screen.getByLabelText("Sources it writes"), "crm, ");
    await userEvent.selectOptions(screen.getByLabelText("Taken for"), "");
    await userEvent.click(screen.getByRole("button", { name: /Make it/ }));
    expect(await screen.findByText("tbk_abc")).toBeTruthy();
    expect(onMake).toHaveBeenLastCalledWith({ name: "crm", roles: ["source"], sources: ["crm"], days: null });
    await userEvent.click(screen.getByRole("button", { name: "Copy it" }));
    expect(onCopy).toHaveBeenCalledWith("tbk_abc");
    await userEvent.click(screen.getByRole("button", { name: "I have kept it" }));
    await waitFor(() => expect(screen.queryByText("tbk_abc")).toBeNull());
  });
  it("offers no token to who changes nothing", () => {
    show({ all: { ...all, changes: false } });
    expect(screen.queryByRole("button", { name: "Make a token" })).toBeNull();
  });
  it("takes access away only after it has said what that does", async () => {
    const onChange = vi.fn<(id: string, change: PersonChange) => Promise<boolean>>(() => Promise.resolve(true));
    show({ onChange });
    await userEvent.click(screen.getByRole("button", { name: "Change Ana" }));
    await userEvent.click(await screen.findByRole("button", { name: "Take all access away" }));
    expect(onChange).not.toHaveBeenCalled();
    expect(screen.getByText(/Their next request is refused/)).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Take it away now" }));
    expect(onChange.mock.calls[0]?.[1].disabled).toBe(true);
  });
  it("keeps the dialog and says why when the hub refuses", async () => {
    show({ onChange: () => Promise.resolve(false), error: "Somebody changed this person meanwhile" });
    await userEvent.click(screen.getByRole("button", { name: "Change Ana" }));
    await userEvent.click(await screen.findByRole("button", { name: /Save/ }));
    await waitFor(() => expect(within(screen.getByRole("dialog")).getByRole("alert").textContent).toContain("Somebody changed"));
  });
  it("offers nothing to change to who may change nothing", () => {
    show({ all: { ...all, changes: false } });
    expect(screen.queryByRole("button", { name: "Change Ana" })).toBeNull();
  });
  it("does not offer to take one’s own access away", async () => {
    show({ me: { ...me, id: "p2" } });
    await userEvent.click(screen.getByRole("button", { name: "Change Ana" }));
    expect((await screen.findByRole("button", { name: "Take all access away" })).hasAttribute("disabled")).toBe(true);
    expect(screen.getByText("Not your own")).toBeTruthy();
  });
});

describe("raising oneself", () => {
  const may = { roles: ["lead" as const], queues: [], ceiling: "restricted" as const, minutes: 120 };
  it("wants a reason, and asks for no more than is allowed", async () => {
    const onElevate = vi.fn<(asked: ElevationRequest) => Promise<boolean>>(() => Promise.resolve(true));
    show({ me: { ...me, may_elevate: may }, all: null, onElevate });
    await userEvent.click(screen.getByRole("button", { name: "Raise for a while" }));
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).queryByLabelText("Admin")).toBeNull();
    expect(within(dialog).queryByRole("option", { name: "4 hours" })).toBeNull();
    await userEvent.click(within(dialog).getByRole("button", { name: /Raise/ }));
    expect(onElevate).not.toHaveBeenCalled();
    await userEvent.type(within(dialog).getByLabelText("Why"), "on call");
    await userEvent.click(within(dialog).getByRole("button", { name: /Raise/ }));
    expect(onElevate).toHaveBeenCalledWith({ roles: ["lead"], queues: [], ceiling: "restricted", reason: "on call", minutes: 60 });
  });
});
