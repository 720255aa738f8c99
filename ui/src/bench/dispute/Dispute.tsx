// Two opinions that don't agree, for who settles it: where they differ first, then who said what and why. Either can be taken over
// as the draft of the workbench below, which commits it, or a third in its place. What differs is the desk's word.
import { Button } from "../../kit/Button";
import { clock, plural } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { Edits, Segments } from "../../kit/Segments";
import type { DisputePoint, DisputeView, OpinionView } from "../../ipc/types.gen";
import { capOf } from "../../keys/table";
import { useKeys } from "../../keys/useKeys";
import css from "./Dispute.module.css";

export type Which = "first" | "second";

export interface DisputeProps {
  dispute: DisputeView;
  /** Whose decision is the draft just now. */
  taken: Which | undefined;
  onTake: (which: Which) => void;
  /** Commits that it can't be told, as one of the two has it. */
  onCannotTell: () => void;
}

/** Where `G` goes: to the other one, and first of all to the first. */
export const otherThan = (taken: Which | undefined): Which => (taken === "first" ? "second" : "first");

export function Dispute({ dispute, taken, onTake, onCannotTell }: DisputeProps) {
  const next = otherThan(taken);
  const { first, second, differences, left_out } = dispute;
  const points = differences.length + left_out;
  useKeys({ go: { run: () => onTake(next), label: `Take over what ${dispute[next].by} decided` } }, "case");
  return (
    <section className={css.dispute} aria-label="Two people disagree">
      <header className={css.head}>
        <span className={css.mark}><Icon name="dispute" /></span>
        <h2>Two people disagree</h2>
        <span className={css.n}>{points === 1 ? "on one point" : `on ${plural(points, "point")}`}</span>
        <span className={css.said} role="status">{taken === undefined ? "Take one over, or decide below" : <>Below it stands as <HiddenText text={dispute[taken].by} /> decided</>}</span>
      </header>
      <div className={css.scroll} tabIndex={0} role="region" aria-label="Both decisions">
        <table className={css.table}>
          <colgroup><col className={css.place} /><col /><col /></colgroup>
          <thead>
            <tr>
              <td />
              <Head opinion={first} which="first" {...{ taken, next, onTake, onCannotTell }} />
              <Head opinion={second} which="second" {...{ taken, next, onTake, onCannotTell }} />
            </tr>
          </thead>
          <tbody>
            {differences.map((difference, index) => <Row key={index} difference={difference} />)}
            {left_out > 0 && <tr><td /><td colSpan={2} className={css.quiet}>and {plural(left_out, "more point")}</td></tr>}
            {(first.reasons.length > 0 || second.reasons.length > 0) && <Said label="Reasons" first={first.reasons.join(", ")} second={second.reasons.join(", ")} />}
            {(first.comment !== null || second.comment !== null) && <Said label="Comment" first={first.comment ?? ""} second={second.comment ?? ""} />}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface HeadProps extends Pick<DisputeProps, "taken" | "onTake" | "onCannotTell"> {
  opinion: OpinionView;
  which: Which;
  next: Which;
}

function Head({ opinion, which, taken, next, onTake, onCannotTell }: HeadProps) {
  const isTaken = taken === which;
  return (
    <th scope="col" className={isTaken ? css.taken : undefined}>
      <span className={css.who}><b><HiddenText text={opinion.by} /></b> <span className={css.at}>{clock(opinion.at)}</span></span>
      <span className={css.what}>
        <span className={css.words}><HiddenText text={opinion.words} /></span>
        {isTaken && opinion.cannot_tell
          ? <Button tone="primary" onClick={onCannotTell}>Settle on can’t tell</Button>
          : <Button aria-pressed={isTaken} cap={which === next ? capOf("go") : undefined} onClick={() => onTake(which)}>Take over</Button>}
      </span>
    </th>
  );
}

function Row({ difference: { place, first, second, message } }: { difference: DisputePoint }) {
  return (
    <tr>
      <th scope="row"><HiddenText text={place} /></th>
      {message.length > 0
        ? <td colSpan={2} className={css.message}><Edits edits={message} /></td>
        : <><td><Value segments={first} /></td><td><Value segments={second} /></td></>}
    </tr>
  );
}

/** Where no characters differ there is nothing to recede behind. */
function Value({ segments }: { segments: DisputePoint["first"] }) {
  return <Segments segments={segments} plain={!segments.some((segment) => segment.sort === "differs")} />;
}

function Said({ label, first, second }: { label: string; first: string; second: string }) {
  const cell = (words: string) => (words === "" ? <span className={css.quiet}>none</span> : <HiddenText text={words} />);
  return <tr className={css.why}><th scope="row">{label}</th><td>{cell(first)}</td><td>{cell(second)}</td></tr>;
}
