// The outbox as it is drawn. What the desk does is tested where it is.
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { OutboxEntry } from "../../ipc/types.gen";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { OutboxView } from "./OutboxView";

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
