// Six to fifty records as rows. Attributes that are equal in all records need no column; in the others only what departs from the
// majority stands out. Rows off the screen are not laid out.
import { memo, useDeferredValue, useId, useRef } from "react";
import type { AttributeRow, MatchView, RecordView } from "../../ipc/types.gen";
import { HiddenText } from "../../kit/HiddenText";
import { Segments } from "../../kit/Segments";
import { useKeys } from "../../keys/useKeys";
import { Covered } from "./Covered";
import { EqualInAll } from "./EqualInAll";
import { GroupBadge } from "./GroupBadge";
import { framedBy } from "./InHand";
import { onRecord } from "./landing";
import { MatrixCells, pairId } from "./Matrix";
import { covered, keptIn, type Match } from "./useMatch";
import { useInSight } from "./useInSight";
import type { Dragging } from "./useDrag";
import css from "./Rows.module.css";

/** Records that are laid out at once, matrix and all; and how many rows of a larger case fill a screen. */
const AT_ONCE = 9;
const FOLD = 20;

interface Column {
  row: AttributeRow;
  /** Into the view's rows: what the focus counts in. */
  index: number;
  naming: boolean;
}

/** How much of the width a page of columns is. */
const PAGE = 0.7;

/** About the width of a letter of the text. */
const LETTER_PX = 7.6;

/** The attributes that get a column, and how wide each is beside the others, by what is written in it. */
export function columnsOf(view: MatchView): { columns: Column[]; template: string; minWidth: number } {
  const columns = view.rows
    .map((row, index) => ({ row, index, naming: view.records.every((record, i) => record.name === row.cells[i]?.text.trim().replace(/\s+/g, " ")) }))
    .filter(({ row }) => !row.equal);
  const longest = ({ row }: Column) => Math.max(row.label.length, ...row.cells.map((cell) => cell.text.length));
  const least = (column: Column) => Math.round(column.naming ? 160 : Math.min(12, Math.max(8, longest(column))) * LETTER_PX + 16);
  const share = (column: Column) => `minmax(${least(column)}px, ${Math.min(column.naming ? 34 : 26, Math.max(8, longest(column)))}fr)`;
  const source = view.records.some((record) => record.system !== null) ? "minmax(70px, 11fr)" : "";
  const matrix = view.links.length > 0 ? `repeat(${view.records.length}, 34px)` : "";
  const minWidth = 56 + columns.reduce((sum, column) => sum + least(column), 0) + (source === "" ? 0 : 70) + (matrix === "" ? 0 : view.records.length * 34) + 2;
  return { columns, minWidth, template: `56px ${columns.map(share).join(" ")} ${source} ${matrix}` };
}

export function RecordTable({ match, drag }: { match: Match; drag: Dragging }) {
  const { view, state, draft, send } = match;
  const id = useId();
  const plan = useRef<ReturnType<typeof columnsOf> | null>(null);
  plan.current ??= columnsOf(view);
  const { columns, template, minWidth } = plan.current;
  const kept = keptIn(match, draft.assessment.match_preview);
  const pairCell = pairId(id, state.record, state.against);
  useInSight(`${id}-${state.record}`);
  const frame = useRef<HTMLDivElement>(null);
  useKeys({ column: ({ step = 1 }) => moveColumn(step, columns, state.attribute, send, frame.current) }, "case");
  const most = Math.min(view.records.length, Math.max(9, ...state.groups.map((group) => group + 1)));
  const matrix = view.links.length > 0;
  // A large case stands on the screen first; what lies below the fold, and the matrix, follow in the frames after.
  const whole = useDeferredValue(true, view.records.length <= AT_ONCE);
  const hidden = columns.filter(({ row }) => covered(row, state)).map(({ row }) => row.attribute).join("\n");
  const inColumn = columns.some(({ index }) => index === state.attribute);
  const focused = state.moved === "against" && matrix && whole ? pairCell : inColumn ? `${id}-${state.record}-${state.attribute}` : `${id}-${state.record}`;
  const withSource = view.records.some((record) => record.system !== null);
  const framed = framedBy(drag, state.groups);
  return (
    <>
      <EqualInAll match={match} />
      <div className={css.frame} ref={frame}>
        <div className={css.table} style={{ minWidth }} role="grid" aria-label="Records and their groups" aria-rowcount={view.records.length + 1} tabIndex={0} data-match-table aria-activedescendant={focused}>
          <div className={`${css.row} ${css.head}`} style={{ gridTemplateColumns: template }} role="row">
            <div className={css.group} role="columnheader">Group</div>
            {columns.map(({ row, naming }) => <div key={row.attribute} role="columnheader" className={naming ? css.nameHead : undefined} title={row.label}><HiddenText text={row.label} /></div>)}
            {withSource && <div role="columnheader">Source</div>}
            {matrix && view.records.map((record) => <div key={record.id} className={css.mxHead} role="columnheader">{record.letter}</div>)}
          </div>
          {view.records.slice(0, whole ? undefined : FOLD).map((record, index) => (
            <RecordRow
              key={record.id} id={`${id}-${index}`} match={match} record={record} index={index} columns={columns} template={template} groups={state.groups} most={most} withSource={withSource}
              cursor={state.record === index ? state.attribute : -1} beside={state.against === index}
              other={index === state.record ? state.against : index === state.against ? state.record : -1}
              unsure={state.unsure.filter((pair) => pair.split("-").includes(String(index))).join(" ")} hidden={hidden}
              kept={columns.filter(({ row }) => (kept.get(row.attribute) ?? "").split("\n").includes(record.id)).map(({ row }) => row.attribute).join("\n")}
              send={send} matrix={matrix && whole} lift={drag.lift} lifted={drag.lifted === index} over={framed.includes(index)}
            />
          ))}
        </div>
      </div>
    </>
  );
}

/** The next attribute with a column; beyond the last one, and back from there, a page of the matrix. */
function moveColumn(step: -1 | 1, columns: readonly Column[], attribute: number, send: Match["send"], frame: HTMLElement | null): void {
  const at = columns.findIndex((column) => column.index === attribute);
  const next = columns[at + step];
  if (frame !== null && (step === 1 ? next === undefined : frame.scrollLeft > 0 && at === columns.length - 1)) {
    frame.scrollLeft += step * frame.clientWidth * PAGE;
    return;
  }
  if (next !== undefined) send({ type: "focus", attribute: next.index });
}

interface RecordRowProps {
  id: string;
  match: Match;
  record: RecordView;
  index: number;
  columns: readonly Column[];
  template: string;
  groups: readonly number[];
  most: number;
  withSource: boolean;
  /** The attribute in focus when this record is; else −1. */
  cursor: number;
  /** It is what the record in focus is compared with. */
  beside: boolean;
  other: number;
  /** The pairs with this record that can't be told, joined. */
  unsure: string;
  /** Attributes whose values are covered, joined. */
  hidden: string;
  /** Attributes whose surviving value is this record's, joined. */
  kept: string;
  matrix: boolean;
  send: Match["send"];
  lift: Dragging["lift"];
  /** It is in the hand. */
  lifted: boolean;
  /** The one in the hand would come to lie with it. */
  over: boolean;
}

const RecordRow = memo(function RecordRow({ id, match, record, index, columns, template, groups, most, withSource, cursor, beside, other, unsure, hidden, kept, matrix, send, lift, lifted, over }: RecordRowProps) {
  const group = groups[index] ?? 0;
  const keeps = kept === "" ? [] : kept.split("\n");
  const covers = hidden === "" ? [] : hidden.split("\n");
  return (
    <div
      id={id} role="row" aria-rowindex={index + 2} data-drop={onRecord(index)} style={{ gridTemplateColumns: template }} onClick={() => send({ type: "focus", record: index })}
      className={`${css.row} ${group > 0 ? css.grouped : ""} ${css[`k${group}`] ?? ""} ${cursor >= 0 ? css.here : ""} ${beside ? css.beside : ""} ${lifted ? css.lifted : ""} ${over ? css.over : ""}`}
    >
      <div className={lift === undefined ? css.group : `${css.group} ${css.handle}`} role="rowheader" onPointerDown={lift && ((event) => lift(event, index))}>
        <GroupBadge letter={record.letter} number={group} most={most} lifted={lifted} onPick={(number) => send({ type: "group", number, record: index })} /><span>{record.letter}</span>
      </div>
      {columns.map(({ row, index: attribute, naming }) => {
        const cell = row.cells[index];
        const place = `${naming ? css.name : css.value} ${cursor === attribute ? css.cellHere : ""} ${keeps.includes(row.attribute) ? css.kept : ""}`;
        return (
          <div
            key={row.attribute} id={`${id}-${attribute}`} role="gridcell" className={place} aria-selected={keeps.includes(row.attribute)}
            onClick={(event) => {
              event.stopPropagation();
              send({ type: "focus", record: index, attribute });
            }}
          >
            {cell === undefined || cell.missing ? <span className={css.empty}>empty</span> : covers.includes(row.attribute) ? <Covered /> : naming ? <span><HiddenText text={cell.text} /></span> : <Segments segments={cell.segments} />}
          </div>
        );
      })}
      {withSource && <div role="gridcell" className={css.source}><span className={css.cut} title={record.system ?? undefined}><HiddenText text={record.system ?? ""} /></span></div>}
      {matrix && <MatrixCells id={id.slice(0, id.lastIndexOf("-"))} match={match} groups={groups} index={index} other={other} unsure={unsure} />}
    </div>
  );
}, (before, after) => {
  // `match` is new with every change; of it only the view is read here, and that stays.
  const { match: _before, ...old } = before;
  const { match: _after, ...now } = after;
  return before.match.view === after.match.view && (Object.keys(now) as (keyof typeof now)[]).every((key) => old[key] === now[key]);
});
