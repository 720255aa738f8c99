import { expect, it } from "vitest";
import { abridged } from "./Message";

it("what stays as it was is cut between two changes and kept around them", () => {
  const long = "kept ".repeat(80);
  const cut = abridged([{ text: long, sort: "kept" }, { text: "new", sort: "added" }, { text: long, sort: "kept" }, { text: long, sort: "removed" }]);
  expect(cut[0]?.text.startsWith(" … ")).toBe(true);
  expect(cut[2]?.text).toMatch(/^kept .* … .*kept $/);
  expect(cut.map((change) => change.text.length < 200)).toEqual([true, true, true, false]);
  expect(abridged([{ text: "short", sort: "kept" }])[0]?.text).toBe("short");
});
