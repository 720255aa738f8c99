// How each queue is worked, in plain words; and one queue's with all it was before.
import { Button } from "../../kit/Button";
import { Chip } from "../../kit/Chip";
import { clock } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { kindIcon } from "../../kit/kinds";
import { Note } from "../../kit/Note";
import { hrefOf } from "../../kit/place";
import { State } from "../../kit/State";
import type { PolicyRow, PolicyVersionView } from "../../ipc/types.gen";
import { Changes, Sentences } from "./PolicyWords";
import css from "./Policies.module.css";

export function PoliciesView({ queues }: { queues: readonly PolicyRow[] }) {
  if (queues.length === 0) return <State icon="policy" title="No queues yet">A queue is made when its first case comes in, and one person then decides.</State>;
  return (
    <div className={css.list}>
      {queues.map((row) => (
        <section key={row.queue} className={css.card} aria-label={row.title}>
          <header className={css.head}>
            <h2><Icon name={kindIcon(row.kind)} /><HiddenText text={row.title} /></h2>
            <span>version {row.version}</span>
            <a className={css.end} href={hrefOf({ page: "policies", queue: row.queue })} aria-label={`${row.why_not === null ? "Read or change" : "Read"} ${row.title}`}>{row.why_not === null ? "Read or change" : "Read"}</a>
          </header>
          {row.unreadable ? <Unreadable /> : <Sentences sentences={row.sentences} label={`Policy of ${row.title}`} />}
        </section>
      ))}
    </div>
  );
}

export function Unreadable() {
  return <Note tone="bad">This policy can’t be read. Nothing is decided in this queue until it is written anew.</Note>;
}

/** The newest first, each against the one before it. */
export function Versions({ versions, now, onTake }: { versions: readonly PolicyVersionView[]; now: number; /** Begins with this version; left out for who may not change it. */ onTake?: ((version: PolicyVersionView) => void) | undefined }) {
  return (
    <ol className={css.versions} aria-label="Versions">
      {versions.map((version) => (
        <li key={version.version}>
          <div className={css.head}>
            <b>Version {version.version}</b>
            <span>{clock(version.at)}{version.by === null ? ", as every queue begins" : <>, by <HiddenText text={version.by} /></>}</span>
            {version.version === now && <Chip tone="ok">in force</Chip>}
            {version.version !== now && version.policy !== null && onTake !== undefined && <span className={css.end}><Button tone="plain" onClick={() => onTake(version)} aria-label={`Begin with it: version ${version.version}`}>Begin with it</Button></span>}
          </div>
          {version.unreadable ? <p className={css.note}>What changed can’t be said: one of the two can’t be read.</p> : version.changes.length > 0 ? <Changes changes={version.changes} label={`What version ${version.version} changed`} /> : version.by !== null && <p className={css.note}>Says the same as the version before.</p>}
        </li>
      ))}
    </ol>
  );
}
