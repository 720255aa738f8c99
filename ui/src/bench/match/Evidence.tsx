// Evidence as signed bars: each starts where the one above it ended, so that prior and evidence are seen to add up to the weight.
// The printed figures are the desk's.
import type { EvidenceView } from "../../ipc/types.gen";
import { HiddenText } from "../../kit/HiddenText";
import type { Bar } from "./axis";
import css from "./Evidence.module.css";

export function EvidenceBar({ bar, text, total = false, title, level }: { bar: Bar; text: string; total?: boolean; title?: string | undefined; level?: string | undefined }) {
  const { left, width, tone, endless, enters, leaves } = bar;
  return (
    <div className={css.ev} title={title}>
      <i className={css.zero} />
      {enters !== undefined && <i className={css.enters} style={{ left: enters }} />}
      <i className={endless ? `${css.bar} ${css[tone]} ${css.endless}` : `${css.bar} ${css[tone]}`} style={{ left, width }} />
      {leaves !== undefined && <i className={css.leaves} style={{ left: leaves }} />}
      <span className={total ? `${css.text} ${css.total}` : css.text}><HiddenText text={text} /></span>
      {level !== undefined && <span className={css.level}>{" "}<HiddenText text={level} /></span>}
    </div>
  );
}

/** How the machine compared them, for whoever rests the pointer there: "Jaro-Winkler > 0.92, similarity 0.95". */
export function howCompared({ level, similarity }: EvidenceView): string | undefined {
  const parts = [level, similarity === null ? null : `similarity ${similarity}`].filter((part) => part !== null);
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** Where policy withholds the machine's view: a line that gives nothing away. */
export function BlankEvidence() {
  return <div className={css.ev}><i className={css.blank} /></div>;
}

/** The running sum passes a row that this pair has no evidence for. */
export function PassingEvidence({ x }: { x: number }) {
  return <div className={css.ev}><i className={css.zero} /><i className={css.enters} style={{ left: x, height: "100%" }} /></div>;
}

export function EvidenceScale() {
  return <div className={css.scale} aria-hidden="true"><span style={{ left: 8 }}>− against</span><span style={{ left: 99 }}>0</span><span style={{ right: 46 }}>for +</span></div>;
}
