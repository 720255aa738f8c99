// How long content is kept once its case is closed: for the hub, and for queues with days of their own.
import { useState } from "react";
import { Button } from "../../kit/Button";
import { Field, Select } from "../../kit/Field";
import { Note } from "../../kit/Note";
import table from "../../kit/Table.module.css";
import text from "../../styles/text.module.css";
import type { Days, Retention, RetentionView as Facts, Sensitivity } from "../../ipc/types.gen";
import css from "./Audit.module.css";

const LEVELS: readonly Sensitivity[] = ["public", "internal", "confidential", "restricted"];
const KEPT: Days = { public: null, internal: null, confidential: null, restricted: null };

export interface RetentionViewProps {
  facts: Facts;
  busy: boolean;
  error: { text: string; pointer: string | undefined } | undefined;
  onSave: (retention: Retention) => void;
}

export function RetentionView({ facts, busy, error, onSave }: RetentionViewProps) {
  const [draft, setDraft] = useState(facts.retention);
  const [sure, setSure] = useState(false);
  const titleOf = (name: string) => facts.queues.find((queue) => queue.name === name)?.title ?? name;
  const own = Object.keys(draft.queues);
  const others = facts.queues.filter((queue) => !own.includes(queue.name));
  const changed = JSON.stringify(draft) !== JSON.stringify(facts.retention);
  const edit = (next: Retention) => { setDraft(next); setSure(false); };
  const at = (pointer: string) => (error?.pointer === pointer ? error.text : undefined);
  const row = (name: string | undefined, days: Days) => {
    const title = name === undefined ? "All queues without days of their own" : titleOf(name);
    const place = name === undefined ? "/hub" : `/queues/${name.replace(/~/g, "~0").replace(/\//g, "~1")}`;
    const set = (level: Sensitivity, text: string) => {
      const next = { ...days, [level]: text === "" ? null : Number(text) };
      edit(name === undefined ? { ...draft, hub: next } : { ...draft, queues: { ...draft.queues, [name]: next } });
    };
    return (
      <tr key={name ?? ""}>
        <th scope="row">{title}</th>
        {LEVELS.map((level) => <td key={level} className={css.narrow}><Field label={`${title}, ${level}, days`} hideLabel type="number" min={1} value={days[level] ?? ""} onChange={(e) => set(level, e.target.value)} placeholder="kept" error={at(`${place}/${level}`)} /></td>)}
        <td className={table.end}>{name !== undefined && <Button tone="plain" aria-label={`Remove the days of ${title}`} onClick={() => edit({ ...draft, queues: Object.fromEntries(Object.entries(draft.queues).filter(([other]) => other !== name)) })}>Remove</Button>}</td>
      </tr>
    );
  };
  return (
    <div className={css.body}>
      <section className={css.part} aria-labelledby="now"><h2 id="now">Now</h2><ul className={css.says}>{facts.sentences.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul></section>
      <section className={`${css.part} ${css.days}`} aria-labelledby="days">
        <h2 id="days">Days after a case is closed</h2>
        <table className={table.table} aria-labelledby="days">
          <thead><tr><th scope="col">Queue</th>{LEVELS.map((level) => <th key={level} scope="col">{level}</th>)}<th scope="col"><span className={text.vh}>Do</span></th></tr></thead>
          <tbody>{row(undefined, draft.hub)}{own.map((name) => row(name, draft.queues[name] ?? KEPT))}</tbody>
        </table>
      </section>
      {others.length > 0 && <div className={css.do}><Select label="Days of its own for" hideLabel value="" onPick={(name) => name !== "" && edit({ ...draft, queues: { ...draft.queues, [name]: KEPT } })} options={[{ value: "", label: "Days of its own for a queue" }, ...others.map((queue) => ({ value: queue.name, label: queue.title }))]} /></div>}
      {error !== undefined && at(error.pointer ?? "") === undefined && <Note tone="bad" live>{error.text}</Note>}
      <p className={css.note}>Empty: kept. Cases’ content, comments, decisions, labels and audit payloads are erased within the hour and can’t be brought back; counts and hashes stay, so the chain still verifies.</p>
      <div className={css.do}>
        {sure ? <><Button tone="danger" disabled={busy} onClick={() => onSave(draft)}>Erase by these days</Button><Button tone="plain" onClick={() => setSure(false)}>Not yet</Button></> : <Button tone="primary" size="tall" why={changed ? undefined : "Nothing is changed"} calm onClick={() => setSure(true)}>Save</Button>}
      </div>
    </div>
  );
}
