// The evidence for the two records looked at last, in a group: the same running sum as a pair has, with its labels beside it.
import { barOf, evidenceBar, limitOf, xOf } from "./axis";
import { EvidenceBar, EvidenceScale, howCompared } from "./Evidence";
import { linkBetween } from "./links";
import type { Match } from "./useMatch";
import css from "./Cards.module.css";

export function PairEvidence({ match: { view, state } }: { match: Match }) {
  const [first, second] = [state.record, state.against].sort((a, b) => a - b).map((index) => view.records[index]);
  const link = linkBetween(view, first?.id, second?.id);
  const title = `Evidence for ${first?.letter ?? ""} and ${second?.letter ?? ""}`;
  const label = (attribute: string) => view.rows.find((row) => row.attribute === attribute)?.label ?? attribute;
  if (link === undefined) return <section className={css.card} aria-label={title}><h2>{title}</h2><p className={css.words}>This pair was never compared.</p></section>;
  const limit = limitOf(link);
  const last = link.evidence.at(-1);
  const sum = barOf(0, link.weight ?? 0, link.weight === null ? "none" : "sum", limit, { enters: false, leaves: false });
  return (
    <section className={css.card} aria-label={title}>
      <h2>{title}<span className={css.end}>{link.probability_text}</span></h2>
      {link.evidence.length > 0 && (
        <dl className={css.evidence}>
          <dt /><dd className={css.scale}><EvidenceScale /></dd>
          {link.prior !== null && <><dt>Prior</dt><dd><EvidenceBar bar={barOf(0, link.prior, "prior", limit, { enters: false })} text={link.prior_text ?? ""} title={link.prior_words ?? undefined} /></dd></>}
          {link.evidence.map((entry, index) => (
            <div key={index} className={css.contents}><dt>{label(entry.attribute)}</dt><dd><EvidenceBar bar={evidenceBar(entry, limit)} text={entry.weight_text} title={howCompared(entry)} /></dd></div>
          ))}
          <dt className={css.total}>Match weight</dt>
          <dd className={css.total}><EvidenceBar bar={link.adds_up && last !== undefined ? { ...sum, enters: xOf(last.to, limit) } : sum} text={link.weight_text ?? "none"} total /></dd>
        </dl>
      )}
      <p className={css.words}>{link.sum_words}</p>
    </section>
  );
}
