// What the groups as they stand would mean: how many records, the weakest link kept, the strongest one cut. In the desk's words.
import { Num } from "../../kit/Chip";
import { numbersOf } from "./reducer";
import type { Match } from "./useMatch";
import { HiddenText } from "../../kit/HiddenText";
import css from "./Cards.module.css";

/** The figures of a link stay whole where the line breaks. */
const glued = (words: string | null | undefined) => words?.replace(/ %/g, "\u00a0%").replace(/([<>]) /g, "$1\u00a0").replace(/ – /g, "\u00a0–\u00a0");

export function Meaning({ match: { view, state, draft }, showMachine }: { match: Match; showMachine: boolean }) {
  const numbers = numbersOf(state.groups);
  const preview = draft.assessment.match_preview;
  const open = state.groups.filter((group) => group === 0).length;
  // The desk numbers the groups without gaps; its sentence says the same numbers only while there is none.
  const gapless = numbers.every((number, index) => number === index + 1);
  const links = showMachine && view.links.length > 0;
  return (
    <section className={css.card} aria-label="What these groups mean">
      <h2>What these groups mean</h2>
      {numbers.length === 0 ? <p className={css.words}>No record lies in a group yet. Keys 1–9 put the record in focus into one and go on to the next. Or drag one record’s letter onto another.</p> : (
        <table className={css.meaning}>
          <thead><tr><th>Group</th><th className={css.right}>records</th>{links && <><th>weakest link kept</th><th>strongest link cut</th></>}</tr></thead>
          <tbody>
            {numbers.map((number, index) => {
              const meaning = preview?.clusters[index];
              return (
                <tr key={number}>
                  <td><Num n={number} /></td><td className={css.right}>{state.groups.filter((group) => group === number).length}</td>
                  {links && <><td>{glued(meaning?.weakest_kept) ?? <span className={css.none}>none</span>}</td><td>{glued(meaning?.strongest_cut) ?? <span className={css.none}>none</span>}</td></>}
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {open > 0 && numbers.length > 0 && <p className={css.words}>{open === 1 ? "1 record lies" : `${open} records lie`} in no group yet.</p>}
      {open === 0 && gapless && preview !== null && preview.words !== "" && <p className={css.words}><HiddenText text={preview.words} /></p>}
    </section>
  );
}
