// Search or go to: what the keys offer here, cases the hub finds, and places. Picking a key's action does what the key does.
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { HUB_PAGES } from "../../kit/hubPages";
import { kindIcon } from "../../kit/kinds";
import { go, type Place } from "../../kit/place";
import type { IconName } from "../../kit/Icon";
import { call, type CallError } from "../../ipc/call";
import { useCall } from "../../ipc/queries";
import type { SearchPage } from "../../ipc/types.gen";
import type { Offer } from "../../keys/dispatch";
import { capText } from "../../keys/table";
import { useKeys } from "../../keys/useKeys";
import { PaletteView, type PaletteGroup, type PaletteItem } from "./PaletteView";

const CASES_SHOWN = 6;

export interface Command {
  id: string;
  icon: IconName;
  label: string;
  /** It is about what is on the screen, and stands with the keys. */
  here?: true;
  run: () => void;
}

export function Palette({ offers, commands, onClose, onRefused }: { offers: readonly Offer[]; commands: readonly Command[]; onClose: () => void; onRefused: (words: string) => void }) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  useKeys({ close: onClose, palette: onClose }, "overlay", { modal: true });
  const overview = useCall("overview", {});
  const words = useDeferredValue(query.trim());
  const found = useQuery<SearchPage, CallError>({
    queryKey: ["search", { query: words, palette: true }],
    queryFn: () => call("search", { query: words, after: null }),
    enabled: words.length >= 2,
    staleTime: 10_000,
    placeholderData: (before) => before,
  });

  const fits = (label: string) => query.trim() === "" || label.toLowerCase().includes(query.trim().toLowerCase());
  const then = (run: () => void) => () => {
    onClose();
    // After the focus is back where it was.
    setTimeout(run, 0);
  };
  const to = (place: Place) => then(() => go(place));

  const here: PaletteItem[] = offers.filter((o) => fits(o.label)).map((o, index) => ({ id: `key-${o.id}-${index}`, icon: "action", label: o.label, ...(o.cap === undefined ? {} : { cap: capText(o.cap) }), why: o.unavailable, run: then(o.run) }));
  const command = (c: Command): PaletteItem => ({ id: `do-${c.id}`, icon: c.icon, label: c.label, run: then(c.run) });
  here.push(...commands.filter((c) => c.here === true && fits(c.label)).map(command));
  // Never what was found for other words: Enter may come before the hub's answer.
  const current = words.length >= 2 && words === query.trim() && !found.isPlaceholderData;
  const cases: PaletteItem[] = (current ? (found.data?.rows ?? []) : []).slice(0, CASES_SHOWN).map((row) => ({
    id: `case-${row.case_id}`, icon: kindIcon(row.kind), label: row.title, note: `${row.queue_title}, ${row.at_hand ? "on this computer" : row.state.replace("_", " ")}`,
    run: row.at_hand || row.free ? to({ page: "case", id: row.case_id }) : to({ page: "search", q: query.trim() }),
  }));
  const places: [string, IconName, Place][] = [
    ...(overview.data?.queues ?? []).map((q): [string, IconName, Place] => [q.title, kindIcon(q.kind), { page: "queue", queue: q.name }]),
    ...(overview.data?.opinions == null ? [] : ([["Awaiting a second", "second", { page: "awaiting" }], ["Disputed", "dispute", { page: "disputed" }]] satisfies [string, IconName, Place][])),
    ["My decisions", "done", { page: "history" }],
    ["Outbox", "out", { page: "outbox" }],
    ...(overview.data?.for_me != null ? ([["For me", "user", { page: "for-me" }]] satisfies [string, IconName, Place][]) : []),
    ...(overview.data?.leads ? ([["Override rates", "chart", { page: "lead" }], ["Export", "table", { page: "export" }]] satisfies [string, IconName, Place][]) : []),
    ...(overview.data?.mode === "team" ? ([["Access", "lock", { page: "access" }]] satisfies [string, IconName, Place][]) : []),
    ...HUB_PAGES.filter(({ page }) => overview.data?.hub_pages.includes(page)).map(({ page, icon, label }): [string, IconName, Place] => [label, icon, { page }]),
    ...(overview.data?.hub_pages.includes("audit") ? ([["What is erased when", "erase", { page: "retention" }]] satisfies [string, IconName, Place][]) : []),
    ["Settings", "gear", { page: "settings" }],
  ];
  const goTo: PaletteItem[] = [
    ...places.filter(([label]) => fits(label)).map(([label, icon, place]): PaletteItem => ({ id: `to-${label.replace(/\W/g, "-")}`, icon, label, run: to(place) })),
    ...commands.filter((c) => c.here !== true && fits(c.label)).map(command),
    ...(query.trim() === "" ? [] : [{ id: "search", icon: "search", label: `Search all cases for “${query.trim()}”`, run: to({ page: "search", q: query.trim() }) } satisfies PaletteItem]),
  ];
  // Cases last: the hub's answer comes while somebody chooses, and must not move what they are about to pick.
  const groups: PaletteGroup[] = [{ title: "Here", items: here }, { title: "Go to", items: goTo }, { title: "Cases", items: cases }];
  const total = here.length + cases.length + goTo.length;

  return (
    <PaletteView
      query={query} groups={groups} at={Math.min(at, Math.max(0, total - 1))} note={found.error?.message ?? (found.isFetching ? "asking the hub" : undefined)}
      onQuery={(next) => { setQuery(next); setAt(0); }} onAt={setAt} onClose={onClose}
      onPick={(item) => (item.why === undefined ? item.run() : onRefused(item.why))}
    />
  );
}
