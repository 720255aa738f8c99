// Decisions that are on disk and not delivered yet, in the order they will be sent; and those that need the person, with why and
// what can be done. Nothing leaves it by itself but by being delivered.
import { useState } from "react";
import { Button } from "../../kit/Button";
import { Chip } from "../../kit/Chip";
import { clock, shortHash } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { kindIcon } from "../../kit/kinds";
import list from "../../kit/List.module.css";
import { Note } from "../../kit/Note";
import { Edits } from "../../kit/Segments";
import { State } from "../../kit/State";
import type { OutboxEntry, Wedged } from "../../ipc/types.gen";
import css from "./Outbox.module.css";

export interface OutboxActions {
  onRetry: (id: string) => void;
  onDecideAgain: (id: string) => void;
  onDiscard: (id: string) => void;
}

export interface OutboxViewProps extends OutboxActions {
  entries: readonly OutboxEntry[];
  /** The entry that is being worked on. */
  busy: string | undefined;
  error: string | undefined;
}

export function OutboxView({ entries, error, ...rest }: OutboxViewProps) {
  if (entries.length === 0) {
    return <State icon="check" tone="ok" title="The outbox is empty">Every decision has been delivered to the hub.</State>;
  }
  const wedged = entries.filter((entry) => entry.wedged !== null).length;
  const waiting = entries.length - wedged;
  // `G` belongs to the first that needs the person.
  const first = entries.find((entry) => entry.wedged?.can_decide_again)?.id;
  return (
    <>
      {error !== undefined && <div className={css.error}><Note tone="bad" live>{error}</Note></div>}
      <section className={list.card} aria-labelledby="outbox">
        <header className={list.head}>
          <h2 id="outbox">Outbox</h2>
          <span>{[waiting > 0 && `${waiting} waiting`, wedged > 0 && `${wedged} ${wedged === 1 ? "needs" : "need"} you`].filter(Boolean).join(", ")}</span>
          <span className={list.end}>written to disk, encrypted; sent in order when the hub answers</span>
        </header>
        <ul>{entries.map((entry) => <Entry key={entry.id} entry={entry} withKey={entry.id === first} {...rest} />)}</ul>
      </section>
    </>
  );
}

function Entry({ entry, withKey, busy, ...actions }: OutboxActions & { entry: OutboxEntry; withKey: boolean; busy: string | undefined }) {
  if (entry.wedged !== null) return <WedgedEntry entry={entry} wedged={entry.wedged} withKey={withKey} busy={busy === entry.id} {...actions} />;
  return (
    <li className={list.row}>
      <Icon name={kindIcon(entry.kind)} />
      <span className={list.what}><b><HiddenText text={entry.title} /></b> <span className={list.quiet}><HiddenText text={entry.words} /></span></span>
      <span className={list.small}>waiting, {clock(entry.at)}</span>
    </li>
  );
}

function WedgedEntry({ entry, wedged, withKey, busy, onRetry, onDecideAgain, onDiscard }: OutboxActions & { entry: OutboxEntry; wedged: Wedged; withKey: boolean; busy: boolean }) {
  const [sure, setSure] = useState(false);
  return (
    <li className={css.wedged}>
      <div className={css.title}>
        <span className={css.warn}><Icon name="warn" /></span>
        <b><HiddenText text={entry.title} /> <span>you decided: <HiddenText text={entry.words} /></span></b>
        <Chip tone="bad">needs you</Chip>
      </div>
      <div className={css.inner}>
        <p className={css.words}><HiddenText text={wedged.words} /></p>
        {wedged.changes.length > 0 && (
          <dl className={css.changes} aria-label="What changed">
            {wedged.changes.map((change) => <div key={change.place}><dt><HiddenText text={change.place} /></dt><dd><Edits edits={change.change} /></dd></div>)}
          </dl>
        )}
        <div className={css.actions}>
          {wedged.can_decide_again && <Button disabled={busy} {...(withKey ? { cap: "G" } : {})} onClick={() => onDecideAgain(entry.id)}>Decide again</Button>}
          {wedged.can_retry && <Button disabled={busy} onClick={() => onRetry(entry.id)}>Try again</Button>}
          {sure ? (
            <>
              <Button tone="danger" disabled={busy} onClick={() => onDiscard(entry.id)}>Discard it</Button>
              <Button tone="plain" onClick={() => setSure(false)}>Keep it</Button>
              <span className={list.small} role="status">It stays in your history as discarded.</span>
            </>
          ) : (
            <Button tone="plain" disabled={busy} onClick={() => setSure(true)}>Discard my decision</Button>
          )}
          {wedged.seen_hash !== null && !sure && (
            <span className={css.hashes}>seen <code>{shortHash(wedged.seen_hash)}</code>{wedged.now_hash !== null && <> · now <code>{shortHash(wedged.now_hash)}</code></>}</span>
          )}
        </div>
      </div>
    </li>
  );
}
