// What was found, as it is drawn.
import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { SearchRow } from "../../ipc/types.gen";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { SearchView } from "./SearchView";

describe("search", () => {
  const found = (more: Partial<SearchRow>): SearchRow => ({ case_id: "c1", queue: "sites", queue_title: "Sites", kind: "identity_match", title: "Casa Central", external_id: "a|b", state: "open", at_hand: true, free: false, with: null, assignable: false, ...more });
  it("leads to every case, to decide it or to look, and says how it stands", async () => {
    const { container } = show(<SearchView query="casa" asked="casa" rows={[found({}), found({ case_id: "c2", title: "Casa Central CSC", at_hand: false, state: "released" })]} more busy={false} error={undefined} onQuery={nothing} onAsk={nothing} onMore={nothing} onAssign={nothing} />);
    expect(screen.getByRole("link", { name: "Casa Central" }).getAttribute("href")).toBe("#/cases/c1");
    expect(screen.getByRole("link", { name: "Casa Central CSC" }).getAttribute("href")).toBe("#/cases/c2");
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
