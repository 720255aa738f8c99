// What is erased when, from what the desk says to what is asked of it.
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { findings } from "../../test/axe";
import { argsOf, showAsking } from "../../test/show";
import { Retention } from "./Retention";

describe("what is erased when", () => {
  it("is read in sentences and changed only when asked twice", async () => {
    const none = { public: null, internal: null, confidential: null, restricted: null };
    const { asked, container } = showAsking(<Retention />, { retention: () => ({ retention: { hub: none, queues: {} }, queues: [{ name: "sites", title: "Sites" }], sentences: ["Content is kept"] }), set_retention: () => ({}) });
    expect(await screen.findByText("Content is kept")).toBeTruthy();
    expect(screen.getByText("Nothing is changed")).toBeTruthy();
    await userEvent.type(screen.getByRole("spinbutton", { name: "All queues without days of their own, internal, days" }), "400");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Days of its own for" }), "sites");
    await userEvent.type(screen.getByRole("spinbutton", { name: "Sites, restricted, days" }), "7");
    expect(await findings(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(argsOf(asked, "set_retention")).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Erase by these days" }));
    await waitFor(() => expect(argsOf(asked, "set_retention")).toEqual([{ hub: { ...none, internal: 400 }, queues: { sites: { ...none, restricted: 7 } } }]));
  });
});
