// The place in the URL: every page has an address after the `#`, so that back, forward and reload work. Pure but for `go`.

export type Place =
  | { page: "start" }
  /** `from`: the list it was opened from, and where one comes back to. */
  | { page: "queue"; queue: string; from?: OpinionList }
  | { page: "case"; id: string }
  | { page: OpinionList }
  | { page: "outbox" }
  | { page: "history" }
  | { page: "for-me" }
  | { page: "search"; q: string }
  | { page: "export" }
  | { page: "lead"; queue?: string; by?: string }
  | { page: "access" }
  | { page: "settings" }
  | { page: "policies"; queue?: string }
  | { page: "tools" }
  | { page: "webhooks"; id?: string }
  | ({ page: "audit" } & AuditFilter)
  | { page: "retention" };

/** What of the audit, as it stands in the address. */
export interface AuditFilter {
  action?: string;
  person?: string;
  case?: string;
  request?: string;
  from?: string;
  until?: string;
}

const AUDIT_FILTERS = ["action", "person", "case", "request", "from", "until"] as const;

export type Page = Place["page"];

/** The lists of cases that wait for one more opinion. */
export type OpinionList = "awaiting" | "disputed";

const PLAIN = new Set<Page>(["awaiting", "disputed", "outbox", "history", "for-me", "export", "access", "settings", "tools", "retention"]);

function query(pairs: Record<string, string | undefined>): string {
  const given = Object.entries(pairs).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}

export function hrefOf(place: Place): string {
  switch (place.page) {
    case "start": return "#/";
    case "queue": return `#/queues/${encodeURIComponent(place.queue)}${query({ from: place.from })}`;
    case "case": return `#/cases/${encodeURIComponent(place.id)}`;
    case "search": return `#/search${query({ q: place.q })}`;
    case "lead": return `#/lead${query({ queue: place.queue, by: place.by })}`;
    case "policies": return place.queue === undefined ? "#/policies" : `#/policies/${encodeURIComponent(place.queue)}`;
    case "webhooks": return place.id === undefined ? "#/webhooks" : `#/webhooks/${encodeURIComponent(place.id)}`;
    case "audit": return `#/audit${query(Object.fromEntries(AUDIT_FILTERS.map((name) => [name, place[name]])))}`;
    default: return `#/${place.page}`;
  }
}

/** What can't be read is the start: an address is typed by people and kept by windows longer than pages live. */
export function placeOf(hash: string): Place {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [page = "", name] = path.split("/");
  const found = new URLSearchParams(search);
  if (page === "queues" && name) {
    const from = found.get("from");
    return { page: "queue", queue: decode(name), ...(from === "awaiting" || from === "disputed" ? { from } : {}) };
  }
  if (page === "cases" && name) return { page: "case", id: decode(name) };
  if (page === "search") return { page: "search", q: found.get("q") ?? "" };
  if (page === "lead") {
    const queue = found.get("queue");
    const by = found.get("by");
    return { page: "lead", ...(queue ? { queue } : {}), ...(by ? { by } : {}) };
  }
  if (page === "policies") return { page: "policies", ...(name ? { queue: decode(name) } : {}) };
  if (page === "webhooks") return { page: "webhooks", ...(name ? { id: decode(name) } : {}) };
  if (page === "audit") return { page: "audit", ...Object.fromEntries(AUDIT_FILTERS.flatMap((filter) => (found.get(filter) ? [[filter, found.get(filter) ?? ""]] : []))) };
  return PLAIN.has(page as Page) ? ({ page } as Place) : { page: "start" };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function go(place: Place, { replace = false }: { replace?: boolean } = {}): void {
  const href = hrefOf(place);
  if (href === window.location.hash) return;
  if (replace) {
    window.history.replaceState(null, "", href);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    window.location.hash = href;
  }
}
