import { expect, it } from "vitest";
import { hrefOf, placeOf, type Place } from "./place";

it("every place survives its address", () => {
  const places: Place[] = [
    { page: "start" }, { page: "queue", queue: "site groups/é?#" }, { page: "queue", queue: "refunds", from: "disputed" }, { page: "awaiting" }, { page: "disputed" }, { page: "case", id: "0193-a" }, { page: "outbox" }, { page: "history" },
    { page: "search", q: "day care & co" }, { page: "export" }, { page: "lead" }, { page: "lead", queue: "sites", by: "model" }, { page: "settings" },
    { page: "policies" }, { page: "policies", queue: "site groups/é?#" }, { page: "tools" }, { page: "webhooks" }, { page: "webhooks", id: "0193-b" }, { page: "retention" },
    { page: "audit" }, { page: "audit", action: "decision.accepted", person: "Ana & co", case: "0193-a", request: "of the/decision", from: "2026-11-21", until: "2026-11-22" },
  ];
  for (const place of places) expect(placeOf(hrefOf(place))).toEqual(place);
});

it("an address that can't be read is the start", () => {
  for (const hash of ["", "#", "#/nowhere", "#/queues", "#/cases/"]) expect(placeOf(hash)).toEqual({ page: "start" });
  expect(placeOf("#/queues/%E0%A4%A")).toEqual({ page: "queue", queue: "%E0%A4%A" });
});
