// A locked store as it is drawn.
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { RecoveryKeyView, UnlockView } from "./UnlockView";

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
