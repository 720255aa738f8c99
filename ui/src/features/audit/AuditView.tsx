// Who did what, the newest first; each entry opens to what was noted, and leads to all about its case and all its request caused.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Field, Select } from "../../kit/Field";
import { clock, count, shortHash } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { hrefOf, type AuditFilter } from "../../kit/place";
import { Loading, State } from "../../kit/State";
import type { AuditRow } from "../../ipc/types.gen";
import css from "./Audit.module.css";

/** What entries are about, by the first word of their action. */
const MATTERS: readonly { value: string; label: string }[] = [
  { value: "", label: "Everything" }, { value: "decision", label: "Decisions" }, { value: "case", label: "Cases" }, { value: "cases", label: "Cases that came in" }, { value: "context", label: "Context opened" },
  { value: "leases", label: "Leases" }, { value: "policy", label: "Policies" }, { value: "tool", label: "Tools" }, { value: "webhook", label: "Webhooks" }, { value: "token", label: "Tokens" }, { value: "person", label: "People" },
  { value: "retention", label: "Retention" }, { value: "content", label: "Content erased" }, { value: "details", label: "Details erased" }, { value: "links", label: "Links" }, { value: "audit", label: "The audit itself" },
];

export function AuditFilters({ filter, onFilter }: { filter: AuditFilter; onFilter: (filter: AuditFilter) => void }) {
  const [person, setPerson] = useState(filter.person ?? "");
  const [from, setFrom] = useState(filter.from ?? "");
  const [until, setUntil] = useState(filter.until ?? "");
  const action = filter.action ?? "";
  const known = MATTERS.some((matter) => matter.value === action);
  const search = (event: FormEvent) => {
    event.preventDefault();
    onFilter({ ...filter, person: person.trim(), from: from.trim(), until: until.trim() });
  };
  const narrowed = Object.values(filter).some((value) => value !== undefined && value !== "");
  return (
    <form className={css.filters} onSubmit={search} role="search" aria-label="Search the audit">
      <Select label="What" value={action} onPick={(next) => onFilter({ ...filter, action: next })} options={known ? MATTERS : [...MATTERS, { value: action, label: action }]} />
      <Field label="Who, by name or id" value={person} onChange={(e) => setPerson(e.target.value)} />
      <Field label="From" placeholder="2026-11-21" value={from} onChange={(e) => setFrom(e.target.value)} />
      <Field label="Until" placeholder="2026-11-21" value={until} onChange={(e) => setUntil(e.target.value)} />
      <span className={css.do}><Button type="submit" icon="search">Search</Button>{narrowed && <Button tone="plain" onClick={() => { setPerson(""); setFrom(""); setUntil(""); onFilter({}); }}>Clear</Button>}</span>
    </form>
  );
}

export interface AuditViewProps {
  filter: AuditFilter;
  rows: readonly AuditRow[] | undefined;
  more: boolean;
  onMore: () => void;
}

export function AuditView({ filter, rows, more, onMore }: AuditViewProps) {
  return (
    <>
      {(filter.case !== undefined || filter.request !== undefined) && (
        <p className={css.asked}>
          {filter.case !== undefined && <>All about the case <code><HiddenText text={filter.case} /></code> <a href={hrefOf({ page: "case", id: filter.case })}>Open the case</a></>}
          {filter.request !== undefined && <>All that one request caused <code><HiddenText text={filter.request} /></code></>}
        </p>
      )}
      {rows === undefined ? <Loading what="Asking the hub" /> : rows.length === 0 ? <State icon="audit" title="Nothing found">No entry is like this.</State> : (
        <div className={css.rows} role="list" aria-label="Entries, the newest first">
          {rows.map((row) => <Entry key={row.position} row={row} />)}
          {more && <div className={css.more}><Button tone="plain" onClick={onMore}>Show older</Button></div>}
        </div>
      )}
    </>
  );
}

function Entry({ row }: { row: AuditRow }) {
  return (
    <div role="listitem">
      <details className={css.row}>
        <summary>
          <span className={css.n}>{count(row.position)}</span>
          <span className={css.at}>{row.at === null ? "no time" : clock(row.at)}</span>
          <span className={css.what}><HiddenText text={row.words} />{row.payload === null && <small> · erased</small>}</span>
          <span className={css.who}>{row.person === null ? "the hub" : <HiddenText text={row.person} />}</span>
          <Icon name="down" small />
        </summary>
        <div className={css.detail}>
          <dl className={css.facts}>
            <dt>Action</dt><dd><code>{row.action}</code></dd>
            {row.case_id !== null && <><dt>Case</dt><dd><code><HiddenText text={row.case_id} /></code><a href={hrefOf({ page: "audit", case: row.case_id })}>All about it</a><a href={hrefOf({ page: "case", id: row.case_id })}>Open</a></dd></>}
            {row.decision_id !== null && <><dt>Decision</dt><dd><code><HiddenText text={row.decision_id} /></code></dd></>}
            {row.correlation_id !== null && <><dt>Request</dt><dd><code><HiddenText text={row.correlation_id} /></code><a href={hrefOf({ page: "audit", request: row.correlation_id })}>All it caused</a></dd></>}
            <dt>Hash</dt><dd><code title={row.hash}>{shortHash(row.hash)}</code></dd>
          </dl>
          {row.payload === null ? <p className={css.note}>What was noted is erased. Its hash stands, and the chain holds without it.</p> : <pre className={css.payload}><HiddenText text={row.payload} /></pre>}
        </div>
      </details>
    </div>
  );
}
