// The pages as they are drawn, with data of the shape the desk sends. What the desk does is tested where it is.
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { KeysProvider } from "../keys/useKeys";
import { findings } from "../test/axe";
import type { HistoryRow, OutboxEntry, RateRow, SearchRow } from "../ipc/types.gen";
import { ExportView } from "../features/export/ExportView";
import { FirstRunView, type FirstRunProps } from "../features/first-run/FirstRunView";
import { Help } from "../features/help/Help";
import { HistoryView } from "../features/history/HistoryView";
import { formatOf } from "../features/import/formatOf";
import { ImportView } from "../features/import/ImportView";
import { AgreementPanel } from "../features/lead/AgreementPanel";
import { daysOf, LeadFilters, LeadView } from "../features/lead/LeadView";
import { OutboxView } from "../features/outbox/OutboxView";
import { PaletteView } from "../features/palette/PaletteView";
import { SidebarView } from "../features/queues-sidebar/SidebarView";
import { SearchView } from "../features/search/SearchView";
import { SettingsView } from "../features/settings/SettingsView";
import { RecoveryKeyView, UnlockView } from "../features/unlock/UnlockView";

const nothing = () => {};
const show = (ui: ReactNode) => render(<KeysProvider>{ui}</KeysProvider>);

describe("first run", () => {
  const props: FirstRunProps = {
    version: "0.1.0", keychain: true, busy: false, error: undefined, hub: { found: undefined, encrypted: true, error: undefined },
    onSample: nothing, onImport: nothing, onAddress: nothing, onTeam: nothing, onHelp: nothing,
  };
  it("asks where the cases are, and passes axe", async () => {
    const { container } = show(<FirstRunView {...props} />);
    expect(screen.getByRole("heading", { level: 1, name: "Where are your cases?" })).toBeTruthy();
    expect(await findings(container, true)).toEqual([]);
  });
  it("starts the sample with one key", async () => {
    const onSample = vi.fn<() => void>();
    show(<FirstRunView {...props} onSample={onSample} />);
    await userEvent.keyboard("{Enter}");
    expect(onSample).toHaveBeenCalledTimes(1);
  });
  it("asks for address and token before it signs in", async () => {
    const onTeam = vi.fn<(address: string, token: string) => void>();
    show(<FirstRunView {...props} hub={{ found: "1.4", encrypted: false, error: undefined }} onTeam={onTeam} />);
    await userEvent.type(screen.getByRole("textbox", { name: "Address" }), "https://hub.example");
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(onTeam).not.toHaveBeenCalled();
    expect(screen.getByRole("alert").textContent).toBe("The token you were given");
    await userEvent.type(screen.getByLabelText("Access token"), "secret");
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(onTeam).toHaveBeenCalledWith("https://hub.example", "secret");
  });
});

describe("a locked store", () => {
  it("takes a passphrase twice when it is made, or stops", async () => {
    const onPassphrase = vi.fn<(passphrase: string) => void>();
    const { container } = show(<UnlockView mode="new" why="There is no keychain here." busy={false} error={undefined} onPassphrase={onPassphrase} onStop={nothing} />);
    await userEvent.type(screen.getByLabelText("Passphrase"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Use this passphrase" }));
    expect(screen.getByRole("alert").textContent).toBe("The two are not the same");
    await userEvent.type(screen.getByLabelText("The same again"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Use this passphrase" }));
    expect(onPassphrase).toHaveBeenCalledWith("correct horse");
    expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
    expect(await findings(container, true)).toEqual([]);
  });
  it("can be opened with the recovery key", async () => {
    const onRecoveryKey = vi.fn<(key: string, fresh: string | null) => void>();
    show(<UnlockView mode="existing" why="The keychain does not hold the key." busy={false} error="That is not the key." recoverFirst onPassphrase={nothing} onRecoveryKey={onRecoveryKey} onStop={nothing} />);
    await userEvent.type(screen.getByRole("textbox", { name: "Recovery key" }), " abcd-efgh ");
    await userEvent.click(screen.getByRole("button", { name: "Unlock" }));
    expect(onRecoveryKey).toHaveBeenCalledWith("abcd-efgh", null);
  });
  it("opened with the recovery key takes a new passphrase, twice", async () => {
    const onRecoveryKey = vi.fn<(key: string, fresh: string | null) => void>();
    const { container } = show(<UnlockView mode="existing" why="Type the passphrase." busy={false} error={undefined} newPassphrase="needed" onPassphrase={nothing} onRecoveryKey={onRecoveryKey} onStop={nothing} />);
    await userEvent.click(screen.getByRole("button", { name: "Use the recovery key" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Recovery key" }), "abcd-efgh");
    await userEvent.click(screen.getByRole("button", { name: "Unlock" }));
    expect(screen.getByRole("alert").textContent).toBe("At least 8 characters");
    await userEvent.type(screen.getByLabelText("New passphrase"), "correct horse");
    await userEvent.type(screen.getByLabelText("The same again"), "correct horse");
    expect(await findings(container, true)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Unlock" }));
    expect(onRecoveryKey).toHaveBeenCalledWith("abcd-efgh", "correct horse");
  });
  it("whose keychain is only away keeps it, unless a new passphrase is typed", async () => {
    const onRecoveryKey = vi.fn<(key: string, fresh: string | null) => void>();
    show(<UnlockView mode="existing" why="No keychain." busy={false} error={undefined} recoverFirst newPassphrase="offered" onPassphrase={nothing} onRecoveryKey={onRecoveryKey} onStop={nothing} />);
    await userEvent.type(screen.getByRole("textbox", { name: "Recovery key" }), "abcd-efgh");
    await userEvent.click(screen.getByRole("button", { name: "Unlock" }));
    expect(onRecoveryKey).toHaveBeenCalledWith("abcd-efgh", null);
  });
  it("shows the recovery key once and passes axe", async () => {
    const { container } = show(<RecoveryKeyView recoveryKey="7QK4-M2XN-9RTD" onDone={nothing} onCopy={nothing} />);
    expect(screen.getByText("7QK4-M2XN-9RTD")).toBeTruthy();
    expect((screen.getByRole("button", { name: "Go on" }) as HTMLButtonElement).disabled).toBe(true);
    expect(await findings(container, true)).toEqual([]);
  });
});

describe("the sidebar", () => {
  const view = (rail: boolean) => (
    <><main /><SidebarView
      where="On this computer" place={{ page: "queue", queue: "sites" }} forMe={3} away decidedToday={132} opinions={{ awaiting_second: 4, disputed: 2, adjudicates: true, own: 1 }} failed={1} outbox={{ pending: 3, wedged: 1 }} lead sync={{ online: false, words: "Offline · 4 in the outbox" }} rail={rail}
      queues={[{ name: "sites", title: "Sites", icon: "match", open: 446, due: 0 }, { name: "flights", title: "Flight times", icon: "conflict", open: 1148, due: 2 }]}
      onFind={nothing} onHelp={nothing} onRail={nothing}
    /></>
  );
  it("names queues with what is left and due, and where one is", async () => {
    const { container } = show(view(false));
    const nav = screen.getByRole("navigation", { name: "Queues" });
    expect(within(nav).getByRole("link", { current: "page" }).textContent).toContain("Sites");
    expect(within(nav).getByRole("link", { name: /^Flight times 2 ?due within the hour, ?1,148 ?left$/ })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });
  it("as a rail still reaches every queue", async () => {
    const { container } = show(view(true));
    expect(screen.getByRole("link", { name: "Flight times, 1148 open" })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });
});

const entry = (more: Partial<OutboxEntry>): OutboxEntry => ({ id: "d1", case_id: "c1", queue: "sites", kind: "identity_match", title: "A Child’s World / St. Vincent DePaul", words: "different", at: "2026-11-21T08:00:00Z", wedged: null, ...more });

describe("the outbox", () => {
  const wedged = entry({
    id: "d2", title: "Chicago Commons", words: "one group",
    wedged: {
      code: "stale_revision", words: "The case changed while you were offline: you saw revision 1, the hub holds revision 2.", can_retry: true, can_decide_again: true,
      changes: [{ place: "e0272, phone", change: [{ text: "785", sort: "kept" }, { text: "4393", sort: "removed" }, { text: "3940", sort: "added" }] }],
      seen_hash: "sha256:8f0b00000000000000000000000051de", now_hash: "sha256:c27a00000000000000000000000009e04",
    },
  });
  it("says what waits and what needs the person, and offers what can be done", async () => {
    const onDecideAgain = vi.fn<(id: string) => void>();
    const onDiscard = vi.fn<(id: string) => void>();
    const { container } = show(<OutboxView entries={[entry({}), wedged]} busy={undefined} error={undefined} onRetry={nothing} onDecideAgain={onDecideAgain} onDiscard={onDiscard} />);
    expect(screen.getByText("1 waiting, 1 needs you")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Decide again" }));
    expect(onDecideAgain).toHaveBeenCalledWith("d2");
    await userEvent.click(screen.getByRole("button", { name: "Discard my decision" }));
    expect(onDiscard).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Discard it" }));
    expect(onDiscard).toHaveBeenCalledWith("d2");
    expect(await findings(container)).toEqual([]);
  });
  it("draws hidden characters in what changed and in the hub's words", () => {
    const turned = "phone\u202E";
    const { container } = show(<OutboxView entries={[entry({ wedged: { ...wedged.wedged as NonNullable<OutboxEntry["wedged"]>, words: turned, changes: [{ place: turned, change: [{ text: turned, sort: "added" }] }] } })]} busy={undefined} error={undefined} onRetry={nothing} onDecideAgain={nothing} onDiscard={nothing} />);
    expect(container.textContent?.match(/U\+202E/g)).toHaveLength(3);
    expect(container.textContent).not.toContain("\u202E");
  });
  it("says when everything is delivered", () => {
    show(<OutboxView entries={[]} busy={undefined} error={undefined} onRetry={nothing} onDecideAgain={nothing} onDiscard={nothing} />);
    expect(screen.getByRole("heading", { name: "The outbox is empty" })).toBeTruthy();
  });
});

const decided = (more: Partial<HistoryRow>): HistoryRow => ({
  decision_id: "d1", case_id: "c1", queue: "sites", queue_title: "Sites", kind: "identity_match", title: "Mary Crane", words: "Different", at: "2026-11-21T08:00:00Z", agreement: "override",
  state: "pending", standing: "pending", outcome: null, state_words: "Final in 0:12", can_undo: true, corrects: false, comment: null, ...more,
});

describe("the history", () => {
  it("undoes what is not final, and asks why before it corrects what is released", async () => {
    const onUndo = vi.fn(async (_: HistoryRow, __: string | null) => undefined);
    const released = decided({ decision_id: "d2", title: "V & J Day Care Center", words: "Same", state: "released", standing: "released", corrects: true, state_words: "Released", agreement: "agree", comment: "same phone" });
    const { container } = show(<HistoryView rows={[decided({}), released]} more busy={false} error={undefined} onMore={nothing} onUndo={onUndo} />);
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Undo Different, Mary Crane" }));
    expect(onUndo).toHaveBeenCalledWith(decided({}), null);
    await userEvent.click(screen.getByRole("button", { name: "Correct Same, V & J Day Care Center" }));
    const dialog = screen.getByRole("dialog", { name: "Correct a released decision" });
    expect(await findings(dialog)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Take it back" }));
    expect(onUndo).toHaveBeenCalledTimes(1);
    await userEvent.type(within(dialog).getByRole("textbox", { name: "Why" }), "two branches");
    await userEvent.click(within(dialog).getByRole("button", { name: "Take it back" }));
    expect(onUndo).toHaveBeenLastCalledWith(released, "two branches");
  });
  it("asks why of a decision whose undo window is over, also when that happened since the list was read", async () => {
    const onUndo = vi.fn(async (_: HistoryRow, reason: string | null) => (reason === null ? "reason_required" as const : undefined));
    const over = decided({ decision_id: "d3", title: "Casa Central", corrects: true, state_words: "Becoming final" });
    show(<HistoryView rows={[decided({}), over]} more={false} busy={false} error={undefined} onMore={nothing} onUndo={onUndo} />);
    await userEvent.click(screen.getByRole("button", { name: "Correct Different, Casa Central" }));
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(onUndo).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Undo Different, Mary Crane" }));
    expect(await screen.findByRole("dialog", { name: "Correct a released decision" })).toBeTruthy();
  });
});

describe("search", () => {
  const found = (more: Partial<SearchRow>): SearchRow => ({ case_id: "c1", queue: "sites", queue_title: "Sites", kind: "identity_match", title: "Casa Central", external_id: "a|b", state: "open", at_hand: true, free: false, with: null, assignable: false, ...more });
  it("opens what is on this computer and shows the state of the rest", async () => {
    const { container } = show(<SearchView query="casa" asked="casa" rows={[found({}), found({ case_id: "c2", title: "Casa Central CSC", at_hand: false, state: "released" })]} more busy={false} error={undefined} onQuery={nothing} onAsk={nothing} onMore={nothing} onAssign={nothing} />);
    expect(screen.getByRole("link", { name: "Casa Central" }).getAttribute("href")).toBe("#/cases/c1");
    expect(screen.queryByRole("link", { name: "Casa Central CSC" })).toBeNull();
    expect(screen.getByText("released")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });
  it("says when nothing was found, and when the hub is away", () => {
    const { rerender } = show(<SearchView query="x" asked="x" rows={[]} more={false} busy={false} error={undefined} onQuery={nothing} onAsk={nothing} onMore={nothing} onAssign={nothing} />);
    expect(screen.getByRole("heading", { name: "Nothing found" })).toBeTruthy();
    rerender(<SearchView query="x" asked="x" rows={[]} more={false} busy={false} error="The hub is away." onQuery={nothing} onAsk={nothing} onMore={nothing} onAssign={nothing} />);
    expect(screen.getByRole("alert").textContent).toBe("The hub is away.");
  });
});

const rate = (group: RateRow["group"], n: number, override: number): RateRow => ({ group, n, agree: n - override, override, edited: 0, cannot_tell: 1, no_suggestion: 2, rate: n === 0 ? null : override / n, low: n === 0 ? null : 0.4, high: n === 0 ? null : 0.6, words: "" });

describe("the lead’s page", () => {
  it("shows each rate with its count and interval, and none where there is nothing to compare", async () => {
    const { container } = show(
      <>
        <LeadFilters queues={[{ name: "sites", title: "Sites" }]} queue="" by="queue" period="84" onQueue={nothing} onBy={nothing} onPeriod={nothing} />
        <LeadView
          title="All queues" groupBy="queue" error={undefined} nameOf={(_, value) => value ?? "not said"}
          groups={[rate({ queue: "Sites" }, 446, 220), rate({ queue: "Flights" }, 0, 0)]} days={[rate({ day: "2026-11-21" }, 40, 20), rate({ day: "2026-11-20" }, 10, 5)]}
        />
      </>,
    );
    const row = screen.getByRole("row", { name: /Sites/ });
    expect(within(row).getByRole("img", { name: "49.3\u202f%, 220 of 446, 95 % interval 40–60\u202f%" })).toBeTruthy();
    expect(within(row).getByText("220 of 446")).toBeTruthy();
    expect(screen.getByText("no rate: nothing to compare")).toBeTruthy();
    expect(screen.getByRole("img", { name: /override rate by day/ })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });
  it("shows how often two came to the same, with its interval, and nothing where nobody has looked twice", async () => {
    const none = { n: 0, agree: 0, disagree: 0, cannot_tell: 0, rate: null, interval: null };
    const second = { n: 40, agree: 36, disagree: 4, cannot_tell: 2, rate: 0.9, interval: { level: 0.95, low: 0.77, high: 0.96, method: "wilson" as const } };
    const { container, rerender } = show(<AgreementPanel titleOf={(name) => name} items={[{ queue: "Sites", gold: none, audit: { ...none, cannot_tell: 1 }, second_opinion: second }]} />);
    const row = screen.getByRole("row", { name: /Second opinion/ });
    expect(within(row).getByRole("img", { name: "90.0\u202f%, 36 of 40, 95 % interval 77–96\u202f%" })).toBeTruthy();
    expect(screen.getByText("no rate: nobody could tell")).toBeTruthy();
    expect(screen.queryByText("Known answer")).toBeNull();
    expect(await findings(container)).toEqual([]);
    rerender(<AgreementPanel titleOf={(name) => name} items={[{ queue: "Sites", gold: none, audit: none, second_opinion: none }]} />);
    expect(screen.queryByRole("table")).toBeNull();
  });
  it("draws the days in order", () => {
    expect(daysOf([rate({ day: "2026-11-21" }, 40, 20), rate({ day: "2026-11-20T00:00:00Z" }, 10, 5), rate({ day: "2026-11-22" }, 0, 0)]).map((d) => d.day)).toEqual(["2026-11-20", "2026-11-21"]);
  });
});

describe("export and import", () => {
  it("writes the chosen format of a fitting queue, and says what it left out", async () => {
    const onExport = vi.fn<(args: unknown) => void>();
    const { container } = show(
      <ExportView
        queues={[{ name: "sites", title: "Sites", kind: "identity_match" }, { name: "flights", title: "Flights", kind: "data_conflict" }]} busy={false} error={undefined} onExport={onExport}
        done={{ path: "/tmp/l.csv", manifest_path: "/tmp/l.csv.manifest.json", rows: 12, left_out: ["3 pairs that could not be told"] }}
      />,
    );
    await userEvent.click(screen.getByRole("radio", { name: /splink-labels.csv/ }));
    expect(within(screen.getByRole("combobox", { name: "Queue" })).queryByRole("option", { name: "Flights" })).toBeNull();
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Queue" }), "sites");
    await userEvent.click(screen.getByRole("button", { name: "Choose where and write" }));
    expect(onExport).toHaveBeenCalledWith({ format: "splink-labels.csv", queue: "sites", split: null });
    expect(screen.getByText("3 pairs that could not be told")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });

  it("imports Splink predictions with their band", async () => {
    const onImport = vi.fn<(args: unknown) => void>();
    const files: Record<string, string> = { Records: "/d/records.csv", Pairs: "/d/pairs.parquet" };
    show(<ImportView start={{ format: "splink", paths: [] }} busy={false} error={undefined} done={undefined} onPickFiles={async ({ title }) => [files[title] ?? ""]} onImport={onImport} onClose={nothing} />);
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(screen.getByRole("alert").textContent).toBe("Name the queue the cases go to");
    await userEvent.click(screen.getByRole("button", { name: "Choose records" }));
    await userEvent.click(screen.getByRole("button", { name: "Choose pairs" }));
    await userEvent.clear(screen.getByRole("textbox", { name: "Column with the record’s id" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Column with the record’s id" }), "record_id");
    await userEvent.type(screen.getByRole("textbox", { name: /Queue/ }), "sites");
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(onImport).toHaveBeenCalledWith({ format: "splink", records: "/d/records.csv", pairs: "/d/pairs.parquet", id: "record_id", low: 0.2, high: 0.99, queue: "sites" });
    expect(await findings(screen.getByRole("dialog"))).toEqual([]);
  });

  it("says what became of every row", async () => {
    show(<ImportView start={{ format: "cases", paths: [] }} busy={false} error={undefined} onPickFiles={async () => []} onImport={nothing} onClose={nothing} done={{ created: 446, revised: 0, unchanged: 0, left_alone: 0, known_links: 3318, refused: [{ file: "/d/cases.jsonl", line: 7, code: "duplicate_key", words: "a key twice: id" }], notes: [] }} />);
    expect(screen.getByRole("status").textContent).toBe("New cases446Known links3,318Refused1");
    expect(screen.getByText("cases.jsonl, line 7")).toBeTruthy();
    expect(await findings(screen.getByRole("dialog"))).toEqual([]);
  });

  it("knows a dropped file by its name", () => {
    expect([["a.jsonl"], ["p.parquet", "r.csv"], ["claims.csv"], ["splink_predictions.csv"]].map(formatOf)).toEqual(["cases", "splink", "claims", "splink"]);
  });
});

describe("settings", () => {
  it("changes the theme and asks twice before signing out", async () => {
    const onChange = vi.fn<(settings: unknown) => void>();
    const onSignOut = vi.fn<() => void>();
    const settings = { theme: "system", text_size: "100", context_open: true, sidebar_open: true, hold_alternative: false, notifications: true } as const;
    const { container } = show(
      <SettingsView
        settings={settings} about={{ version: "0.1.0", mode: "solo", place: "On this computer", person: "You", roles: ["steward", "lead"] }} outbox={2} recoveryKey={undefined} busy={false} error={undefined}
        onChange={onChange} onRecoveryKey={nothing} onCopy={nothing} onImport={nothing} onSample={nothing} onSignOut={onSignOut}
      />,
    );
    await userEvent.click(screen.getByRole("radio", { name: "Dark" }));
    expect(onChange).toHaveBeenCalledWith({ ...settings, theme: "dark" });
    await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
    expect(screen.getByText(/2 in the outbox are not delivered yet. The hub is asked once more/)).toBeTruthy();
    expect(onSignOut).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
    expect(onSignOut).toHaveBeenCalledTimes(1);
    expect(await findings(container)).toEqual([]);
  });
});

describe("help and palette", () => {
  it("the help lists every key of the table", async () => {
    show(<Help onClose={nothing} />);
    const dialog = screen.getByRole("dialog", { name: "Keys" });
    for (const label of ["Same", "Different", "Commit, can’t be undone", "Undo the last decision", "Search or go to"]) expect(within(dialog).getByText(label)).toBeTruthy();
    expect(await findings(dialog)).toEqual([]);
  });
  it("the palette draws hidden characters also in what was typed", () => {
    const item = { id: "a", label: "Invoice\u202Efdp", icon: "action" as const, run: nothing };
    show(<PaletteView query={"e\u202Ef"} groups={[{ title: "Here", items: [item] }]} at={0} onQuery={nothing} onAt={nothing} onPick={nothing} onClose={nothing} />);
    const option = screen.getByRole("option");
    expect(option.textContent).toContain("InvoiceU+202Efdp");
  });
  it("the palette picks by arrow and Enter", async () => {
    const onPick = vi.fn<(item: { id: string }) => void>();
    const onAt = vi.fn<(at: number) => void>();
    const item = (id: string, label: string) => ({ id, label, icon: "action" as const, run: nothing });
    show(<PaletteView query="ca" groups={[{ title: "Here", items: [item("a", "Can’t tell")] }, { title: "Go to", items: [item("b", "Cases")] }]} at={1} onQuery={nothing} onAt={onAt} onPick={onPick} onClose={nothing} />);
    const field = screen.getByRole("combobox", { name: "Search or go to" });
    expect(document.activeElement).toBe(field);
    expect(screen.getByRole("option", { selected: true }).textContent).toContain("Cases");
    await userEvent.keyboard("{ArrowDown}");
    expect(onAt).toHaveBeenCalledWith(0);
    await userEvent.keyboard("{Enter}");
    expect(onPick.mock.calls[0]?.[0].id).toBe("b");
    expect(await findings(screen.getByRole("dialog"))).toEqual([]);
  });
});
