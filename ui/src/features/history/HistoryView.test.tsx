// My decisions as they are drawn.
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { HistoryRow } from "../../ipc/types.gen";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { HistoryView } from "./HistoryView";

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
