// Before there are cases: what the page asks the desk for. What the desk then does is tested where it is.
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeQueryClient } from "../ipc/queries";
import type { StartView } from "../ipc/types.gen";
import { KeysProvider } from "../keys/useKeys";
import { standInDesk, type Answers, type Asked } from "../test/desk";
import { Start } from "./Start";

let leave = () => {};
afterEach(() => {
  cleanup();
  leave();
});

const version = "0.1.0";
const locked = (reason: Extract<StartView, { state: "locked" }>["reason"]): StartView => ({ state: "locked", mode: "solo", reason, words: "The store is locked.", version });

function refuse(code: string, message: string) {
  return Promise.reject({ code, message });
}

function show(view: StartView, answers: Answers, onChosen: (recoveryKey: string | null) => void = () => {}): Asked[] {
  const desk = standInDesk(answers);
  leave = desk.leave;
  render(<QueryClientProvider client={makeQueryClient()}><KeysProvider><Start view={view} waiting={undefined} onChosen={onChosen} onHelp={() => {}} /></KeysProvider></QueryClientProvider>);
  return desk.asked;
}

describe("a store that is not open", () => {
  it("is looked at again when the person asks the keychain again", async () => {
    const asked = show(locked("key_missing"), { unlock: () => locked("key_missing") });
    await userEvent.click(screen.getByRole("button", { name: "Ask the keychain again" }));
    expect(asked).toEqual([{ name: "unlock", args: { passphrase: null, recovery_key: null } }]);
  });
  it("says so when the keychain has no answer yet", async () => {
    show(locked("keychain_locked"), {});
    await userEvent.click(screen.getByRole("button", { name: "Ask the keychain again" }));
    await waitFor(() => expect(screen.getByRole("alert")).toBeTruthy());
  });
  it("offers no second question to a keychain that only a new start can find", () => {
    show(locked("no_keychain"), {});
    expect(screen.queryByRole("button", { name: "Ask the keychain again" })).toBeNull();
  });
  it("is tried again when what stood in the way may be gone", async () => {
    const asked = show({ state: "stopped", code: "disk_full", words: "The disk is full.", version }, { unlock: () => ({ state: "ready", mode: "solo", version }) });
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(asked).toEqual([{ name: "unlock", args: { passphrase: null, recovery_key: null } }]);
  });
});

describe("first run", () => {
  const first: StartView = { state: "first_run", keychain: true, sealed: 0, version };
  it("asks for a passphrase when the keychain did not take the key", async () => {
    const asked = show(first, { choose_solo: ({ passphrase }) => (passphrase === null ? (refuse("keychain_locked", "The keychain is locked.") as never) : { recovery_key: "7QK4" }) });
    await userEvent.click(screen.getByRole("button", { name: /Try the sample queues/ }));
    await userEvent.type(await screen.findByLabelText("Passphrase"), "correct horse");
    expect(screen.getByText("The keychain is locked.")).toBeTruthy();
    await userEvent.type(screen.getByLabelText("The same again"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Use this passphrase" }));
    expect(asked.at(-1)).toEqual({ name: "choose_solo", args: { sample: true, passphrase: "correct horse" } });
  });
  it("gives the recovery key also when the store was seen to be open before the choice was answered", async () => {
    let answer = (_: { recovery_key: string }) => {};
    const chosen = vi.fn<(recoveryKey: string | null) => void>();
    show(first, { choose_solo: () => new Promise((resolve) => { answer = resolve; }) as never }, chosen);
    await userEvent.click(screen.getByRole("button", { name: /Try the sample queues/ }));
    cleanup();
    answer({ recovery_key: "7QK4" });
    await waitFor(() => expect(chosen.mock.calls[0]?.[0]).toBe("7QK4"));
  });
  it("offers the browser where the hub has a provider, and can give it up", async () => {
    const asked = show(first, {
      check_hub: () => ({ version: "0.1.0", encrypted: true, provider: "login.example" }),
      browser_sign_in: () => new Promise(() => {}) as never,
      cancel_sign_in: () => ({}),
    });
    await userEvent.type(screen.getByRole("textbox", { name: "Address" }), "https://hub.example");
    await userEvent.tab();
    await userEvent.click(await screen.findByRole("button", { name: "Sign in with login.example" }));
    expect(await screen.findByText(/has opened in your browser/)).toBeTruthy();
    expect(asked.at(-1)).toEqual({ name: "browser_sign_in", args: { address: "https://hub.example", passphrase: null } });
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(asked.at(-1)).toEqual({ name: "cancel_sign_in", args: {} });
  });
  it("says that somebody’s decisions wait here sealed", () => {
    show({ ...first, sealed: 2 }, {});
    expect(screen.getByText(/2 decisions of somebody who signed out wait here/)).toBeTruthy();
  });
});
