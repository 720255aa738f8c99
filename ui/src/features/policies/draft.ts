// A policy being written, as text: what the form changes in it. Whether it is one, and what it says, the desk says.
import type { Effect, Fault, JsonValue } from "../../ipc/types.gen";

export type Json = { [key in string]: JsonValue };

export const EFFECTS: readonly Effect[] = ["read", "write", "send", "pay", "delete"];

export function textOf(policy: JsonValue): string {
  return JSON.stringify(policy, null, 2);
}

/** The object in the text, for the form; none while it is no JSON object. */
export function objectOf(text: string): Json | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? (read as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** With this member; `undefined` takes it out. */
export function withMember(object: Json, name: string, value: JsonValue | undefined): Json {
  const { [name]: _, ...rest } = object;
  if (value === undefined) return rest;
  // A member keeps its place, so that the text doesn't jump.
  return name in object ? Object.fromEntries(Object.entries(object).map(([key, old]) => [key, key === name ? value : old])) : { ...object, [name]: value };
}

export function rulesOf(policy: Json): Json[] {
  const rules = policy["rules"];
  return Array.isArray(rules) ? rules.filter((rule): rule is Json => typeof rule === "object" && rule !== null && !Array.isArray(rule)) : [];
}

export function member(object: Json, name: string): Json {
  const found = object[name];
  return typeof found === "object" && found !== null && !Array.isArray(found) ? found : {};
}

export function textMember(object: Json, name: string): string {
  const found = object[name];
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

export function listMember(object: Json, name: string): string[] {
  const found = object[name];
  return Array.isArray(found) ? found.map(String) : [];
}

/** What was typed as a number, else as it was typed: the desk then says what is wrong with it. */
export function number(text: string): JsonValue | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const read = Number(trimmed);
  return Number.isFinite(read) ? read : trimmed;
}

export function names(text: string): string[] {
  return text.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

/** What is wrong with the field at this place, or below it. */
export function faultAt(fault: Fault | undefined, pointer: string): string | undefined {
  if (fault === undefined) return undefined;
  return fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`) ? fault.text : undefined;
}
