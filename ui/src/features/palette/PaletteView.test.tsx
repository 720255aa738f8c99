// The palette as it is drawn.
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { PaletteView } from "./PaletteView";

describe("the palette", () => {
  it("draws hidden characters also in what was typed", () => {
    const item = { id: "a", label: "Invoice\u202Efdp", icon: "action" as const, run: nothing };
    show(<PaletteView query={"e\u202Ef"} groups={[{ title: "Here", items: [item] }]} at={0} onQuery={nothing} onAt={nothing} onPick={nothing} onClose={nothing} />);
    const option = screen.getByRole("option");
    expect(option.textContent).toContain("InvoiceU+202Efdp");
  });
  it("picks by arrow and Enter", async () => {
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
