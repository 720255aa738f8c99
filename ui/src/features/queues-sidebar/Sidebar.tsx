// The sidebar with its figures: queues and sync from the overview, and the countdown of the last decision.
import { useEffect, useState } from "react";
import { countdown } from "../../kit/format";
import { kindIcon } from "../../kit/kinds";
import type { Place } from "../../kit/place";
import { UndoCard } from "../../kit/UndoCard";
import { capOf } from "../../keys/table";
import type { Overview, UndoCard as UndoFacts } from "../../ipc/types.gen";
import { SidebarView } from "./SidebarView";

export interface SidebarFacts {
  overview: Overview;
  place: Place;
  rail: boolean;
  onUndo: () => void;
  onFind: () => void;
  onHelp: () => void;
  onRail: () => void;
}

export function Sidebar({ overview, onUndo, ...rest }: SidebarFacts) {
  return (
    <SidebarView
      where={overview.place} lead={overview.leads} team={overview.mode === "team"} hubPages={overview.hub_pages} decidedToday={overview.decided_today} opinions={overview.opinions} failed={overview.failed} outbox={{ pending: overview.outbox_waiting, wedged: overview.outbox_wedged }}
      forMe={overview.for_me ?? undefined} away={overview.away !== null}
      queues={overview.queues.map((q) => ({ name: q.name, title: q.title, icon: kindIcon(q.kind), open: q.left, due: q.due }))}
      sync={{ online: overview.sync.state === "synced" || overview.sync.state === "syncing", words: overview.sync.words }}
      undo={overview.undo !== null && <LastDecision key={overview.undo.decision_id} undo={overview.undo} clockAheadMs={overview.clock_ahead_ms} onUndo={onUndo} />}
      railUndo={overview.undo === null ? undefined : { label: [`Undo ${overview.undo.verdict}`, overview.undo.overrides, overview.undo.title].filter((part) => part !== null).join(", "), run: onUndo }}
      {...rest}
    />
  );
}

/** Seconds until it is final; undefined while the hub hasn't said. `now` is the hub's. */
export function secondsLeft(undo: UndoFacts, now: number): number | undefined {
  return undo.undo_until === null ? undefined : Math.max(0, (Date.parse(undo.undo_until) - now) / 1000);
}

function LastDecision({ undo, clockAheadMs, onUndo }: { undo: UndoFacts; clockAheadMs: number; onUndo: () => void }) {
  const [now, setNow] = useState(() => Date.now());
  const left = secondsLeft(undo, now + clockAheadMs);
  const over = left === 0;
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [over]);
  const then = left === undefined ? undo.words : over ? `${undo.words}. Final` : `${undo.words}. Final in ${countdown(left)}`;
  return (
    <UndoCard
      what={undo.verdict} overrides={undo.overrides ?? undefined} of={undo.title} then={then} left={left === undefined || undo.undo_seconds === 0 ? undefined : left / undo.undo_seconds}
      action={over ? undefined : { label: "Undo", cap: capOf("undo"), run: onUndo }}
    />
  );
}
