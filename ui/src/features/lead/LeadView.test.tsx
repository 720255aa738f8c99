// The lead’s page as it is drawn.
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { RateRow } from "../../ipc/types.gen";
import { findings } from "../../test/axe";
import { nothing, show } from "../../test/show";
import { AgreementPanel } from "./AgreementPanel";
import { daysOf, LeadFilters, LeadView } from "./LeadView";

const rate = (group: RateRow["group"], n: number, override: number): RateRow => ({ group, n, agree: n - override, override, edited: 0, cannot_tell: 1, no_suggestion: 2, rate: n === 0 ? null : override / n, low: n === 0 ? null : 0.4, high: n === 0 ? null : 0.6, words: "" });

describe("the lead’s page", () => {
  it("shows each rate with its count and interval, and none where there is nothing to compare", async () => {
    const { container } = show(
      <>
        <LeadFilters queues={[{ name: "sites", title: "Sites" }]} queue="" by="queue" period="84" onQueue={nothing} onBy={nothing} onPeriod={nothing} />
        <LeadView
          title="All queues" groupBy="queue" error={undefined} nameOf={(_, value) => value ?? "not said"}
          groups={[rate({ queue: "Sites" }, 446, 220), rate({ queue: "Flights" }, 0, 0)]} days={[rate({ day: "2026-11-21" }, 40, 20), rate({ day: "2026-11-20" }, 10, 5)]}
        />
      </>,
    );
    const row = screen.getByRole("row", { name: /Sites/ });
    expect(within(row).getByRole("img", { name: "49.3\u202f%, 220 of 446, 95 % interval 40–60\u202f%" })).toBeTruthy();
    expect(within(row).getByText("220 of 446")).toBeTruthy();
    expect(screen.getByText("no rate: nothing to compare")).toBeTruthy();
    expect(screen.getByRole("img", { name: /override rate by day/ })).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });
  it("shows how often two came to the same, with its interval, and nothing where nobody has looked twice", async () => {
    const none = { n: 0, agree: 0, disagree: 0, cannot_tell: 0, rate: null, interval: null };
    const second = { n: 40, agree: 36, disagree: 4, cannot_tell: 2, rate: 0.9, interval: { level: 0.95, low: 0.77, high: 0.96, method: "wilson" as const } };
    const { container, rerender } = show(<AgreementPanel titleOf={(name) => name} items={[{ queue: "Sites", gold: none, audit: { ...none, cannot_tell: 1 }, second_opinion: second }]} />);
    const row = screen.getByRole("row", { name: /Second opinion/ });
    expect(within(row).getByRole("img", { name: "90.0\u202f%, 36 of 40, 95 % interval 77–96\u202f%" })).toBeTruthy();
    expect(screen.getByText("no rate: nobody could tell")).toBeTruthy();
    expect(screen.queryByText("Known answer")).toBeNull();
    expect(await findings(container)).toEqual([]);
    rerender(<AgreementPanel titleOf={(name) => name} items={[{ queue: "Sites", gold: none, audit: none, second_opinion: none }]} />);
    expect(screen.queryByRole("table")).toBeNull();
  });
  it("draws the days in order", () => {
    expect(daysOf([rate({ day: "2026-11-21" }, 40, 20), rate({ day: "2026-11-20T00:00:00Z" }, 10, 5), rate({ day: "2026-11-22" }, 0, 0)]).map((d) => d.day)).toEqual(["2026-11-20", "2026-11-21"]);
  });
});
