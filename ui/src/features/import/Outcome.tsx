// What became of every row of an import.
import { count, plural } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Note } from "../../kit/Note";
import type { Imported } from "../../ipc/types.gen";
import css from "./Import.module.css";

const MOST_SHOWN = 50;

export function Outcome({ done }: { done: Imported }) {
  const facts: [string, number][] = [["New cases", done.created], ["Revised", done.revised], ["Unchanged", done.unchanged], ["Decided before, left alone", done.left_alone], ["Known links", done.known_links], ["Refused", done.refused_count]];
  const shown = done.refused.slice(0, MOST_SHOWN);
  const more = done.refused_count - shown.length;
  return (
    <>
      <div role="status"><dl className={css.facts}>{facts.filter(([name, n]) => n > 0 || name === "New cases").map(([name, n]) => <div key={name}><dt>{name}</dt><dd>{count(n)}</dd></div>)}</dl></div>
      {done.notes.length > 0 && <ul className={css.notes}>{done.notes.map((note) => <li key={note}>{note}</li>)}</ul>}
      {done.refused_count > 0 && (
        <>
          <Note tone="warn">{plural(done.refused_count, "row")} could not be taken; the others are in.</Note>
          <ul className={css.refused} tabIndex={0} aria-label="Refused rows">
            {shown.map((row) => <li key={`${row.file}:${row.line}`}><span className={css.place}>{row.file.split(/[\\/]/).at(-1)}, line {row.line}</span> <HiddenText text={row.words} /></li>)}
          </ul>
          {more > 0 && <p className={css.said}>and {count(more)} more</p>}
        </>
      )}
    </>
  );
}
