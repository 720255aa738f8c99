// The pair in focus, in a group: the same running sum as a pair alone has, with its labels beside it, and whether it can be told.
import { keepFocus } from "../../kit/Button";
import { KeyCap, ariaKeys } from "../../kit/KeyCap";
import { capOf } from "../../keys/table";
import type { LinkView } from "../../ipc/types.gen";
import { barOf, evidenceBar, limitOf, xOf } from "./axis";
import { EvidenceBar, EvidenceScale, howCompared } from "./Evidence";
import { linkBetween } from "./links";
import { pairKey, together } from "./reducer";
import type { Match } from "./useMatch";
import css from "./Cards.module.css";

/** `scored`: the machine's view of pairs is on the screen. `live`: nothing else says aloud that the pair has changed. */
export function PairEvidence({ match, scored, live }: { match: Match; scored: boolean; live: boolean }) {
  const { view, state } = match;
  const [first, second] = [state.record, state.against].sort((a, b) => a - b).map((index) => view.records[index]);
  const link = scored ? linkBetween(view, first?.id, second?.id) : undefined;
  const letters = `${first?.letter ?? ""} and ${second?.letter ?? ""}`;
  const title = scored ? `Evidence for ${letters}` : `The pair ${letters}`;
  return (
    <section className={css.card} aria-label={title}>
      <h2><span aria-live={live ? "polite" : undefined}>{title}</span><span className={css.end}>{link?.probability_text}</span></h2>
      <Doubt match={match} letters={letters} />
      {link !== undefined && link.evidence.length > 0 && <Sum match={match} link={link} />}
      {scored && <p className={css.words}>{link === undefined ? "This pair was never compared." : link.sum_words}</p>}
    </section>
  );
}

function Sum({ match: { view }, link }: { match: Match; link: LinkView }) {
  const label = (attribute: string) => view.rows.find((row) => row.attribute === attribute)?.label ?? attribute;
  const limit = limitOf(link);
  const last = link.evidence.at(-1);
  const sum = barOf(0, link.weight ?? 0, link.weight === null ? "none" : "sum", limit, { enters: false, leaves: false });
  return (
    <dl className={css.evidence}>
      <dt /><dd className={css.scale}><EvidenceScale /></dd>
      {link.prior !== null && <><dt>Prior</dt><dd><EvidenceBar bar={barOf(0, link.prior, "prior", limit, { enters: false })} text={link.prior_text ?? ""} title={link.prior_words ?? undefined} /></dd></>}
      {link.evidence.map((entry, index) => (
        <div key={index} className={css.contents}><dt>{label(entry.attribute)}</dt><dd><EvidenceBar bar={evidenceBar(entry, limit)} text={entry.weight_text} title={howCompared(entry)} /></dd></div>
      ))}
      <dt className={css.total}>Match weight</dt>
      <dd className={css.total}><EvidenceBar bar={link.adds_up && last !== undefined ? { ...sum, enters: xOf(last.to, limit) } : sum} text={link.weight_text ?? "none"} total /></dd>
    </dl>
  );
}

/** Whether the two can be told apart at all, and how to look at another pair. */
function Doubt({ match: { state, send }, letters }: { match: Match; letters: string }) {
  const why = together(state) ? "They lie in one group" : undefined;
  const unsure = why === undefined && state.unsure.includes(pairKey(state.record, state.against));
  return (
    <p className={css.doubt}>
      <button
        type="button" className={css.toggle} aria-pressed={unsure} aria-label={`Can’t tell ${letters}`} aria-keyshortcuts={ariaKeys(capOf("unsure"))} disabled={why !== undefined} title={why}
        onMouseDown={keepFocus} onClick={() => send({ type: "unsure" })}
      >
        Can’t tell this pair <KeyCap cap={capOf("unsure")} />
      </button>
      {unsure && <span className={css.open}>That they lie apart says nothing.</span>}
      <span className={css.other} aria-hidden="true"><KeyCap cap="Shift ↑" /><KeyCap cap="↓" /> another pair</span>
    </p>
  );
}
