// What a call shows. With what a call changes (generated) this says what to fetch again.
import type { CallName } from "./call";
import type { Topic } from "./types.gen";

export const READS: Partial<Record<CallName, readonly Topic[]>> = {
  start: ["start"],
  overview: ["overview"],
  work: ["work"],
  case: ["work"],
  open_case: ["work"],
  look_at: ["work"],
  colleagues: ["work", "overview"],
  assignees: ["work", "overview"],
  for_me: ["overview"],
  away: ["settings"],
  outbox: ["outbox"],
  history: ["history"],
  opinions: ["opinions"],
  settings: ["settings"],
  stats_overrides: ["stats"],
  stats_agreement: ["stats"],
  handed_over: ["handed_over"],
  access: ["access"],
  policies: ["hub"],
  policy: ["hub"],
  tools: ["hub"],
  webhooks: ["hub"],
  deliveries: ["hub"],
  audit: ["hub"],
  retention: ["hub"],
};

export function isStale(name: unknown, topics: readonly Topic[]): boolean {
  return (READS[name as CallName] ?? []).some((topic) => topics.includes(topic));
}
