import { expect, it } from "vitest";
import { hrefOf, placeOf, type Place } from "./place";

it("every place survives its address", () => {
  const places: Place[] = [
    { page: "start" }, { page: "queue", queue: "site groups/é?#" }, { page: "queue", queue: "refunds", from: "disputed" }, { page: "awaiting" }, { page: "disputed" }, { page: "case", id: "0193-a" }, { page: "outbox" }, { page: "history" },
    { page: "search", q: "day care & co" }, { page: "export" }, { page: "lead" }, { page: "lead", queue: "sites", by: "model" }, { page: "settings" },
  ];
  for (const place of places) expect(placeOf(hrefOf(place))).toEqual(place);
});

it("an address that can't be read is the start", () => {
  for (const hash of ["", "#", "#/nowhere", "#/queues", "#/cases/"]) expect(placeOf(hash)).toEqual({ page: "start" });
  expect(placeOf("#/queues/%E0%A4%A")).toEqual({ page: "queue", queue: "%E0%A4%A" });
});
