// JSON pointers (RFC 6901) into the arguments of a call: reading and changing copies. Pure; types of values are kept as given.
import type { JsonValue } from "../../ipc/types.gen";

export function partsOf(pointer: string): string[] {
  return pointer === "" ? [] : pointer.split("/").slice(1).map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));
}

export function under(pointer: string, part: string | number): string {
  return `${pointer}/${String(part).replace(/~/g, "~0").replace(/\//g, "~1")}`;
}

export function isObject(json: JsonValue | undefined): json is { [key in string]: JsonValue } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function step(json: JsonValue | undefined, part: string): JsonValue | undefined {
  if (Array.isArray(json)) return /^(0|[1-9]\d*)$/.test(part) ? json[Number(part)] : undefined;
  return isObject(json) && Object.hasOwn(json, part) ? json[part] : undefined;
}

export function read(json: JsonValue, pointer: string): JsonValue | undefined {
  return partsOf(pointer).reduce<JsonValue | undefined>(step, json);
}

/** A copy with the value at the place, which is added where its parent exists; else the same. */
export function write(json: JsonValue, pointer: string, value: JsonValue): JsonValue {
  return change(json, partsOf(pointer), () => value);
}

/** A copy without the member or item at the place. */
export function remove(json: JsonValue, pointer: string): JsonValue {
  return change(json, partsOf(pointer), () => undefined);
}

/** A copy with the value at the end of the list at the place. */
export function append(json: JsonValue, pointer: string, value: JsonValue): JsonValue {
  return change(json, partsOf(pointer), (list) => (Array.isArray(list) ? [...list, value] : list));
}

function change(json: JsonValue, parts: readonly string[], to: (old: JsonValue | undefined) => JsonValue | undefined): JsonValue {
  const [part, ...rest] = parts;
  if (part === undefined) return to(json) ?? json;
  const old = step(json, part);
  if (rest.length > 0 && old === undefined) return json;
  const fresh = rest.length > 0 ? change(old as JsonValue, rest, to) : to(old);
  if (Array.isArray(json)) {
    const index = Number(part);
    if (!Number.isInteger(index) || index < 0 || index > json.length) return json;
    return fresh === undefined ? json.filter((_, i) => i !== index) : [...json.slice(0, index), fresh, ...json.slice(index + 1)];
  }
  if (!isObject(json)) return json;
  if (fresh === undefined) return Object.fromEntries(Object.entries(json).filter(([name]) => name !== part));
  // Not by spreading: a member called __proto__ must stay a member.
  const entries = Object.entries(json);
  return Object.fromEntries(Object.hasOwn(json, part) ? entries.map(([name, one]) => [name, name === part ? fresh : one]) : [...entries, [part, fresh]]);
}
