// How often those who looked at the same case came to the same, by queue. Of nobody in particular.
import { count, percent, percentRange } from "../../kit/format";
import { RateBar } from "../../kit/RateBar";
import type { Agreed, QueueAgreement } from "../../ipc/types.gen";
import css from "./Lead.module.css";

const LOOKS = [
  { of: "second_opinion", title: "Second opinion, before release" },
  { of: "audit", title: "Random audit, after release" },
  { of: "gold", title: "Known answer" },
] as const;

export interface AgreementPanelProps {
  items: readonly QueueAgreement[];
  titleOf: (queue: string) => string;
}

const seen = ({ n, cannot_tell }: Agreed): boolean => n + cannot_tell > 0;

/** Nothing where nobody has looked twice yet. */
export function AgreementPanel({ items, titleOf }: AgreementPanelProps) {
  const rows = items.flatMap((item) => LOOKS.flatMap(({ of, title }) => (seen(item[of]) ? [{ queue: item.queue, of, title, agreed: item[of] }] : [])));
  if (rows.length === 0) return null;
  return (
    <section className={css.panel} aria-labelledby="agreement">
      <header><h2 id="agreement">Looked at twice</h2><span>how often both came to the same, 95 % interval</span></header>
      <table className={css.table} aria-labelledby="agreement">
        <thead>
          <tr>
            <th scope="col">Queue</th>
            <th scope="col">Looked at again by</th>
            <th scope="col" className={css.num}>n</th>
            <th scope="col" colSpan={4}>agreed, 95 % interval</th>
            <th scope="col" className={css.num}>can’t tell</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ queue, of, title, agreed }) => (
            <tr key={`${queue} ${of}`}>
              <th scope="row">{titleOf(queue)}</th>
              <td>{title}</td>
              <td className={css.num}>{count(agreed.n)}</td>
              <Rate agreed={agreed} />
              <td className={css.num}>{count(agreed.cannot_tell)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Rate({ agreed: { rate, interval, agree, n } }: { agreed: Agreed }) {
  if (rate === null || interval === null) return <td colSpan={4} className={css.quiet}>no rate: nobody could tell</td>;
  return (
    <>
      <td className={css.rate}><RateBar rate={{ rate, low: interval.low, high: interval.high, n, count: agree }} /></td>
      <td className={`${css.num} ${css.rate}`}>{percent(rate)}</td>
      <td className={`${css.quiet} ${css.rate}`}>{percentRange(interval.low, interval.high)}</td>
      <td className={`${css.quiet} ${css.of}`}>{count(agree)} of {count(n)}</td>
    </>
  );
}
