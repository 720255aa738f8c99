// The sidebar as it is drawn: where one is, what waits, and at its foot the last decision and how far it has got.
import type { ReactNode } from "react";
import { Icon, Mark, type IconName } from "../../kit/Icon";
import { count } from "../../kit/format";
import { IconButton } from "../../kit/Button";
import { HiddenText } from "../../kit/HiddenText";
import { KeyCap } from "../../kit/KeyCap";
import { hrefOf, type OpinionList, type Place } from "../../kit/place";
import { HUB_PAGES } from "../../kit/hubPages";
import { capOf } from "../../keys/table";
import type { HubPage, OpinionCounts } from "../../ipc/types.gen";
import text from "../../styles/text.module.css";
import css from "./Sidebar.module.css";

export interface SidebarQueue {
  name: string;
  title: string;
  icon: IconName;
  open: number;
  /** Due within the hour or late. */
  due: number;
}

export interface SidebarProps {
  /** "On this computer" or the team's hub. */
  where: string;
  queues: readonly SidebarQueue[];
  place: Place;
  decidedToday: number | undefined;
  /** Absent where nobody is asked for a second opinion. */
  opinions: OpinionCounts | null;
  /** Own decisions that failed, not seen yet. */
  failed: number;
  outbox: { pending: number; wedged: number };
  /** Cases that wait for this person by name or role; undefined where nobody else is there. */
  forMe: number | undefined;
  /** This person is away now. */
  away: boolean;
  /** The pages for a lead are there for a lead only. */
  lead: boolean;
  /** At a team's hub: there is something to say of who may what. */
  team?: boolean;
  /** Pages about the hub that open to this person. */
  hubPages?: readonly HubPage[];
  sync: { online: boolean; words: string };
  undo?: ReactNode;
  /** The same for the rail, where the card has no room. */
  railUndo?: { label: string; run: () => void } | undefined;
  rail: boolean;
  onFind: () => void;
  onHelp: () => void;
  onRail: () => void;
}

export function SidebarView(props: SidebarProps) {
  const { where, queues, place, decidedToday, opinions, failed, outbox, forMe, away, lead, team = false, hubPages = [], sync, undo, railUndo, rail, onFind, onHelp, onRail } = props;
  if (rail) {
    return (
      <nav className={css.rail} aria-label="Queues">
        <IconButton icon="inbox" label="Show queues" cap={capOf("queues")} onClick={onRail} />
        <IconButton icon="search" label="Search or go to" cap={capOf("palette")} onClick={onFind} />
        {queues.map((queue) => (
          <a key={queue.name} className={css.railLink} href={hrefOf({ page: "queue", queue: queue.name })} aria-label={`${queue.title}, ${queue.open} open`} title={queue.title} aria-current={isAt(place, queue.name) ? "page" : undefined}>
            <Icon name={queue.icon} />
          </a>
        ))}
        <span className={css.railFoot}>
          {railUndo !== undefined && <IconButton icon="undo" label={railUndo.label} cap={capOf("undo")} onClick={railUndo.run} />}
          <span className={sync.online ? css.dot : `${css.dot} ${css.off}`} role="img" aria-label={sync.words} title={sync.words} />
        </span>
      </nav>
    );
  }
  return (
    <nav className={css.side} aria-label="Queues">
      <div className={css.head}><Mark /><b>Tiebreak</b><span className={css.where} title={where}>{where}</span></div>
      <button type="button" className={css.find} onClick={onFind} aria-keyshortcuts="Control+K"><Icon name="search" small />Search or go to<span className={css.cap}><KeyCap cap={capOf("palette")} /></span></button>
      <div className={css.nav}>
        <h2>Queues</h2>
        <ul>
          {queues.map((queue) => (
            <li key={queue.name}>
              <NavLink to={{ page: "queue", queue: queue.name }} current={isAt(place, queue.name)} icon={queue.icon} label={queue.title}>
                {queue.due > 0 && <span className={css.due} title={`${queue.due} due within the hour`}><Icon name="clock" small />{count(queue.due)}<span className={text.vh}> due within the hour, </span></span>}
                <span className={css.n}>{count(queue.open)}<span className={text.vh}> left</span></span>
              </NavLink>
            </li>
          ))}
        </ul>
        {queues.length === 0 && <p className={css.none}>None yet</p>}
        <h2>Mine</h2>
        <ul>
          {forMe !== undefined && (
            <li><NavLink to={{ page: "for-me" }} current={place.page === "for-me"} icon="user" label="For me"><span className={css.n}>{count(forMe)}<span className={text.vh}> assigned or escalated</span></span></NavLink></li>
          )}
          {opinions !== null && <Opinions opinions={opinions} place={place} />}
          <li><NavLink to={{ page: "history" }} current={place.page === "history"} icon="done" label="My decisions">{failed > 0 && <span className={css.wedged} title={`${failed} failed`}><Icon name="warn" small />{count(failed)}<span className={text.vh}> failed, </span></span>}{decidedToday !== undefined && <span className={css.n} title="today">{count(decidedToday)}<span className={text.vh}> today</span></span>}</NavLink></li>
          <li>
            <NavLink to={{ page: "outbox" }} current={place.page === "outbox"} icon="out" label="Outbox">
              {outbox.wedged > 0 && <span className={css.wedged} title={`${outbox.wedged} need you`}><Icon name="warn" small />{count(outbox.wedged)}<span className={text.vh}> need you, of </span></span>}
              <span className={css.n}>{count(outbox.pending + outbox.wedged)}</span>
            </NavLink>
          </li>
          {team && <li><NavLink to={{ page: "access" }} current={place.page === "access"} icon="lock" label="Access" /></li>}
          <li><NavLink to={{ page: "settings" }} current={place.page === "settings"} icon="gear" label="Settings">{away && <span className={css.n}>away</span>}</NavLink></li>
        </ul>
        {lead && (
          <>
            <h2>Lead</h2>
            <ul>
              <li><NavLink to={{ page: "lead" }} current={place.page === "lead"} icon="chart" label="Override rates" /></li>
              <li><NavLink to={{ page: "export" }} current={place.page === "export"} icon="table" label="Export" /></li>
            </ul>
          </>
        )}
        {hubPages.length > 0 && (lead || hubPages.includes("audit")) && (
          <>
            <h2>The hub</h2>
            <ul>
              {HUB_PAGES.filter(({ page }) => hubPages.includes(page)).map(({ page, icon, label, at }) => (
                <li key={page}><NavLink to={{ page }} current={at.includes(place.page)} icon={icon} label={label} /></li>
              ))}
            </ul>
          </>
        )}
      </div>
      <div className={css.foot}>
        {undo}
        <div className={css.sync}>
          <span className={sync.online ? css.dot : `${css.dot} ${css.off}`} aria-hidden="true" />
          <span className={css.words} role="status">{sync.words}</span>
          <button type="button" className={css.help} onClick={onHelp} aria-label="Keys" title="Keys (?)"><KeyCap cap="?" /></button>
        </div>
      </div>
    </nav>
  );
}

/** What waits for this person stands at the right end; that only others are waited for says the list. */
function Opinions({ opinions, place }: { opinions: OpinionCounts; place: Place }) {
  return (
    <>
      <li><NavLink to={{ page: "awaiting" }} current={isIn(place, "awaiting")} icon="second" label="Awaiting a second"><span className={css.n}>{count(opinions.awaiting_second)}<span className={text.vh}> for you</span></span></NavLink></li>
      {(opinions.adjudicates || opinions.disputed + opinions.own > 0) && (
        <li><NavLink to={{ page: "disputed" }} current={isIn(place, "disputed")} icon="dispute" label="Disputed"><span className={css.n}>{count(opinions.disputed)}<span className={text.vh}> for you</span></span></NavLink></li>
      )}
    </>
  );
}

function isIn(place: Place, list: OpinionList): boolean {
  return place.page === list || (place.page === "queue" && place.from === list);
}

function isAt(place: Place, queue: string): boolean {
  return place.page === "queue" && place.queue === queue && place.from === undefined;
}

function NavLink({ to, current, icon, label, children }: { to: Place; current: boolean; icon: IconName; label: string; children?: ReactNode }) {
  return (
    <a className={css.link} href={hrefOf(to)} aria-current={current ? "page" : undefined}>
      <Icon name={icon} /><span className={css.label}><HiddenText text={label} /></span>{" "}{children}
    </a>
  );
}
