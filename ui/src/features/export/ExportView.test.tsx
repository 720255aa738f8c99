// Writing a file of labels, as it is drawn.
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { findings } from "../../test/axe";
import { show } from "../../test/show";
import { ExportView } from "./ExportView";

describe("export", () => {
  it("writes the chosen format of a fitting queue, and says what it left out", async () => {
    const onExport = vi.fn<(args: unknown) => void>();
    const { container } = show(
      <ExportView
        queues={[{ name: "sites", title: "Sites", kind: "identity_match" }, { name: "flights", title: "Flights", kind: "data_conflict" }]} busy={false} error={undefined} onExport={onExport}
        done={{ path: "/tmp/l.csv", manifest_path: "/tmp/l.csv.manifest.json", rows: 12, left_out: ["3 pairs that could not be told"], other_sources: ["billing"] }}
      />,
    );
    await userEvent.click(screen.getByRole("radio", { name: /splink-labels.csv/ }));
    expect(within(screen.getByRole("combobox", { name: "Queue" })).queryByRole("option", { name: "Flights" })).toBeNull();
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Queue" }), "sites");
    await userEvent.click(screen.getByRole("button", { name: "Choose where and write" }));
    expect(onExport).toHaveBeenCalledWith({ format: "splink-labels.csv", queue: "sites", source: null, split: null });
    expect(screen.getByText("3 pairs that could not be told")).toBeTruthy();
    await userEvent.click(screen.getByRole("radio", { name: /labels.jsonl/ }));
    await userEvent.click(screen.getByRole("button", { name: "Write billing" }));
    expect(onExport).toHaveBeenLastCalledWith({ format: "splink-labels.csv", queue: "sites", source: "billing", split: null });
    expect(await findings(container)).toEqual([]);
  });
});
