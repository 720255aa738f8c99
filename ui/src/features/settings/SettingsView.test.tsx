// The settings as they are drawn.
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { SettingsView } from "./SettingsView";

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
    expect(container.textContent, "signs our fonts lack are drawn").not.toMatch(/[→←↑↓↵⌫]/);
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
