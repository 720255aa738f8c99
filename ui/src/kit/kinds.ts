// How kinds and queues are called and marked. A queue's name is its id; people read it as words.
import type { IconName } from "./Icon";

export function kindIcon(kind: string): IconName {
  if (kind === "identity_match") return "match";
  return kind === "data_conflict" ? "conflict" : "action";
}

const KIND: Record<string, string> = { identity_match: "Matches", data_conflict: "Conflicts", proposed_action: "Actions" };

export function kindTitle(kind: string): string {
  return KIND[kind] ?? kind;
}

/** `site-groups` → "Site groups". A name with capitals or spaces of its own stays as it is. */
export function queueTitle(name: string): string {
  const known = KIND[name];
  if (known !== undefined) return known;
  if (/[A-Z ]/.test(name)) return name;
  const words = name.replace(/[-_]+/g, " ").trim();
  return words === "" ? name : words.charAt(0).toUpperCase() + words.slice(1);
}
