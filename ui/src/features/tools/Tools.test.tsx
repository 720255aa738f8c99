// Tools, from what the desk says to what is asked of it.
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { findings } from "../../test/axe";
import { argsOf, refused, showAsking } from "../../test/show";
import { Tools } from "./Tools";

describe("tools", () => {
  const tool = { name: "refund", words: "pays, can’t be undone", at: "2026-11-21T08:00:00Z", schema_text: "", tool: { effect: "pay" as const, reversible: false, headline: "Refund {/amount}", amount: { value: "/amount", currency: "EUR" } } };
  it("are a table, and registered by a form that says what is wrong where", async () => {
    const { asked, container } = showAsking(<Tools />, { tools: () => ({ tools: [tool], why_not: null }), register_tool: ({ schema_text }) => (schema_text === "{" ? refused("invalid_tool", "The schema can’t be read", "/schema") : {}) });
    const found = await screen.findByRole("row", { name: /refund/ });
    expect(within(found).getByText("pays, can’t be undone")).toBeTruthy();
    expect(await findings(container)).toEqual([]);
    await userEvent.click(within(found).getByRole("button", { name: "Change refund" }));
    const dialog = screen.getByRole("dialog", { name: "Change refund" });
    expect(await findings(dialog)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("checkbox", { name: "Can be undone" }));
    const schema = within(dialog).getByRole("textbox", { name: /Schema/ });
    await userEvent.type(schema, "{{");
    await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    expect((await within(dialog).findByRole("alert")).textContent).toBe("The schema can’t be read");
    await userEvent.clear(schema);
    await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(argsOf(asked, "register_tool").at(-1)).toEqual({ name: "refund", schema_text: "", tool: { effect: "pay", reversible: true, schema: null, headline: "Refund {/amount}", amount: { value: "/amount", currency: "EUR" }, recipient: null } });
  });
  it("say why one may not register them", async () => {
    showAsking(<Tools />, { tools: () => ({ tools: [], why_not: "Only an admin registers tools" }) });
    expect(await screen.findByText("Only an admin registers tools")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "No tools registered" })).toBeTruthy();
  });
});
