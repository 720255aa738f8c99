// The help, made from the key table.
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { Help } from "./Help";

describe("the help", () => {
  it("lists every key of the table", async () => {
    show(<Help onClose={nothing} />);
    const dialog = screen.getByRole("dialog", { name: "Keys" });
    for (const label of ["Same", "Different", "Commit, can’t be undone", "Undo the last decision", "Search or go to"]) expect(within(dialog).getByText(label)).toBeTruthy();
    expect(await findings(dialog)).toEqual([]);
    expect(dialog.textContent, "signs our fonts lack are drawn").not.toMatch(/[→←↑↓↵⌫]/);
    expect(dialog.textContent).toContain("Instead of holding: Enter, then proceed");
  });
});
