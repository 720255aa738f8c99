// Where more than one person decides: the lists, the panel of a dispute, the words in bar, checks, history and sidebar. What they say
// is the desk's; here it is drawn, and heard by key.
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DecisionBar } from "../bench/DecisionBar";
import { Checks } from "../bench/action/Checks";
import { contextSections } from "../bench/contextSections";
import { Dispute, otherThan } from "../bench/dispute/Dispute";
import { actionView, caseOf, NO_ANSWER, ONE, plain, REFUND } from "../bench/fixtures";
import { HistoryView } from "../features/history/HistoryView";
import { OpinionsView, type OpinionsViewProps } from "../features/opinions/OpinionsView";
import { SidebarView } from "../features/queues-sidebar/SidebarView";
import type { Ahead, AskedRow, DisputeView, HistoryRow } from "../ipc/types.gen";
import { KeysProvider } from "../keys/useKeys";
import { findings } from "../test/axe";
import { standInDesk } from "../test/desk";
import { useSettling } from "./useSettling";

const nothing = () => {};
const show = (ui: ReactNode) => render(<KeysProvider>{ui}</KeysProvider>);
const text = (element: Element) => element.textContent?.replace(/[\u00a0\u202f]/g, " ") ?? "";

const SECOND: Ahead = { text: "Goes to a second person", because: ["Two people: pay, above 100 EUR"], waits: true };

const asked = (more: Partial<AskedRow> = {}): AskedRow => ({
  case_id: "c1", queue: "refunds", queue_title: "Refunds", kind: "proposed_action", title: "Refund r1", external_id: "r1", state: "awaiting_second", priority: 2, due: null, ...more,
});

const own = (more: Partial<HistoryRow> = {}): HistoryRow => ({
  decision_id: "d1", case_id: "c9", queue: "refunds", queue_title: "Refunds", kind: "proposed_action", title: "Refund r9", words: "Approved", at: "2026-11-21T08:00:00Z", agreement: "agree",
  state: "pending", standing: "awaiting_second", outcome: null, state_words: "Waits for a second person", can_undo: true, corrects: false, comment: null, ...more,
});

describe("the lists of opinions", () => {
  const props: OpinionsViewProps = { which: "awaiting", asked: [asked(), asked({ case_id: "c2", title: "Refund r2", priority: 4 })], own: [own()], fault: undefined, error: undefined, taking: undefined, onTake: nothing, onUndo: nothing };
  it("takes the first with one key, another with its own, and passes axe", async () => {
    const onTake = vi.fn<(caseId: string) => void>();
    const { container } = show(<OpinionsView {...props} onTake={onTake} />);
    expect(await findings(container)).toEqual([]);
    await userEvent.keyboard("{Enter}");
    expect(onTake).toHaveBeenLastCalledWith("c1");
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Decide Refund r2");
    await userEvent.keyboard("{Enter}");
    expect(onTake).toHaveBeenLastCalledWith("c2");
  });
  it("says of own decisions that they wait, and takes them back", async () => {
    const onUndo = vi.fn<(decisionId: string) => void>();
    show(<OpinionsView {...props} onUndo={onUndo} />);
    expect(screen.getByText("Waits for a second person")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Undo Approved, Refund r9" }));
    expect(onUndo).toHaveBeenCalledWith("d1");
  });
  it("says that the hub is away, and does not claim that nothing waits", () => {
    show(<OpinionsView {...props} asked={[]} own={[]} fault="The hub is away" />);
    expect(screen.getByRole("alert").textContent).toContain("The hub is away");
    expect(screen.queryByRole("heading", { name: "Nobody waits for your second opinion" })).toBeNull();
  });
  it("is at rest when nothing waits", () => {
    show(<OpinionsView {...props} which="disputed" asked={[]} own={[]} />);
    expect(screen.getByRole("heading", { name: "No dispute to settle" })).toBeTruthy();
  });
});

const DISPUTE: DisputeView = {
  first: { decision_id: "d1", by: "Ana", at: "2026-11-21T08:00:00Z", words: "Approved", cannot_tell: false, verdict: { actions: [{ id: "a1", type: "approve" }] }, reasons: [], comment: null },
  second: { decision_id: "d2", by: "Eva\u202E", at: "2026-11-21T08:09:00Z", words: "Rejected", cannot_tell: false, verdict: { actions: [{ id: "a1", type: "reject" }] }, reasons: ["Against policy"], comment: "too much" },
  differences: [
    { place: "Refund €84.50", first: plain("Approve"), second: plain("Reject"), message: [] },
    { place: "Call 2, Body", first: [], second: [], message: [{ text: "It ", sort: "kept" }, { text: "is", sort: "removed" }, { text: "was", sort: "added" }] },
  ],
  left_out: 0,
};

describe("a dispute", () => {
  it("shows the differences first, then who said what and why, and passes axe", async () => {
    const { container } = show(<Dispute dispute={DISPUTE} taken={undefined} onTake={nothing} onCannotTell={nothing} />);
    const rows = within(screen.getByRole("region", { name: "Two people disagree" })).getAllByRole("row");
    expect(rows.map(text)).toEqual([
      expect.stringContaining("AnaU+202E".slice(0, 3)), "Refund €84.50ApproveReject", "Call 2, BodyIt iswas", "ReasonsnoneAgainst policy", "Commentnonetoo much",
    ]);
    expect(container.textContent).not.toContain("\u202E");
    expect(await findings(container)).toEqual([]);
  });
  it("takes one over with G, and the other with G again", async () => {
    expect([otherThan(undefined), otherThan("first"), otherThan("second")]).toEqual(["first", "second", "first"]);
    const onTake = vi.fn<(which: string) => void>();
    const { rerender } = show(<Dispute dispute={DISPUTE} taken={undefined} onTake={onTake} onCannotTell={nothing} />);
    await userEvent.keyboard("g");
    expect(onTake).toHaveBeenLastCalledWith("first");
    rerender(<KeysProvider><Dispute dispute={DISPUTE} taken="first" onTake={onTake} onCannotTell={nothing} /></KeysProvider>);
    expect(screen.getByRole("status").textContent).toBe("Below it stands as Ana decided");
    await userEvent.keyboard("g");
    expect(onTake).toHaveBeenLastCalledWith("second");
  });
  it("offers to settle on can’t tell once that was taken over", async () => {
    const told = { ...DISPUTE, first: { ...DISPUTE.first, cannot_tell: true, verdict: null, words: "Can't tell" } };
    const onCannotTell = vi.fn<() => void>();
    show(<Dispute dispute={told} taken="first" onTake={nothing} onCannotTell={onCannotTell} />);
    await userEvent.click(screen.getByRole("button", { name: "Settle on can’t tell" }));
    expect(onCannotTell).toHaveBeenCalledTimes(1);
  });
});

describe("settling", () => {
  let leave = nothing;
  afterEach(() => leave());
  it("makes the decision taken over the workbench’s draft, with the desk’s word on it and the adjudicator’s own comment", async () => {
    const shown = caseOf({ kind: "proposed_action", view: actionView([REFUND]) }, { state: "disputed", dispute: DISPUTE });
    const typed = { ...shown.draft, comment: "as the policy has it" };
    const desk = standInDesk({ case: () => ({ ...shown, draft: typed }), draft: () => ({ ...NO_ANSWER, commit_label: "Reject" }) });
    leave = desk.leave;
    function Settling() {
      const settling = useSettling("k", shown, async () => {});
      return <>{settling.panel}<output>{JSON.stringify([settling.turn, settling.shown.draft, settling.shown.assessment.commit_label])}</output></>;
    }
    const { container } = show(<Settling />);
    await userEvent.keyboard("g");
    await screen.findByText("Below it stands as Ana decided");
    await userEvent.keyboard("g");
    await vi.waitFor(() => expect(container.querySelector("output")?.textContent).toBe(JSON.stringify([2, { ...typed, verdict: DISPUTE.second.verdict, cannot_tell: false }, "Reject"])));
    expect(desk.asked.map(({ name }) => name)).toEqual(["case", "draft", "case", "draft"]);
  });
});

describe("what committing leads to", () => {
  it("is said in the bar, over what the machine suggests, with the rule in its title", () => {
    const shown = caseOf({ kind: "data_conflict", view: ONE }, { suggestion: { id: "s", words: "21:11, 40 %", by_words: "majority", by: null, rationale: null, verdict: null } });
    show(<DecisionBar shown={shown} assessment={{ ...NO_ANSWER, refusal: null, ahead: SECOND }}><button type="button">Settle</button></DecisionBar>);
    expect(screen.getByRole("status").title).toBe("Goes to a second person. Two people: pay, above 100 EUR");
    expect(screen.getByText(/Suggested/)).toBeTruthy();
  });
  it("is said beside the hash, unless there is something that matters more", () => {
    const shown = caseOf({ kind: "proposed_action", view: actionView([REFUND]) });
    const { rerender } = show(<DecisionBar shown={shown} signing assessment={{ ...NO_ANSWER, ahead: SECOND }}>{null}</DecisionBar>);
    expect(screen.getByText("Goes to a second person")).toBeTruthy();
    rerender(<KeysProvider><DecisionBar shown={shown} signing refusal="Choose a reason first" assessment={{ ...NO_ANSWER, ahead: SECOND }}>{null}</DecisionBar></KeysProvider>);
    expect(screen.queryByText("Goes to a second person")).toBeNull();
  });
  it("stands among the checks with its rule", () => {
    show(<Checks checks={[]} ahead={SECOND} />);
    expect(text(screen.getByRole("listitem"))).toBe("Two people: pay, above 100 EUR: a second person decides after you, without seeing your answer");
  });
  it("and what is withheld stands beside the case, for every kind", () => {
    const blind = caseOf({ kind: "data_conflict", view: ONE }, { state: "awaiting_second", show_machine: false });
    expect(contextSections(blind).map((section) => section.title)).toEqual(["After you decide"]);
    show(contextSections(blind)[0]?.content);
    expect(screen.getByText(/hidden until you have decided/)).toBeTruthy();
    expect(screen.getByText(/Somebody has decided this already/)).toBeTruthy();
    expect(contextSections(caseOf({ kind: "data_conflict", view: ONE }))).toEqual([]);
  });
});

describe("how it ended", () => {
  it("stands in the history with the executor’s words, drawn and not rendered", async () => {
    const rows = [
      own({ decision_id: "d2", standing: "failed", state: "released", state_words: "Failed", outcome: { status: "failed", detail: "card expired\u202E", at: "2026-11-21T09:00:00Z" } }),
      own({ decision_id: "d3", standing: "overruled", state: "kept", state_words: "Settled otherwise", can_undo: false }),
    ];
    const { container } = show(<HistoryView rows={rows} more={false} busy={false} error={undefined} onMore={nothing} onUndo={async () => undefined} />);
    expect(screen.getByText("Settled otherwise")).toBeTruthy();
    expect(container.textContent).toContain("card expired");
    expect(container.textContent).not.toContain("\u202E");
    expect(await findings(container)).toEqual([]);
  });
});

describe("the sidebar", () => {
  const view = (more: Partial<Parameters<typeof SidebarView>[0]>) => (
    <SidebarView
      where="hub" queues={[]} place={{ page: "history" }} decidedToday={3} opinions={null} failed={0} forMe={undefined} away={false} outbox={{ pending: 0, wedged: 0 }} lead={false} sync={{ online: true, words: "Synced" }} rail={false}
      onFind={nothing} onHelp={nothing} onRail={nothing} {...more}
    />
  );
  it("has no list where nobody is ever asked, and disputes for those whom they concern", () => {
    const { rerender } = show(view({}));
    expect(screen.queryByRole("link", { name: /Awaiting a second/ })).toBeNull();
    rerender(<KeysProvider>{view({ opinions: { awaiting_second: 2, disputed: 0, adjudicates: false, own: 0 } })}</KeysProvider>);
    expect(text(screen.getByRole("link", { name: /Awaiting a second/ }))).toBe("Awaiting a second 2 for you");
    expect(screen.queryByRole("link", { name: /Disputed/ })).toBeNull();
    rerender(<KeysProvider>{view({ opinions: { awaiting_second: 0, disputed: 1, adjudicates: true, own: 0 }, place: { page: "queue", queue: "refunds", from: "disputed" } })}</KeysProvider>);
    const disputed = screen.getByRole("link", { name: /Disputed/ });
    expect([text(disputed), disputed.getAttribute("aria-current")]).toEqual(["Disputed 1 for you", "page"]);
  });
  it("says that something failed", () => {
    show(view({ failed: 2 }));
    expect(text(screen.getByRole("link", { name: /My decisions/ }))).toBe("My decisions 2 failed, 3 today");
  });
});
