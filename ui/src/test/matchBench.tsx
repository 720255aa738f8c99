// The bench of matches under test: shown over a desk that stands in, its keys pressed, what it committed looked at.
import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import type { CaseOnScreen, Draft, MatchView } from "../ipc/types.gen";
import { KeysProvider } from "../keys/useKeys";
import { standInDesk } from "./desk";
import type { Commit } from "../bench/contract";
import { OnlyLooking } from "../bench/onlyLooking";
import { Workbench } from "../bench/Workbench";
import { assessed, matchCase } from "../bench/match/fixtures";

let desk: ReturnType<typeof standInDesk>;
let view: MatchView;
export const onCommit = vi.fn<(commit: Commit) => Promise<void>>();
export const onSkip = vi.fn<() => void>();

beforeEach(() => {
  onCommit.mockReset().mockResolvedValue();
  onSkip.mockReset();
  desk = standInDesk({ draft: ({ draft }) => assessed(view, draft) });
});
afterEach(() => desk.leave());

export function show(shown: MatchView, more: Partial<CaseOnScreen> = {}, busy = false) {
  view = shown;
  return render(<KeysProvider><Workbench case={matchCase(shown, more)} busy={busy} onCommit={onCommit} onSkip={onSkip} /></KeysProvider>);
}
/** The same to somebody who decides nothing. */
export function showToLookAt(shown: MatchView) {
  view = shown;
  return render(<KeysProvider><OnlyLooking value><Workbench case={matchCase(shown)} busy={false} onCommit={onCommit} onSkip={onSkip} /></OnlyLooking></KeysProvider>);
}
export async function press(key: string, more: KeyboardEventInit = {}) {
  const code = /^\d$/.test(key) ? `Digit${key}` : /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key;
  await act(async () => {
    fireEvent.keyDown(document.activeElement ?? document.body, { key, code, ...more });
    fireEvent.keyUp(document.activeElement ?? document.body, { key, code });
  });
}
export const committed = (): Draft | undefined => onCommit.mock.calls[0]?.[0].draft;
export const bar = () => screen.getByRole("group", { name: "Decision" });
export const cell = (row: string, column: number) => within(screen.getByRole("row", { name: new RegExp(`^${row}`) })).getAllByRole("gridcell")[column] as HTMLElement;
/** What the desk was asked so far. */
export const asked = () => desk.asked;
