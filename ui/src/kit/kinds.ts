// How kinds are called and marked. What a queue is called the desk says.
import type { IconName } from "./Icon";

export function kindIcon(kind: string): IconName {
  if (kind === "identity_match") return "match";
  return kind === "data_conflict" ? "conflict" : "action";
}

const KIND: Record<string, string> = { identity_match: "Matches", data_conflict: "Conflicts", proposed_action: "Actions" };

export function kindTitle(kind: string): string {
  return KIND[kind] ?? kind;
}
