// Webhooks, from what the desk says to what is asked of it.
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { DeliveryRow, Webhook } from "../../ipc/types.gen";
import { findings } from "../../test/axe";
import { argsOf, refused, showAsking } from "../../test/show";
import { Webhooks } from "./Webhooks";

const hook = (more: Partial<Webhook> = {}): Webhook => ({ id: "w1", url: "https://example.com/in", events: ["decision.released"], signing: "hmac", state: "active", created_at: "2026-11-20T08:00:00Z", last_success_at: null, standing: "untried", failing_since: null, waiting: 0, dead: 1, ...more });

const events = [{ name: "*", words: "Everything" }, { name: "decision.released", words: "A decision was released" }];
const delivery = (more: Partial<DeliveryRow> = {}): DeliveryRow => ({ id: "d1", event: "decision.released", case_id: "c1", sequence: 2, state: "dead", words: "Given up after 10 tries: the receiver answered 503", created_at: "2026-11-21T08:00:00Z", tried_at: null, next_at: null, correlation_id: "r1", ...more });

describe("webhooks", () => {
  it("are listed with how it goes, and one is added whose secret is shown once", async () => {
    const { asked, container } = showAsking(<Webhooks />, { webhooks: () => ({ webhooks: [hook()], events }), add_webhook: ({ url }) => (url === "" ? refused("invalid_webhook", "An address is missing", "/url") : { ...hook({ id: "w2" }), secret: "whsec_abc" }) });
    const found = await screen.findByRole("row", { name: /example.com/ });
    expect(within(found).getByRole("link").getAttribute("href")).toBe("#/webhooks/w1");
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Add a webhook" }));
    const dialog = screen.getByRole("dialog", { name: "Add a webhook" });
    await userEvent.click(within(dialog).getByRole("checkbox", { name: /A decision was released/ }));
    await userEvent.click(within(dialog).getByRole("button", { name: "Add it" }));
    expect((await within(dialog).findByRole("alert")).textContent).toBe("An address is missing");
    expect(await findings(dialog)).toEqual([]);
    await userEvent.type(within(dialog).getByRole("textbox", { name: "Address" }), "https://example.com/other");
    await userEvent.click(within(dialog).getByRole("button", { name: "Add it" }));
    const made = await screen.findByRole("dialog", { name: "The webhook is added" });
    expect(within(made).getByText("whsec_abc")).toBeTruthy();
    expect(await findings(made)).toEqual([]);
    await userEvent.click(within(made).getByRole("button", { name: "I have kept it" }));
    expect(screen.queryByText("whsec_abc")).toBeNull();
    expect(argsOf(asked, "add_webhook").at(-1)).toEqual({ url: "https://example.com/other", events: ["decision.released"], signing: "hmac" });
  });

  it("say whether anything arrives, and since when nothing does", async () => {
    const some = [hook(), hook({ id: "w2", url: "https://b.example", standing: "failing", failing_since: "2026-11-20T09:30:00Z" }), hook({ id: "w3", url: "https://c.example", standing: "delivering" }), hook({ id: "w4", url: "https://d.example", state: "disabled", standing: "disabled" })];
    showAsking(<Webhooks />, { webhooks: () => ({ webhooks: some, events }) });
    expect((await screen.findByRole("row", { name: /example.com/ })).textContent).toContain("not yet delivered");
    expect(screen.getByRole("row", { name: /b.example/ }).textContent).toMatch(/failing since .*Nov/);
    expect(screen.getByRole("row", { name: /c.example/ }).textContent).toContain("delivering");
    expect(screen.getByRole("row", { name: /d.example/ }).textContent).toContain("disabled");
  });

  it("show why a delivery was given up, and try it or all again", async () => {
    const { asked, container } = showAsking(<Webhooks id="w1" />, { webhooks: () => ({ webhooks: [hook({ dead: 2 })], events }), deliveries: () => ({ rows: [delivery(), delivery({ id: "d2", state: "delivered", words: "Taken: the receiver answered 204" })], next: null }), replay: ({ delivery_id }) => ({ replayed: delivery_id === null ? 2 : 1 }) });
    expect(await screen.findByText("Given up after 10 tries: the receiver answered 503")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Try again: decision.released" }));
    expect((await screen.findByRole("alert")).textContent).toBe("It is tried again");
    await userEvent.click(screen.getByRole("button", { name: "Try all 2 again" }));
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("2 are tried again"));
    expect(argsOf(asked, "replay")).toEqual([{ webhook_id: "w1", delivery_id: "d1" }, { webhook_id: "w1", delivery_id: null }]);
    await userEvent.click(screen.getByRole("radio", { name: "Given up" }));
    await waitFor(() => expect(argsOf(asked, "deliveries").at(-1)).toEqual({ id: "w1", state: "dead", after: null }));
  });

  it("are disabled, enabled and deleted, the last only when asked twice", async () => {
    let state: Webhook["state"] = "active";
    const { asked } = showAsking(<Webhooks id="w1" />, {
      webhooks: () => ({ webhooks: [hook({ state })], events }), deliveries: () => ({ rows: [delivery()], next: null }),
      disable_webhook: () => { state = "disabled"; return {}; }, enable_webhook: () => { state = "active"; return {}; }, remove_webhook: () => ({}),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Disable" }));
    expect(await screen.findByRole("button", { name: "Enable" })).toBeTruthy();
    expect(screen.getByText("Enable it first")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Try again: decision.released" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Enable" }));
    await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
    expect(argsOf(asked, "remove_webhook")).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Delete it" }));
    await waitFor(() => expect(window.location.hash).toBe("#/webhooks"));
  });
});
