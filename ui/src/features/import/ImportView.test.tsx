// Handing files over, and what became of them.
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { findings } from "../../test/axe";
import type { RecordsHeader } from "../../ipc/types.gen";
import { nothing, show } from "../../test/show";
import { formatOf } from "./formatOf";
import { ImportView } from "./ImportView";

/** The desk hasn't read them yet: a column is typed. */
const unanswered = () => new Promise<never>(nothing);
const HEADER: RecordsHeader = { columns: ["site", "key", "src"], id: "key" };

describe("import", () => {
  it("imports Splink predictions with their band", async () => {
    const onImport = vi.fn<(args: unknown) => void>();
    const files: Record<string, string> = { Records: "/d/records.csv", Pairs: "/d/pairs.parquet" };
    show(<ImportView start={{ format: "splink", paths: [] }} busy={false} error={undefined} done={undefined} onReadHeader={unanswered} onPickFiles={async ({ title }) => [files[title] ?? ""]} onImport={onImport} onClose={nothing} />);
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(screen.getByRole("alert").textContent).toBe("Choose the records and the pairs");
    await userEvent.clear(screen.getByRole("textbox", { name: /Queue/ }));
    await userEvent.click(screen.getByRole("button", { name: "Choose records" }));
    await userEvent.click(screen.getByRole("button", { name: "Choose pairs" }));
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(screen.getByRole("alert").textContent).toBe("Name the queue the cases go to");
    expect(document.activeElement, "the focus is where something is missing").toBe(screen.getByRole("textbox", { name: /Queue/ }));
    await userEvent.clear(screen.getByRole("textbox", { name: "Column with the record’s id" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Column with the record’s id" }), "record_id");
    await userEvent.type(screen.getByRole("textbox", { name: /Queue/ }), "sites");
    await userEvent.type(screen.getByRole("textbox", { name: /Source/ }), "crm");
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(onImport).toHaveBeenCalledWith({ format: "splink", records: "/d/records.csv", pairs: "/d/pairs.parquet", id: "record_id", low: 0.2, high: 0.99, queue: "sites", source: "crm", system: null, entity_type: null, map: [] });
    expect(await findings(screen.getByRole("dialog"))).toEqual([]);
  });
  it("offers the columns that the records have, the likeliest id chosen", async () => {
    const onImport = vi.fn<(args: unknown) => void>();
    const onReadHeader = vi.fn(async (_: string) => HEADER);
    show(<ImportView start={{ format: "splink", paths: ["/d/records.csv", "/d/pairs.csv"] }} busy={false} error={undefined} done={undefined} onReadHeader={onReadHeader} onPickFiles={async () => ["/d/others.csv"]} onImport={onImport} onClose={nothing} />);
    const id = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Column with the record’s id" });
    expect([id.value, [...id.options].map((option) => option.label)]).toEqual(["key", ["Choose a column", "site", "key", "src"]]);
    await userEvent.click(screen.getByText("More"));
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "System column" }), "src");
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(onImport).toHaveBeenCalledWith(expect.objectContaining({ id: "key", system: "src" }));
    await userEvent.selectOptions(id, "Choose a column");
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(screen.getByRole("alert").textContent).toBe("Name the column with the record’s id");
    expect(await findings(screen.getByRole("dialog"))).toEqual([]);
    onReadHeader.mockResolvedValue({ columns: ["nr", "name"], id: null });
    await userEvent.click(screen.getByRole("button", { name: "Choose records" }));
    await screen.findAllByRole("option", { name: "nr" });
    const [again, system] = screen.getAllByRole<HTMLSelectElement>("combobox");
    expect([again?.value, system?.value], "of other records nothing is kept that they don't have").toEqual(["", ""]);
    expect(onReadHeader.mock.calls).toEqual([["/d/records.csv"], ["/d/others.csv"]]);
  });
  it("names a column as it stands in the records, spaces at its ends included", async () => {
    const onImport = vi.fn<(args: unknown) => void>();
    show(<ImportView start={{ format: "splink", paths: ["/d/records.csv", "/d/pairs.csv"] }} busy={false} error={undefined} done={undefined} onReadHeader={async () => ({ columns: ["key", " nr", " "], id: null })} onPickFiles={async () => []} onImport={onImport} onClose={nothing} />);
    await screen.findAllByRole("option", { name: "nr" });
    await userEvent.click(screen.getByText("More"));
    const [id, system] = screen.getAllByRole<HTMLSelectElement>("combobox");
    if (id === undefined || system === undefined) throw new Error("two columns are chosen");
    await userEvent.selectOptions(id, " nr");
    await userEvent.selectOptions(system, " ");
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(onImport).toHaveBeenCalledWith(expect.objectContaining({ id: " nr", system: " " }));
  });
  it("says that records can’t be read as soon as they are chosen, and has the column typed", async () => {
    show(<ImportView start={{ format: "splink", paths: ["/d/records.csv", "/d/pairs.csv"] }} busy={false} error={undefined} done={undefined} onReadHeader={() => Promise.reject(new Error("Records.csv: nothing is there"))} onPickFiles={async () => []} onImport={nothing} onClose={nothing} />);
    expect((await screen.findByRole("alert")).textContent).toBe("Records.csv: nothing is there");
    expect(screen.getByRole("textbox", { name: "Column with the record’s id" })).toBeTruthy();
  });
  it("imports claims, under the usual source when none is given", async () => {
    const onImport = vi.fn<(args: unknown) => void>();
    show(<ImportView start={{ format: "claims", paths: ["/d/claims.csv"] }} busy={false} error={undefined} done={undefined} onReadHeader={unanswered} onPickFiles={async () => []} onImport={onImport} onClose={nothing} />);
    await userEvent.clear(screen.getByRole("textbox", { name: /Queue/ }));
    await userEvent.type(screen.getByRole("textbox", { name: /Queue/ }), "flights");
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(onImport).toHaveBeenCalledWith({ format: "claims", path: "/d/claims.csv", queue: "flights", source: null, entity_type: null });
  });
  it("imports what was dropped at once with the Enter key", async () => {
    const onImport = vi.fn<(args: unknown) => void>();
    show(<ImportView start={{ format: "splink", paths: ["/d/records.csv", "/d/predictions.parquet"] }} busy={false} error={undefined} done={undefined} onReadHeader={unanswered} onPickFiles={async () => []} onImport={onImport} onClose={nothing} />);
    await userEvent.keyboard("{Enter}");
    expect(onImport).toHaveBeenCalledWith(expect.objectContaining({ format: "splink", records: "/d/records.csv", pairs: "/d/predictions.parquet", queue: "matches" }));
  });
  it("imports what was chosen at once with the Enter key", async () => {
    const onImport = vi.fn<(args: unknown) => void>();
    show(<ImportView start={{ format: "cases", paths: [] }} busy={false} error={undefined} done={undefined} onReadHeader={unanswered} onPickFiles={async () => ["/d/a.jsonl"]} onImport={onImport} onClose={nothing} />);
    await userEvent.click(screen.getByRole("button", { name: "Choose files" }));
    await userEvent.keyboard("{Enter}");
    expect(onImport).toHaveBeenCalledWith({ format: "cases", paths: ["/d/a.jsonl"], queue: null, source: null });
  });
  it("takes what the command line takes, under More", async () => {
    const onImport = vi.fn<(args: unknown) => void>();
    show(<ImportView start={{ format: "splink", paths: ["/d/records.csv", "/d/pairs.csv"] }} busy={false} error={undefined} done={undefined} onReadHeader={unanswered} onPickFiles={async () => []} onImport={onImport} onClose={nothing} />);
    await userEvent.click(screen.getByText("More"));
    await userEvent.type(screen.getByRole("textbox", { name: "System column" }), "src");
    await userEvent.type(screen.getByRole("textbox", { name: "Entity type" }), "site");
    const map = screen.getByRole("textbox", { name: "Comparisons and columns" });
    await userEvent.type(map, "name_norm site_name");
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(screen.getByRole("alert").textContent).toBe("“name_norm site_name” is no pair: write name = column");
    await userEvent.clear(map);
    await userEvent.type(map, "name_norm = site_name{enter}zip =");
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(onImport).toHaveBeenCalledWith(expect.objectContaining({ system: "src", entity_type: "site", map: [["name_norm", "site_name"], ["zip", ""]] }));
    expect(await findings(screen.getByRole("dialog"))).toEqual([]);
  });
  it("says what became of every row", async () => {
    show(<ImportView start={{ format: "cases", paths: [] }} busy={false} error={undefined} onReadHeader={unanswered} onPickFiles={async () => []} onImport={nothing} onClose={nothing} done={{ created: 446, revised: 0, unchanged: 0, left_alone: 0, known_links: 3318, refused_count: 1, refused: [{ file: "/d/cases.jsonl", line: 7, code: "duplicate_key", words: "a key twice: id" }], notes: [] }} />);
    expect(screen.getByRole("status").textContent).toBe("New cases446Known links3,318Refused1");
    expect(screen.getByText("cases.jsonl, line 7")).toBeTruthy();
    expect(await findings(screen.getByRole("dialog"))).toEqual([]);
  });
  it("knows a dropped file by its name", () => {
    expect([["a.jsonl"], ["p.parquet", "r.csv"], ["claims.csv"], ["splink_predictions.csv"]].map(formatOf)).toEqual(["cases", "splink", "claims", "splink"]);
  });
});
