// The weight of every pair, below the diagonal. Shape and words say with the colour whether the groups agree with the score.
import { memo } from "react";
import type { LinkView } from "../../ipc/types.gen";
import { signed } from "../../kit/format";
import { linkBetween } from "./links";
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

export interface MatrixCellsProps {
  match: Pick<Match, "view" | "send">;
  groups: readonly number[];
  /** The row's record, into the records. */
  index: number;
  /** The pair whose evidence is shown: the other record's place; −1 when it isn't of this row. */
  other: number;
}

/** The cells of one record's row: its pairs with the records above it, and its own letter on the diagonal. */
export const MatrixCells = memo(function MatrixCells({ match: { view, send }, groups, index, other }: MatrixCellsProps) {
  const own = view.records[index];
  if (own === undefined) return null;
  return (
    <>
      {view.records.slice(0, index).map((record, column) => {
        const link = linkBetween(view, own.id, record.id);
        const name = `${record.letter} and ${own.letter}`;
        if (link === undefined) return <div key={record.id} role="gridcell" className={css.mx} title={`${name}: never compared`}>·</div>;
        const stand = standOf(link, groups[index] ?? 0, groups[column] ?? 0);
        const open = link.weight !== null && link.weight < 0 ? css.openAgainst : css.open;
        const said = [link.weight_text, link.probability_text, WORDS[stand]].filter((part) => part !== null).join(", ");
        return (
          <div key={record.id} role="gridcell" className={css.mx} title={`${name}: ${said}`} onClick={() => send({ type: "focus", record: index, against: column })}>
            <span className={`${css.cell} ${stand === "open" ? open : css[stand]} ${other === column ? css.at : ""}`}>{short(link)}</span>
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
  return (
    <div className={right ? `${css.legend} ${css.right}` : css.legend}>
      {shown.map((stand) => <span key={stand} className={css.entry}><span className={`${css.cell} ${css.sample} ${css[stand]}`} />{WORDS[stand]}</span>)}
      <span>match weight, log<sub>2</sub></span>
    </div>
  );
}

/** The matrix alone, for records that stand as columns. */
export function Matrix({ match }: { match: Match }) {
  const { view, state } = match;
  return (
    <div role="grid" aria-label="Weight of each pair" className={css.matrix} style={{ gridTemplateColumns: `repeat(${view.records.length}, 40px)` }}>
      {view.records.map((record, index) => (
        <div key={record.id} role="row" className={css.row}>
          <MatrixCells match={match} groups={state.groups} index={index} other={index === state.record ? state.against : index === state.against ? state.record : -1} />
        </div>
      ))}
    </div>
  );
}
