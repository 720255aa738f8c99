// The first page as it is drawn, and what it asks for.
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { FirstRunView, type FirstRunProps } from "./FirstRunView";

describe("first run", () => {
  const props: FirstRunProps = {
    version: "0.1.0", keychain: true, busy: false, error: undefined, hub: { found: undefined, encrypted: true, error: undefined },
    onSample: nothing, onImport: nothing, onAddress: nothing, onTeam: nothing, onHelp: nothing,
  };
  it("asks where the cases are, and passes axe", async () => {
    const { container } = show(<FirstRunView {...props} />);
    expect(screen.getByRole("heading", { level: 1, name: "Where are your cases?" })).toBeTruthy();
    expect(await findings(container, true)).toEqual([]);
  });
  it("starts the sample with one key", async () => {
    const onSample = vi.fn<() => void>();
    show(<FirstRunView {...props} onSample={onSample} />);
    await userEvent.keyboard("{Enter}");
    expect(onSample).toHaveBeenCalledTimes(1);
  });
  it("asks for address and token before it signs in", async () => {
    const onTeam = vi.fn<(address: string, token: string) => void>();
    show(<FirstRunView {...props} hub={{ found: "1.4", encrypted: false, error: undefined }} onTeam={onTeam} />);
    await userEvent.type(screen.getByRole("textbox", { name: "Address" }), "https://hub.example");
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(onTeam).not.toHaveBeenCalled();
    expect(screen.getByRole("alert").textContent).toBe("The token you were given");
    await userEvent.type(screen.getByLabelText("Access token"), "secret");
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(onTeam).toHaveBeenCalledWith("https://hub.example", "secret");
  });
});
