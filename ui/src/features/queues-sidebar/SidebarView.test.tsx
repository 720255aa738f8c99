// The sidebar as it is drawn.
import { render, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { HubPage } from "../../ipc/types.gen";
import { KeysProvider } from "../../keys/useKeys";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { SidebarView } from "./SidebarView";

describe("the sidebar", () => {
  const view = (rail: boolean) => (
    <><main /><SidebarView
      where="On this computer" place={{ page: "queue", queue: "sites" }} forMe={3} away decidedToday={132} opinions={{ awaiting_second: 4, disputed: 2, adjudicates: true, own: 1 }} failed={1} outbox={{ pending: 3, wedged: 1 }} lead sync={{ online: false, words: "Offline · 4 in the outbox" }} rail={rail}
      queues={[{ name: "sites", title: "Sites", icon: "match", open: 446, due: 0 }, { name: "flights", title: "Flight times", icon: "conflict", open: 1148, due: 2 }]}
      onFind={nothing} onHelp={nothing} onRail={nothing}
    /></>
  );
  it("names queues with what is left and due, and where one is", async () => {
    const { container } = show(view(false));
    const nav = screen.getByRole("navigation", { name: "Queues" });
    expect(within(nav).getByRole("link", { current: "page" }).textContent).toContain("Sites");
    expect(within(nav).getByRole("link", { name: /^Flight times 2 ?due within the hour, ?1,148 ?left$/ })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });
  it("as a rail still reaches every queue", async () => {
    const { container } = show(view(true));
    expect(screen.getByRole("link", { name: "Flight times, 1148 open" })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });
});

describe("the sidebar about the hub", () => {
  const side = (hubPages: HubPage[], lead: boolean) => (
    <SidebarView
      where="hub.example" place={{ page: "retention" }} decidedToday={0} forMe={undefined} away={false} outbox={{ pending: 0, wedged: 0 }} lead={lead} hubPages={hubPages} opinions={{ own: 0, awaiting_second: 0, disputed: 0, adjudicates: false }} failed={0} sync={{ online: true, words: "Synced" }} rail={false} queues={[]}
      onFind={nothing} onHelp={nothing} onRail={nothing}
    />
  );
  it("leads to the pages about the hub that open to this person, and to no others", () => {
    const { unmount } = render(<KeysProvider>{side(["policies", "tools", "webhooks", "audit"], true)}</KeysProvider>);
    expect(screen.getByRole("link", { current: "page" }).textContent).toContain("Audit");
    unmount();
    const lead = render(<KeysProvider>{side(["policies", "tools"], true)}</KeysProvider>);
    expect(screen.getByRole("link", { name: "Policies" })).toBeTruthy();
    expect(screen.queryByRole("link", { name: "Audit" })).toBeNull();
    lead.unmount();
    // Who works a queue reads its policy by the palette; the sidebar is for what they do all day.
    render(<KeysProvider>{side(["policies", "tools"], false)}</KeysProvider>);
    expect(screen.queryByRole("link", { name: "Policies" })).toBeNull();
  });
});
