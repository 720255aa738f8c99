// Two to five records side by side. Equal characters recede and differing ones stand out; for a pair the evidence stands in line
// with the attribute it is about. Which cells are kept follows the golden record that the desk computes.
import { memo, useId, type ReactNode } from "react";
import type { AttributeRow, Cell, LinkView, RecordView } from "../../ipc/types.gen";
import { Chip } from "../../kit/Chip";
import { date } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Segments } from "../../kit/Segments";
import { barOf, evidenceBar, limitOf, xOf } from "./axis";
import { BlankEvidence, EvidenceBar, EvidenceScale, howCompared, PassingEvidence } from "./Evidence";
import { Covered } from "./Covered";
import { GroupBadge } from "./GroupBadge";
import { framedBy } from "./InHand";
import { onRecord } from "./landing";
import type { MatchEvent } from "./reducer";
import { covered, keptIn, type Match } from "./useMatch";
import { useInSight } from "./useInSight";
import type { Dragging } from "./useDrag";
import text from "../../styles/text.module.css";
import css from "./Columns.module.css";

const GROUPS_MAX = 9;

export function AttributeTable({ match, drag, showMachine }: { match: Match; drag: Dragging; showMachine: boolean }) {
  const { view, state, draft, send } = match;
  const id = useId();
  useInSight(`${id}-${state.attribute}-${state.record}`);
  const pair = view.records.length === 2;
  const link = pair ? view.links[0] : undefined;
  const evidence = pair && (link !== undefined || !showMachine);
  const columns = `90px repeat(${view.records.length}, minmax(112px, 1fr))${evidence ? " 252px" : ""}`;
  const kept = keptIn(match, draft.assessment.match_preview);
  const split = link === undefined ? view.rows.length : view.rows.filter((row) => row.compared).length;
  const limit = link === undefined ? 0 : limitOf(link);
  const rows = (from: number, to: number) => view.rows.slice(from, to).map((row, index) => (
    <AttributeLine
      key={row.attribute} id={id} row={row} index={from + index} records={view.records} last={from + index === split - 1} here={state.attribute === from + index ? state.record : -1}
      kept={kept.get(row.attribute) ?? ""} send={send} hidden={covered(row, state)}
      evidence={!evidence ? undefined : !showMachine ? "blind" : row.compared ? link : "not compared"} limit={limit}
    />
  ));
  return (
    <div className={css.table} style={{ gridTemplateColumns: columns }} role="grid" aria-label="Records side by side" tabIndex={0} data-match-table aria-activedescendant={`${id}-${state.attribute}-${state.record}`}>
      <div className={`${css.line} ${css.heads}`} role="row">
        <div className={css.lab} role="columnheader"><span className={text.vh}>Attribute</span></div>
        {view.records.map((record, index) => (
          <RecordHead key={record.id} record={record} index={index} here={state.record === index} beside={!pair && state.against === index} narrow={!pair} drag={drag}>
            {!pair && <GroupBadge letter={record.letter} number={state.groups[index] ?? 0} most={Math.min(GROUPS_MAX, view.records.length)} lifted={drag.lifted === index} onPick={(number) => send({ type: "group", number, record: index })} />}
          </RecordHead>
        ))}
        {evidence && (
          <div className={`${css.rec} ${css.evHead}`} role="columnheader">
            <span className={css.evTitle}><b>Evidence</b>{" "}<span>{showMachine ? <>log<sub>2</sub> Bayes factor</> : "hidden until you decide"}</span></span>
            {showMachine && <EvidenceScale />}
          </div>
        )}
      </div>
      {link !== undefined && link.prior !== null && <PriorLine link={link} limit={limit} columns={view.records.length} leaves={link.evidence[0]?.from === link.prior} />}
      {rows(0, split)}
      {link !== undefined && <SumLine link={link} limit={limit} columns={view.records.length} />}
      {evidence && !showMachine && <BlindLine columns={view.records.length} />}
      {rows(split, view.rows.length)}
      {framedBy(drag, state.groups).map((index) => <div key={index} className={css.over} style={{ gridColumn: `${index + 2} / ${index + 3}` }} aria-hidden="true" />)}
    </div>
  );
}

/** `narrow`: the id goes below, so that the system can be read. */
function RecordHead({ record, index, here, beside, narrow, drag: { lift, lifted }, children }: { record: RecordView; index: number; here: boolean; beside: boolean; narrow: boolean; drag: Dragging; children: ReactNode }) {
  const { letter, system, id, url, updated_at, name } = record;
  const of = url ?? (updated_at === null ? "" : `updated ${date(new Date(updated_at))}`);
  return (
    <div
      className={`${css.rec} ${here ? css.atColumn : ""} ${beside ? css.besideColumn : ""} ${lift === undefined ? "" : css.handle} ${lifted === index ? css.lifted : ""}`} role="columnheader" data-drop={onRecord(index)}
      onPointerDown={lift && ((event) => lift(event, index))}
    >
      <span className={css.id}>
        {children}
        <span className={css.letter}>{letter}</span>{" "}
        <b title={system ?? name}><HiddenText text={system ?? name} /></b>{" "}
        {!narrow && <span className={css.ext} title={id}><HiddenText text={id} /></span>}
      </span>{" "}
      <span className={css.of} title={narrow ? [id, of].join(" ") : of}>{narrow && <><span className={css.ext}><HiddenText text={id} /></span> </>}<HiddenText text={of} /></span>
    </div>
  );
}

interface LineProps {
  id: string;
  row: AttributeRow;
  index: number;
  records: readonly RecordView[];
  last: boolean;
  /** Which record's cell has the focus; −1: none of this row. */
  here: number;
  /** Ids of the records whose value survives, joined; a text, so that an equal one is equal. */
  kept: string;
  evidence: LinkView | "blind" | "not compared" | undefined;
  limit: number;
  /** Its values are covered. */
  hidden: boolean;
  send: (event: MatchEvent) => void;
}

const AttributeLine = memo(function AttributeLine({ id, row, index, records, last, here, kept, evidence, limit, hidden, send }: LineProps) {
  const survivors = kept.split("\n");
  const compared = row.cells.filter((cell) => !cell.missing).length > 1;
  return (
    <div className={last ? `${css.line} ${css.last}` : css.line} role="row">
      <div className={css.lab} role="rowheader"><HiddenText text={row.label} /></div>
      {row.cells.map((cell, column) => {
        const survives = survivors.includes(records[column]?.id ?? "");
        return (
          <div
            key={column} id={`${id}-${index}-${column}`} role="gridcell" data-drop={onRecord(column)} aria-selected={survives} onClick={() => send({ type: "focus", attribute: index, record: column })}
            onDoubleClick={() => send({ type: "keep" })}
            className={`${css.rec} ${css.cell} ${survives ? css.kept : ""} ${here === column ? css.here : ""}`}
          >
            {hidden && !cell.missing ? <Covered equal={row.equal && compared} /> : <CellText cell={cell} alone={!compared} />}
          </div>
        );
      })}
      {evidence !== undefined && <div className={css.ev} role="gridcell">{evidenceOf(row, evidence, limit)}</div>}
    </div>
  );
});

/** `alone`: no other record has a value, so nothing differs. */
function CellText({ cell, alone }: { cell: Cell; alone: boolean }) {
  if (cell.missing) return <span className={css.empty}>empty</span>;
  if (alone) return <span className={css.plain}><HiddenText text={cell.text} /></span>;
  return <Segments segments={cell.segments} />;
}

function evidenceOf(row: AttributeRow, evidence: LinkView | "blind" | "not compared", limit: number): ReactNode {
  if (evidence === "blind") return <BlankEvidence />;
  if (evidence === "not compared") return <span className={css.note}>not compared</span>;
  const own = evidence.evidence.filter((e) => e.attribute === row.attribute);
  if (own.length === 0) return <PassingEvidence x={xOf(evidence.prior ?? 0, limit)} />;
  return own.map((entry, index) => (
    <EvidenceBar key={index} bar={evidenceBar(entry, limit)} text={entry.weight_text} title={howCompared(entry)} level={own.length > 1 ? (entry.level ?? undefined) : undefined} />
  ));
}

function PriorLine({ link, limit, columns, leaves }: { link: LinkView; limit: number; columns: number; leaves: boolean }) {
  return (
    <div className={css.line} role="row">
      <div className={css.lab} style={{ gridColumn: `1 / ${columns + 2}` }} role="rowheader">Prior{link.prior_words !== null && `: two drawn at random, ${link.prior_words}`}</div>
      <div className={css.ev} role="gridcell"><EvidenceBar bar={barOf(0, link.prior ?? 0, "prior", limit, { enters: false, leaves })} text={link.prior_text ?? ""} /></div>
    </div>
  );
}

function SumLine({ link, limit, columns }: { link: LinkView; limit: number; columns: number }) {
  const bar = barOf(0, link.weight ?? 0, link.weight === null ? "none" : "sum", limit, { enters: false, leaves: false });
  const last = link.evidence.at(-1);
  // The sum ends where the last piece of evidence ended; where that doesn't add up there is no line to follow.
  const joined = link.adds_up && last !== undefined ? { ...bar, enters: xOf(last.to, limit) } : bar;
  return (
    <div className={`${css.line} ${css.last}`} role="row">
      <div className={css.sumLabel} style={{ gridColumn: `1 / ${columns + 2}` }} role="rowheader">
        <b>Match weight</b>{" "}<small className={link.adds_up ? "" : css.off}>{link.sum_words}</small>
        {link.probability_text !== null && <>{" "}<span className={css.probability}>{link.probability_text}</span>{" "}<small>probability</small></>}
      </div>
      <div className={css.ev} role="gridcell"><EvidenceBar bar={joined} text={link.weight_text ?? "none"} total /></div>
    </div>
  );
}

function BlindLine({ columns }: { columns: number }) {
  return (
    <div className={`${css.line} ${css.last}`} role="row">
      <div className={css.sumLabel} style={{ gridColumn: `1 / ${columns + 2}` }} role="rowheader">
        <b>Match weight</b>{" "}<Chip tone="blind" icon="eyeoff">blind</Chip><small>Decided without the machine’s view</small>
      </div>
      <div className={css.ev} role="gridcell"><BlankEvidence /></div>
    </div>
  );
}
