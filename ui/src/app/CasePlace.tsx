// The page of a queue: the case on the screen with its head, its workbench and its context, or why there is none. It commits,
// skips and counts time; what a verdict is and whether it may be committed is the workbench's and the desk's.
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { contextRoom, contextSections } from "../bench/contextSections";
import type { Commit } from "../bench/contract";
import type { Way } from "../features/pass-on/PassOnView";
import { IconButton } from "../kit/Button";
import { Chip, SensitivityChip } from "../kit/Chip";
import { count } from "../kit/format";
import { HiddenText } from "../kit/HiddenText";
import { Note } from "../kit/Note";
import { Page, PageBody, PageHead } from "../kit/Page";
import { go, hrefOf, type OpinionList } from "../kit/place";
import { Loading, State } from "../kit/State";
import { useToast } from "../kit/Toasts";
import { asCallError, call } from "../ipc/call";
import { invalidate, keyOf } from "../ipc/queries";
import { changes, type CaseOnScreen, type Decided, type Overview } from "../ipc/types.gen";
import { capOf } from "../keys/table";
import { useKeys } from "../keys/useKeys";
import { useActiveTime } from "./activeTime";
import { useCommands } from "./commands";
import { ContextPanel } from "./ContextPanel";
import { Idle } from "./Idle";
import { later } from "./later";
import { Lookers } from "./Lookers";
import { usePainted } from "./painted";
import { keyOfCase, useSeated } from "./Seat";
import { Stage } from "./Stage";
import { useSettling } from "./useSettling";
import { HELD } from "./work";
import type { WorkDesk } from "./WorkDesk";
import text from "../styles/text.module.css";
import css from "./CasePlace.module.css";

const OutboxCard = later("OutboxCard");
const PassOn = later("PassOn");

/** Who looks goes on saying so; that somebody does no longer isn't said when their program ended. */
const LOOK_AGAIN_MS = 30_000;

/** Sidebar and counters are fetched again once the next case has been painted. */
const AFTER_PAINT_MS = 120;

export interface CasePlaceProps {
  desk: WorkDesk;
  queue: string;
  /** The list the case was opened from: there one comes back to. */
  from: OpinionList | undefined;
  overview: Overview;
  contextOpen: boolean;
  onContext: () => void;
  onSyncNow: () => void;
  onOpenCase: (opened: CaseOnScreen) => void;
}

export function CasePlace({ desk, queue, from, overview, contextOpen, onContext, onSyncNow, onOpenCase }: CasePlaceProps) {
  const held = useSyncExternalStore(desk.subscribe, () => desk.get(queue));
  const facts = overview.queues.find((q) => q.name === queue);
  const title = facts?.title ?? queue;
  const shown = held.cases[0];
  const missing = held.cases.length < HELD;
  const empty = shown === undefined;
  useEffect(() => {
    if (!missing || empty) return void desk.open(queue);
    // The ones after the next, which nobody waits for.
    const timer = setTimeout(() => void desk.open(queue), AFTER_PAINT_MS);
    return () => clearTimeout(timer);
  }, [desk, queue, missing, empty]);

  if (shown !== undefined) {
    return <CasePage {...{ desk, queue, from, shown, next: held.cases[1], busy: held.busy, note: held.note, left: held.left, team: overview.mode === "team", contextOpen, onContext }} />;
  }
  const next = overview.queues.find((q) => q.name !== queue && q.decides && q.at_hand > 0) ?? overview.queues.find((q) => q.name !== queue && q.decides && q.left > 0);
  return (
    <Page name={title}>
      <PageHead title={title} end={held.left !== undefined && `${count(held.left)} left`} />
      <PageBody narrow>
        {held.note !== undefined && <Note tone={held.note.tone} live>{held.note.words}</Note>}
        {held.loading ? <Loading what="Opening the queue" /> : held.idle !== undefined ? <Idle idle={held.idle} title={title} next={next} onSyncNow={onSyncNow} /> : (
          held.note === undefined && <State icon="inbox" title={`Nothing in ${title} now`} />
        )}
        {!held.loading && overview.outbox_waiting + overview.outbox_wedged > 0 && <OutboxCard onOpenCase={onOpenCase} />}
      </PageBody>
    </Page>
  );
}

interface CasePageProps {
  desk: WorkDesk;
  queue: string;
  from: OpinionList | undefined;
  shown: CaseOnScreen;
  next: CaseOnScreen | undefined;
  busy: boolean;
  note: { words: string; tone: "bad" | "warn" } | undefined;
  left: number | undefined;
  /** Others are there, to whom a case can be passed on. */
  team: boolean;
  contextOpen: boolean;
  onContext: () => void;
}

/** Head, bar and context stay where they are from case to case; only what belongs to one case is made anew, by its key. */
function CasePage({ desk, queue, from, shown, next, busy, note, left, team, contextOpen, onContext }: CasePageProps) {
  const client = useQueryClient();
  const say = useToast();
  const key = keyOfCase(shown);
  const active = useActiveTime(key);
  const opened = useRef<{ of: string; ids: string[] }>({ of: key, ids: [] });
  if (opened.current.of !== key) opened.current = { of: key, ids: [] };
  const [passing, setPassing] = useState<{ id: string; way: Way } | undefined>(undefined);
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null);
  usePainted("case");
  useLayoutEffect(() => {
    // Read by the bench: when this case stood in the page.
    performance.clearMarks("tiebreak:case");
    performance.mark("tiebreak:case", { detail: shown.id });
  }, [shown.id]);

  const settle = (decided: Decided) => {
    // The undo card and what stands around it once the next case is on the glass: drawn before, it would hold that up by a frame.
    requestAnimationFrame(() => requestAnimationFrame(() => client.setQueryData<Overview>(keyOf("overview", {}), (before) => before && { ...before, undo: decided.undo })));
    waiting.current = setTimeout(() => invalidate(client, changes.decide), AFTER_PAINT_MS);
  };
  const commit = async (of: CaseOnScreen, { draft, linksShown, revealed }: Commit) => {
    performance.clearMarks("tiebreak:commit");
    performance.mark("tiebreak:commit", { detail: of.id });
    const suggestion_id = of.show_machine ? (of.suggestion?.id ?? null) : null;
    settle(await desk.decide(queue, { of, draft, activeMs: active(), shown: { suggestion_id, links: linksShown, opened: [...opened.current.ids], revealed: [...revealed] } }));
    comeBack();
  };
  const comeBack = () => from !== undefined && go({ page: from });
  const skip = () => void desk.skip(queue, shown.id).then(() => {
    comeBack();
    setTimeout(() => invalidate(client, changes.skip), AFTER_PAINT_MS);
  });
  const settling = useSettling(key, shown, (made) => commit(shown, made));
  const seated = useSeated(settling.shown, next);
  const back = () => void desk.back(queue).catch((thrown: unknown) => say(asCallError(thrown).message));
  const detail = async (of: CaseOnScreen, contextId: string) => {
    const { detail: value } = await call("context_detail", { case_id: of.id, context_id: contextId });
    // Whoever went on meanwhile didn't see it on the case that is shown now.
    if (opened.current.of === keyOfCase(of) && !opened.current.ids.includes(contextId)) opened.current.ids.push(contextId);
    return value;
  };
  // The desk fetches the case again; with that the comment appears here too.
  const comment = async (of: CaseOnScreen, text: string) => void (await call("comment", { case_id: of.id, text }));
  const pass = (way: Way) => setPassing({ id: shown.id, way });
  const passedOn = async (how: Parameters<WorkDesk["passOn"]>[2], words: string) => {
    await desk.passOn(queue, shown.id, how);
    invalidate(client, changes.hand_over);
    say(words);
  };
  const watched = shown.looking.length > 0;
  useEffect(() => {
    if (!watched) return;
    const timer = setInterval(() => void desk.renew(queue), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [watched, desk, queue]);
  useCommands(team ? [
    { id: "hand-over", icon: "user", label: "Hand this case over", here: true, run: () => pass("hand_over") },
    { id: "escalate", icon: "out", label: "Escalate this case", here: true, run: () => pass("escalate") },
  ] : []);
  useKeys({ skip: { run: skip, unavailable: busy ? "The decision is being written" : undefined }, back, context: onContext }, "place");

  return (
    <>
      <Page name={shown.title}>
        <PageHead
          title={<HiddenText text={shown.title} />} crumb={{ label: shown.queue_title, href: hrefOf({ page: "queue", queue }) }}
          beside={<><SensitivityChip sensitivity={shown.sensitivity} />{shown.priority >= 3 && <Chip tone="warn">{shown.priority === 4 ? "urgent" : "high priority"}</Chip>}{shown.state === "awaiting_second" && <Chip tone="accent" icon="second" title="Somebody has decided it already; you aren’t shown what">second opinion</Chip>}{shown.state === "disputed" && <Chip tone="warn" icon="dispute">disputed</Chip>}{shown.state === "expired" && <Chip tone="bad" icon="clock">expired</Chip>}{shown.escalated !== null ? <Chip tone="accent" icon="out">escalated</Chip> : shown.assigned_to_me && <Chip tone="accent" icon="user">assigned to you</Chip>}<Lookers looking={shown.looking} /></>}
          end={
            <>
              {shown.due !== null && <Chip tone={shown.due.late ? "bad" : "warn"} icon="clock">{shown.due.words}</Chip>}
              {left !== undefined && <span className={css.left}>{count(left)} left</span>}
              <span className={css.arrows}>
                {team && <IconButton icon="user" label="Hand over or escalate" onClick={() => pass("hand_over")} />}
                <IconButton icon="left" label="Previous case" cap={capOf("back")} onClick={back} />
                <IconButton icon="right" label="Skip to the next case" cap={capOf("skip")} disabled={busy} onClick={skip} />
              </span>
            </>
          }
        />
        <p className={text.vh} role="status">{shown.title}</p>
        {note !== undefined && <div className={css.note}><Note tone={note.tone} live end={<IconButton icon="close" label="Dismiss" onClick={() => desk.dismiss(queue)} />}>{note.words}</Note></div>}
        {shown.escalated !== null && <div className={css.note}><Note tone="accent" icon="out">{shown.escalated.by === null ? "Late, so it was escalated" : <>Escalated by <HiddenText text={shown.escalated.by} /></>}{shown.escalated.reason !== null && <>: “<HiddenText text={shown.escalated.reason} />”</>}</Note></div>}
        {settling.panel}
        <Stage seated={seated} turn={settling.turn} busy={busy} onCommit={commit} onSkip={skip} />
      </Page>
      <ContextPanel seated={seated} sectionsOf={contextSections} wide={contextRoom(shown.body)} open={contextOpen} onToggle={onContext} onDetail={detail} onComment={comment} />
      {passing?.id === shown.id && (
        <PassOn
          key={key} caseId={shown.id} title={shown.title} way={passing.way} onClose={() => setPassing(undefined)}
          onHandOver={(to, words) => passedOn({ to, note: words }, "Handed over")} onEscalate={(reason, up) => passedOn({ reason, up }, "Escalated")}
        />
      )}
    </>
  );
}
