// The weight of every pair, below the diagonal. Shape and words say with the colour whether the groups agree with the score. A grid as
// ARIA has it: one stop for Tab, whose active descendant is the pair in focus; what moves that is in the key table.
import { memo, useId } from "react";
import type { LinkView } from "../../ipc/types.gen";
import { signed } from "../../kit/format";
import { linkBetween } from "./links";
import { pairKey } from "./reducer";
import type { Match } from "./useMatch";
import css from "./Matrix.module.css";

type Stand = "together" | "together_against" | "apart" | "apart_against" | "open";

const WORDS: Record<Stand, string> = {
  together: "together, score agrees", together_against: "together against the score", apart: "score says different", apart_against: "apart against the score", open: "not grouped yet",
};

/** How the groups stand to a score: its sign against whether the two lie together. */
export function standOf(link: LinkView, a: number, b: number): Stand {
  const strength = link.weight ?? (link.probability === null ? 0 : link.probability - 0.5);
  if (a === 0 || b === 0) return "open";
  if (a === b) return strength < 0 ? "together_against" : "together";
  return strength > 0 ? "apart_against" : "apart";
}

/** With two figures at most, so that a cell holds it: "+7.4", "+14". */
function short(link: LinkView): string {
  if (link.weight === null) return link.probability === null ? "?" : `${Math.round(link.probability * 100)}%`;
  return Math.abs(link.weight) < 9.95 ? (link.weight_text ?? "") : signed(link.weight, 0);
}

/** The id of a pair's cell, in whichever order the two are named. */
export const pairId = (id: string, a: number, b: number): string => `${id}-pair-${pairKey(a, b)}`;

const UNSURE = "can’t be told";

export interface MatrixCellsProps {
  /** What ids begin with. */
  id: string;
  match: Pick<Match, "view" | "send">;
  groups: readonly number[];
  /** The row's record, into the records. */
  index: number;
  /** The pair whose evidence is shown: the other record's place; −1 when it isn't of this row. */
  other: number;
  /** The pairs with this record that can't be told, joined. */
  unsure: string;
}

/** The cells of one record's row: its pairs with the records above it, and its own letter on the diagonal. */
export const MatrixCells = memo(function MatrixCells({ id, match: { view, send }, groups, index, other, unsure }: MatrixCellsProps) {
  const own = view.records[index];
  if (own === undefined) return null;
  const doubts = unsure.split(" ");
  return (
    <>
      {view.records.slice(0, index).map((record, column) => {
        const link = linkBetween(view, own.id, record.id);
        const [one, two] = [groups[index] ?? 0, groups[column] ?? 0];
        const doubt = doubts.includes(pairKey(index, column)) && (one === 0 || one !== two);
        const stand = link === undefined ? undefined : standOf(link, one, two);
        const open = link !== undefined && link.weight !== null && link.weight < 0 ? css.openAgainst : css.open;
        const look = doubt ? css.doubt : stand === undefined ? "" : stand === "open" ? open : css[stand];
        const words = doubt ? UNSURE : stand === undefined ? null : WORDS[stand];
        const said = [link === undefined ? "never compared" : link.weight_text, link?.probability_text ?? null, words].filter((part) => part !== null).join(", ");
        const name = `${record.letter} and ${own.letter}: ${said}`;
        return (
          <div
            key={record.id} id={pairId(id, index, column)} role="gridcell" aria-label={name} aria-current={other === column ? "true" : undefined} className={css.mx} title={name}
            onClick={(event) => {
              // The row below would take the click for one on its record.
              event.stopPropagation();
              send({ type: "focus", record: index, against: column });
            }}
          >
            <span className={`${css.cell} ${look} ${other === column ? css.at : ""}`}>{link === undefined ? (doubt ? "?" : "·") : `${short(link)}${doubt ? "?" : ""}`}</span>
          </div>
        );
      })}
      <div role="gridcell" className={`${css.mx} ${css.own}`}>{own.letter}</div>
    </>
  );
});

/** What the cells mean; only what is on the screen. */
export function Legend({ match: { view, state }, right = false }: { match: Match; right?: boolean }) {
  const place = new Map(view.records.map((record, index) => [record.id, state.groups[index] ?? 0]));
  const stands = new Set(view.links.map((link) => standOf(link, place.get(link.left) ?? 0, place.get(link.right) ?? 0)));
  const shown = (["together", "together_against", "apart_against", "apart"] as const).filter((stand) => stands.has(stand));
  const doubt = state.unsure.length > 0;
  return (
    <div className={right ? `${css.legend} ${css.right}` : css.legend}>
      {doubt && <span className={css.entry}><span className={`${css.cell} ${css.sample} ${css.doubt}`} />{UNSURE}</span>}
      {shown.map((stand) => <span key={stand} className={css.entry}><span className={`${css.cell} ${css.sample} ${css[stand]}`} />{WORDS[stand]}</span>)}
      <span>match weight, log<sub>2</sub></span>
    </div>
  );
}

/** The matrix alone, for records that stand as columns. */
export function Matrix({ match }: { match: Match }) {
  const { view, state } = match;
  const id = useId();
  return (
    <div
      role="grid" aria-label="Weight of each pair" tabIndex={0} aria-activedescendant={pairId(id, state.record, state.against)} className={css.matrix} style={{ gridTemplateColumns: `repeat(${view.records.length}, 40px)` }}
    >
      {view.records.map((record, index) => (
        <div key={record.id} role="row" className={css.row}>
          <MatrixCells id={id} match={match} groups={state.groups} index={index} other={index === state.record ? state.against : index === state.against ? state.record : -1} unsure={state.unsure.join(" ")} />
        </div>
      ))}
    </div>
  );
}
