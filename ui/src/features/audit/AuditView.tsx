// Who did what, the newest first; each entry opens to what was noted, and leads to all about its case and all its request caused.
import { useId, useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Field, Select } from "../../kit/Field";
import { clock, count, shortHash } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { go, hrefOf, type AuditFilter } from "../../kit/place";
import { Loading, State } from "../../kit/State";
import type { AuditRow } from "../../ipc/types.gen";
import { useRows } from "../../keys/useRows";
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
  const first = rows?.find((row) => row.case_title !== null)?.case_id;
  const listed = useRows<HTMLDivElement>(first == null ? undefined : () => go({ page: "case", id: first }));
  return (
    <>
      {(filter.case !== undefined || filter.request !== undefined) && (
        <p className={css.asked}>
          {filter.case !== undefined && <>All about the case <code><HiddenText text={filter.case} /></code> <a href={hrefOf({ page: "case", id: filter.case })}>Open the case</a></>}
          {filter.request !== undefined && <>All that one request caused <code><HiddenText text={filter.request} /></code></>}
        </p>
      )}
      {rows === undefined ? <Loading what="Asking the hub" /> : rows.length === 0 ? <State icon="audit" title="Nothing found">No entry is like this.</State> : (
        <div className={css.rows} role="list" aria-label="Entries, the newest first" ref={listed}>
          {rows.map((row) => <Entry key={row.position} row={row} />)}
          {more && <div className={css.more}><Button tone="plain" onClick={onMore}>Show older</Button></div>}
        </div>
      )}
    </>
  );
}

/** What lists call the case, for those who may see it: to read the audit isn't to read the cases. */
function CaseOf({ row, id }: { row: AuditRow; id: string }) {
  if (row.case_erased) return <span className={css.gone}>content erased</span>;
  if (row.case_title === null) return <span className={css.gone}>a case you may not see</span>;
  return <a data-row href={hrefOf({ page: "case", id })}><HiddenText text={row.case_title} /></a>;
}

function Entry({ row }: { row: AuditRow }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div role="listitem">
      <div className={css.row}>
        <span className={css.n}>{count(row.position)}</span>
        <span className={css.at}>{row.at === null ? "no time" : clock(row.at)}</span>
        <button type="button" className={css.what} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          <Icon name="down" small /><span><HiddenText text={row.words} />{row.payload === null && <small> · erased</small>}</span>
        </button>
        <span className={css.case}>{row.case_id !== null && <CaseOf row={row} id={row.case_id} />}</span>
        <span className={css.who}>{row.person === null ? "the hub" : <HiddenText text={row.person} />}</span>
      </div>
      <div className={css.detail} id={id} hidden={!open}>
        <dl className={css.facts}>
          <dt>Action</dt><dd><code>{row.action}</code></dd>
          {row.case_id !== null && <><dt>Case</dt><dd><code><HiddenText text={row.case_id} /></code><a href={hrefOf({ page: "audit", case: row.case_id })}>All about it</a></dd></>}
          {row.decision_id !== null && <><dt>Decision</dt><dd><code><HiddenText text={row.decision_id} /></code></dd></>}
          {row.correlation_id !== null && <><dt>Request</dt><dd><code><HiddenText text={row.correlation_id} /></code><a href={hrefOf({ page: "audit", request: row.correlation_id })}>All it caused</a></dd></>}
          <dt>Hash</dt><dd><code title={row.hash}>{shortHash(row.hash)}</code></dd>
        </dl>
        {row.payload === null ? <p className={css.note}>What was noted is erased. Its hash stands, and the chain holds without it.</p> : <pre className={css.payload}><HiddenText text={row.payload} /></pre>}
      </div>
    </div>
  );
}
