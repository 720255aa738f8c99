// How a place in the arguments is edited: by its schema, and where that says nothing by the value that is there. It judges no
// value; faults come from the desk. Pure.
import type { JsonValue } from "../../ipc/types.gen";
import { isObject, read } from "./pointer";

export type Schema = { [key in string]: JsonValue };

export type Shape =
  | { is: "text"; long: boolean }
  | { is: "number"; whole: boolean }
  | { is: "boolean" }
  | { is: "date" }
  | { is: "choice"; options: readonly JsonValue[] }
  | { is: "list" }
  | { is: "object" }
  | { is: "nothing" };

const LONG_FROM = 80;
const REFS_MAX = 8;

/** The schema of a place, with references inside the same document followed. Nothing is ever fetched. */
export function resolve(root: JsonValue | null, node: JsonValue | undefined): Schema | undefined {
  let found = node;
  for (let hops = 0; isObject(found) && typeof found["$ref"] === "string"; hops += 1) {
    const ref: string = found["$ref"];
    if (root === null || !ref.startsWith("#") || hops >= REFS_MAX) return undefined;
    found = read(root, decodeURIComponent(ref.slice(1)));
  }
  return isObject(found) ? found : undefined;
}

export function memberSchema(root: JsonValue | null, schema: Schema | undefined, name: string): Schema | undefined {
  const properties = schema?.["properties"];
  if (isObject(properties) && Object.hasOwn(properties, name)) return resolve(root, properties[name]);
  return resolve(root, isObject(schema?.["additionalProperties"]) ? schema["additionalProperties"] : undefined);
}

export function itemSchema(root: JsonValue | null, schema: Schema | undefined, index: number): Schema | undefined {
  const prefix = schema?.["prefixItems"];
  if (Array.isArray(prefix) && index < prefix.length) return resolve(root, prefix[index]);
  return resolve(root, schema?.["items"]);
}

function typesOf(schema: Schema | undefined): string[] {
  const type = schema?.["type"];
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.filter((t): t is string => typeof t === "string") : [];
}

export function mayBeNull(schema: Schema | undefined): boolean {
  return typesOf(schema).includes("null");
}

export function isRequired(schema: Schema | undefined, name: string): boolean {
  const required = schema?.["required"];
  return Array.isArray(required) && required.includes(name);
}

export function shapeOf(schema: Schema | undefined, value: JsonValue | undefined): Shape {
  // What is there decides over what should be: a list stays a list until it is taken out, and its fault stands beside it.
  if (Array.isArray(value)) return { is: "list" };
  if (isObject(value)) return { is: "object" };
  const options = schema?.["enum"];
  if (Array.isArray(options) && options.every((option) => !isObject(option) && !Array.isArray(option))) return { is: "choice", options };
  const type = typesOf(schema).find((t) => t !== "null");
  if (value === null && type !== "string") return { is: "nothing" };
  if (typeof value === "boolean" && (type === undefined || type === "boolean")) return { is: "boolean" };
  if (type === "integer" || type === "number") return { is: "number", whole: type === "integer" };
  if (typeof value === "number" && type === undefined) return { is: "number", whole: false };
  if (value === null) return { is: "nothing" };
  const text = typeof value === "string" ? value : "";
  if (schema?.["format"] === "date" && (text === "" || /^\d{4}-\d{2}-\d{2}$/.test(text))) return { is: "date" };
  const longest = schema?.["maxLength"];
  return { is: "text", long: text.includes("\n") || text.length > LONG_FROM || (typeof longest === "number" && longest > 500) };
}

/** What stands in a place that was just added: empty, and faulty until something is typed, rather than guessed. */
export function emptyOf(root: JsonValue | null, schema: Schema | undefined, depth = 0): JsonValue {
  const fixed = schema?.["const"] ?? schema?.["default"];
  if (fixed !== undefined) return fixed;
  if (Array.isArray(schema?.["enum"])) return "";
  switch (typesOf(schema)[0]) {
    case "array": return [];
    case "boolean": return false;
    case "null": return null;
    case "object": {
      const properties = schema?.["properties"];
      const names = isObject(properties) && depth < REFS_MAX ? Object.keys(properties).filter((name) => isRequired(schema, name)) : [];
      return Object.fromEntries(names.map((name) => [name, emptyOf(root, memberSchema(root, schema, name), depth + 1)]));
    }
    default: return "";
  }
}

/** Members in the order of the schema, then the others. */
export function memberNames(schema: Schema | undefined, value: Schema): string[] {
  const properties = schema?.["properties"];
  const known = isObject(properties) ? Object.keys(properties).filter((name) => Object.hasOwn(value, name)) : [];
  return [...known, ...Object.keys(value).filter((name) => !known.includes(name))];
}

/** Members that the schema knows and the value lacks. */
export function absentNames(schema: Schema | undefined, value: Schema): string[] {
  const properties = schema?.["properties"];
  return isObject(properties) ? Object.keys(properties).filter((name) => !Object.hasOwn(value, name)) : [];
}

/**
 * Typed text as a number, when the number says exactly what was typed; else the text itself, which the desk then finds faulty.
 * 0.10000000000000000001 is no double: it must not silently become 0.1.
 */
export function numberOf(text: string): JsonValue {
  const typed = text.trim();
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(typed)) return text;
  const number = Number(typed);
  if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))) return text;
  return digitsOf(typed) === digitsOf(String(number)) ? number : text;
}

/** A decimal brought to one form: sign, digits without zeros around them, power of ten. */
function digitsOf(decimal: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(decimal) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  if (short === "") return "0";
  return `${sign}${short}e${Number(exponent) - fraction.length + (digits.length - short.length)}`;
}

/** `reservation_id` → "Reservation ID"; a schema's title comes first. */
export function labelOf(name: string, schema: Schema | undefined): string {
  const title = schema?.["title"];
  if (typeof title === "string" && title.trim() !== "") return title;
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_\-.]+/g, " ").trim().toLowerCase().replace(/\b(id|url|iban|vat|zip|bic|sku)\b/g, (word) => word.toUpperCase());
  return words === "" ? name : words.charAt(0).toUpperCase() + words.slice(1);
}
