// The golden record as it builds itself, one per group of two or more: what survives, from which records, and where somebody
// picked or typed it. The survivors are computed by the desk.
import { useEffect, useRef, useState } from "react";
import type { GoldenField, JsonValue } from "../../ipc/types.gen";
import { keepFocus } from "../../kit/Button";
import { Num } from "../../kit/Chip";
import { Field } from "../../kit/Field";
import { HiddenText } from "../../kit/HiddenText";
import { KeyCap } from "../../kit/KeyCap";
import { capOf } from "../../keys/table";
import { useKeys } from "../../keys/useKeys";
import { numbersOf, type Survivor } from "./reducer";
import { Covered } from "./Covered";
import { covered, type Match } from "./useMatch";
import css from "./Golden.module.css";

const FROM_MAX = 2;

export function Golden({ match }: { match: Match }) {
  const { view, state, draft, send } = match;
  const golden = draft.assessment.match_preview?.golden ?? [];
  const numbers = numbersOf(state.groups);
  const pair = view.records.length === 2;
  const group = state.groups[state.record] ?? 0;
  const row = view.rows[state.attribute];
  const hidden = new Set(view.rows.filter((one) => covered(one, state)).map((one) => one.attribute));
  const [typing, setTyping] = useState<{ before: Survivor | undefined; attribute: string; group: number } | undefined>(undefined);

  const current = golden.find((g) => numbers[g.cluster] === group);
  // A pair can always be picked from: picking says that the two would be one.
  const why = pair ? undefined : group === 0 ? "Put this record in a group first" : current === undefined ? "This record is alone in its group" : undefined;
  const type = () => {
    if (row !== undefined && why === undefined && masked === undefined) setTyping({ before: state.kept[group]?.[row.attribute], attribute: row.attribute, group });
  };
  const masked = row !== undefined && covered(row, state) ? `It is masked: ${capOf("reveal")} shows it` : undefined;
  const missing = row?.cells[state.record]?.missing === true ? "This cell is empty" : undefined;
  useKeys({ keep_cell: { run: () => send({ type: "keep" }), unavailable: why ?? missing }, type_value: { run: type, unavailable: why ?? masked } }, "case");

  return (
    <section className={css.golden} aria-label="Golden record">
      <header className={css.head}>
        <h2>{golden.length > 1 ? "Golden records" : "Golden record"}</h2>
        {golden.length > 0 && (numbers.length === 0 || pair) && <span>{pair ? "if they are the same" : "if all are the same"}</span>}
        <span className={css.keys}>
          <button type="button" className={css.key} disabled={(why ?? missing) !== undefined} title={why ?? missing} onMouseDown={keepFocus} onClick={() => send({ type: "keep" })}>Keep the cell in focus <KeyCap cap={capOf("keep_cell")} /></button>
          <button type="button" className={css.key} disabled={(why ?? masked) !== undefined} title={why ?? masked} onMouseDown={keepFocus} onClick={type}>Type a value <KeyCap cap={capOf("type_value")} /></button>
        </span>
      </header>
      {golden.length === 0 && <p className={css.none}>{pair ? "None: as drafted these are two" : "None: no group holds two records"}</p>}
      {golden.map(({ cluster, fields }) => {
        const number = numbers[cluster] ?? 0;
        const shown = fieldsShown(fields, typing !== undefined && typing.group === number ? typing.attribute : undefined, match);
        return (
          <div key={cluster} className={css.one}>
            {!pair && number > 0 && <span className={css.number}><Num n={number} /></span>}
            <div className={css.lines}>{linesOf(shown).map((line) => (
            <dl key={line[0]?.attribute} className={css.fields} style={{ gridTemplateColumns: template(line) }}>
              {line.map((field) => (
                <div key={field.attribute} className={`${css.field} ${field.attribute === row?.attribute && number === group ? css.at : ""}`}>
                  <dt><HiddenText text={field.label} /></dt>
                  {typing !== undefined && typing.attribute === field.attribute && typing.group === number
                    ? <Typing field={field} typing={typing} match={match} onDone={() => setTyping(undefined)} />
                    : <dd className={LONG_WORD.test(field.text) ? css.long : undefined}><From field={field} match={match} /><span>{hidden.has(field.attribute) ? <Covered /> : <HiddenText text={field.text} />}</span></dd>}
                </div>
              ))}
            </dl>
            ))}</div>
          </div>
        );
      })}
    </section>
  );
}

const PER_LINE = 6;
/** A word that may not set the width of its column. */
const LONG_WORD = /\S{22}/;

/** Six to a line at most, the lines of equal length. */
function linesOf(fields: readonly GoldenField[]): (readonly GoldenField[])[] {
  const per = Math.ceil(fields.length / Math.ceil(fields.length / PER_LINE));
  return fields.length === 0 ? [] : Array.from({ length: Math.ceil(fields.length / per) }, (_, line) => fields.slice(line * per, (line + 1) * per));
}

/** Columns as wide as what stands in them, within bounds. */
function template(line: readonly GoldenField[]): string {
  const shares = line.map(({ label, text, records }) => Math.min(44, Math.max(label.length, text.length + 2 + 3 * Math.min(records.length, 2), 8)));
  return shares.map((share) => `minmax(min-content, ${share}fr)`).join(" ");
}

/** An attribute nobody has a value for has no field yet: it gets one while it is typed. */
function fieldsShown(fields: readonly GoldenField[], typed: string | undefined, { view }: Match): readonly GoldenField[] {
  if (typed === undefined || fields.some((f) => f.attribute === typed)) return fields;
  const label = view.rows.find((r) => r.attribute === typed)?.label ?? typed;
  return [...fields, { attribute: typed, label, text: "", records: [], chosen: true }];
}

function From({ field, match: { view } }: { field: GoldenField; match: Match }) {
  if (field.records.length === 0) return <span className={`${css.from} ${css.typed}`}>typed</span>;
  const letters = field.records.map((id) => view.records.find((r) => r.id === id)?.letter ?? id);
  const shown = letters.length > FROM_MAX ? [letters[0], `+${letters.length - 1}`] : letters;
  return (
    <>
      {shown.map((letter) => (
        <span key={letter} className={field.chosen ? `${css.from} ${css.chosen}` : css.from} title={`${field.chosen ? "kept by you" : "kept"} from ${letters.join(", ")}`}>{letter}</span>
      ))}
    </>
  );
}

/** A number stays a number where the attribute is one and the text is one that JSON can carry exactly. */
function valueOf(text: string, type: string | undefined): JsonValue {
  return type === "number" && /^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$/.test(text) ? Number(text) : text;
}

interface TypingProps {
  field: GoldenField;
  typing: { before: Survivor | undefined; attribute: string; group: number };
  match: Match;
  onDone: () => void;
}

function Typing({ field, typing, match: { view, send }, onDone }: TypingProps) {
  const [text, setText] = useState(field.text);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
    input.current?.select();
    input.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const { attribute, group, before } = typing;
  const type = view.rows.find((r) => r.attribute === attribute)?.value_type;
  const done = () => {
    document.querySelector<HTMLElement>("[data-match-table]")?.focus({ preventScroll: true });
    onDone();
  };
  useKeys({
    close: {
      unlisted: true,
      run: () => {
        send({ type: "typed", attribute, group, survivor: before });
        done();
      },
    },
  }, "case");
  return (
    <dd className={css.typing}>
      <Field
        ref={input} label={field.label} hideLabel value={text}
        onChange={(event) => {
          setText(event.target.value);
          const typed = event.target.value.trim();
          send({ type: "typed", attribute, group, survivor: typed === "" ? before : { value: valueOf(typed, type) } }, "typing");
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          done();
        }}
        onBlur={onDone}
      />
    </dd>
  );
}
