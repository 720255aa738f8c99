import { describe, expect, it } from "vitest";
import { REFUND_ARGUMENTS, REFUND_SCHEMA } from "../fixtures";
import type { JsonValue } from "../../ipc/types.gen";
import { append, read, remove, under, write } from "./pointer";
import { absentNames, emptyOf, itemSchema, labelOf, memberNames, memberSchema, numberOf, resolve, shapeOf, type Schema } from "./schema";

const schema = REFUND_SCHEMA as Schema;
const of = (name: string) => memberSchema(REFUND_SCHEMA, schema, name);

describe("editing a place", () => {
  it("changes that place in a copy and nothing else", () => {
    const before = JSON.stringify(REFUND_ARGUMENTS);
    const edited = write(REFUND_ARGUMENTS, "/legs/1/fare", 40);
    expect(edited).toEqual({ ...(REFUND_ARGUMENTS as object), legs: [{ train: "TB 17", fare: 42.25 }, { train: "TB 18", fare: 40 }] });
    expect(JSON.stringify(REFUND_ARGUMENTS)).toBe(before);
  });

  it("adds, takes out and leaves the order of members as it was", () => {
    expect(read(append(REFUND_ARGUMENTS, "/tags", "paid"), "/tags")).toEqual(["late", "paid"]);
    expect(read(remove(REFUND_ARGUMENTS, "/legs/0"), "/legs")).toEqual([{ train: "TB 18", fare: 42.25 }]);
    expect(Object.keys(write(REFUND_ARGUMENTS, "/amount", 1) as object)).toEqual(Object.keys(REFUND_ARGUMENTS as object));
    expect(Object.keys(remove(REFUND_ARGUMENTS, "/class") as object)).not.toContain("class");
  });

  it("reaches names with a slash, a tilde, or a meaning in JavaScript", () => {
    for (const name of ["a/b", "m~n", "__proto__", "constructor"]) {
      const edited = write({}, under("", name), "x");
      expect(Object.entries(edited as object)).toEqual([[name, "x"]]);
      expect(read(edited, under("", name))).toBe("x");
      expect(read({}, under("", name))).toBeUndefined();
    }
  });

  it("leaves alone what isn't there", () => {
    expect(write(REFUND_ARGUMENTS, "/none/deeper", 1)).toEqual(REFUND_ARGUMENTS);
    expect(write(REFUND_ARGUMENTS, "/legs/7", 1)).toEqual(REFUND_ARGUMENTS);
  });
});

describe("the shape of a field", () => {
  it("follows the schema", () => {
    expect(shapeOf(of("booking"), "KX41TA")).toEqual({ is: "text", long: false });
    expect(shapeOf(of("amount"), 84.5)).toEqual({ is: "number", whole: false });
    expect(shapeOf(of("seats"), 2)).toEqual({ is: "number", whole: true });
    expect(shapeOf(of("insured"), true)).toEqual({ is: "boolean" });
    expect(shapeOf(of("class"), "second")).toEqual({ is: "choice", options: ["first", "second"] });
    expect(shapeOf(of("paid_on"), "2026-03-02")).toEqual({ is: "date" });
    expect(shapeOf(of("note"), "")).toEqual({ is: "text", long: true });
    expect(shapeOf(of("legs"), [])).toEqual({ is: "list" });
  });

  it("follows the value where there is no schema, or the value breaks it", () => {
    expect(shapeOf(undefined, 3)).toEqual({ is: "number", whole: false });
    expect(shapeOf(undefined, false)).toEqual({ is: "boolean" });
    expect(shapeOf(undefined, "one\ntwo")).toEqual({ is: "text", long: true });
    expect(shapeOf(undefined, null)).toEqual({ is: "nothing" });
    expect(shapeOf(of("booking"), [1])).toEqual({ is: "list" });
    expect(shapeOf(of("paid_on"), "tomorrow")).toEqual({ is: "text", long: false });
  });

  it("follows references inside the schema and none outside it", () => {
    expect(itemSchema(REFUND_SCHEMA, of("legs"), 0)?.["required"]).toEqual(["train", "fare"]);
    expect(resolve(REFUND_SCHEMA, { $ref: "https://evil.example/schema.json" })).toBeUndefined();
    expect(resolve({ $defs: { a: { $ref: "#/$defs/a" } } }, { $ref: "#/$defs/a" })).toBeUndefined();
  });

  it("lists members in the order of the schema, and knows which are absent", () => {
    const value = { extra: 1, seats: 1, booking: "X" };
    expect(memberNames(schema, value)).toEqual(["booking", "seats", "extra"]);
    expect(absentNames(schema, value)).toContain("amount");
    expect(labelOf("reservation_id", undefined)).toBe("Reservation ID");
  });

  it("adds what is empty rather than guessed", () => {
    expect(emptyOf(REFUND_SCHEMA, itemSchema(REFUND_SCHEMA, of("legs"), 0))).toEqual({ train: "", fare: "" });
    expect(emptyOf(REFUND_SCHEMA, of("class"))).toBe("");
  });
});

describe("a typed number", () => {
  it("keeps its JSON type", () => {
    const typed: [string, JsonValue][] = [["12", 12], ["-0.5", -0.5], ["12.30", 12.3], ["1e2", 100], [" 7 ", 7]];
    for (const [text, value] of typed) expect(numberOf(text), text).toBe(value);
  });

  it("stays text when no number says exactly that", () => {
    for (const text of ["", "12.", "1,5", "0x10", "012", "twelve", "0.10000000000000000001", "9007199254740993", "1e400", "Infinity", "NaN"]) expect(numberOf(text), text).toBe(text);
  });
});
