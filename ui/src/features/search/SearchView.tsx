// Cases found by the hub. Those on this computer or free are opened to be decided, the others to be looked at.
import type { FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Chip, type ChipTone } from "../../kit/Chip";
import { Field } from "../../kit/Field";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { kindIcon } from "../../kit/kinds";
import list from "../../kit/List.module.css";
import { Note } from "../../kit/Note";
import { hrefOf } from "../../kit/place";
import { Loading, State } from "../../kit/State";
import type { CaseState, SearchRow } from "../../ipc/types.gen";
import css from "./Search.module.css";

export const STATE_WORDS: Record<CaseState, { words: string; tone: ChipTone }> = {
  open: { words: "open", tone: "line" },
  awaiting_second: { words: "awaiting a second", tone: "accent" },
  disputed: { words: "disputed", tone: "warn" },
  waiting: { words: "waiting for an answer", tone: "warn" },
  decided: { words: "decided", tone: "ok" },
  released: { words: "released", tone: "quiet" },
  withdrawn: { words: "withdrawn", tone: "quiet" },
  expired: { words: "expired", tone: "bad" },
  returned: { words: "returned", tone: "quiet" },
};

export interface SearchViewProps {
  query: string;
  /** What was asked; empty before anything was. */
  asked: string;
  /** Leads from each case to what happened to it. */
  audited?: boolean;
  rows: readonly SearchRow[];
  more: boolean;
  busy: boolean;
  error: string | undefined;
  onQuery: (query: string) => void;
  onAsk: () => void;
  onMore: () => void;
  onAssign: (caseId: string, title: string) => void;
}

export function SearchView({ query, asked, audited = false, rows, more, busy, error, onQuery, onAsk, onMore, onAssign }: SearchViewProps) {
  return (
    <>
      <form className={css.form} role="search" onSubmit={(event: FormEvent) => { event.preventDefault(); onAsk(); }}>
        <Field label="Search cases" hideLabel tall type="search" autoFocus value={query} placeholder="Title, subject, id, or words in the case" onChange={(e) => onQuery(e.target.value)} end={<Icon name="search" small />} />
        <Button type="submit" size="tall" tone="primary">Search</Button>
      </form>
      {error !== undefined && <Note tone="bad" live>{error}</Note>}
      {busy && rows.length === 0 && <Loading what="Asking the hub" />}
      {!busy && error === undefined && asked !== "" && rows.length === 0 && <State icon="search" title="Nothing found">No case you may see has “<HiddenText text={asked} />” in it.</State>}
      {rows.length > 0 && (
        <section className={list.card} aria-label="Cases found">
          <ul>
            {rows.map((row) => (
              <li key={row.case_id} className={list.row}>
                <Icon name={kindIcon(row.kind)} />
                <span className={list.what}>
                  <a href={hrefOf({ page: "case", id: row.case_id })}><HiddenText text={row.title} /></a>{" "}
                  <span className={list.quiet}><HiddenText text={row.external_id} /></span>
                </span>
                <span className={list.small}>{row.queue_title}{row.at_hand && ", on this computer"}</span>
                {row.with !== null && <span className={list.small}><HiddenText text={row.with} /> has it</span>}
                <Chip tone={STATE_WORDS[row.state].tone}>{STATE_WORDS[row.state].words}</Chip>
                {audited && <a className={list.small} href={hrefOf({ page: "audit", case: row.case_id })} aria-label={`Audit of ${row.title}`}>Audit</a>}
                {row.assignable && <Button onClick={() => onAssign(row.case_id, row.title)} aria-label={`Assign ${row.title}`}>Assign</Button>}
              </li>
            ))}
          </ul>
          {more && <div className={list.more}><Button tone="plain" disabled={busy} onClick={onMore}>Show more</Button></div>}
        </section>
      )}
    </>
  );
}
