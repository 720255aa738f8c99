// What a team lead looks at: how often suggestions are overridden, with count and interval, over time and by group. Work, never a
// ranking of people. The figures come from the hub; nothing is computed here but where to draw them.
import { Select } from "../../kit/Field";
import { count, percent, percentRange } from "../../kit/format";
import { Note } from "../../kit/Note";
import { RateBar, type Rate } from "../../kit/RateBar";
import { Loading, State } from "../../kit/State";
import type { RateRow } from "../../ipc/types.gen";
import { OverrideChart, type DayRate } from "./OverrideChart";
import css from "./Lead.module.css";

export const GROUPS = [
  { value: "queue", label: "by queue" },
  { value: "kind", label: "by kind" },
  { value: "model", label: "by model version" },
  { value: "rule", label: "by rule" },
  { value: "field", label: "by field" },
] as const;

export const PERIODS = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "84", label: "12 weeks" },
  { value: "", label: "all time" },
] as const;

export interface LeadViewProps {
  /** What the chart is of: a queue's title, or all. */
  title: string;
  groupBy: string;
  groups: readonly RateRow[] | undefined;
  days: readonly RateRow[] | undefined;
  error: string | undefined;
  nameOf: (groupBy: string, value: string | null) => string;
}

export function rateOf(row: RateRow): Rate | undefined {
  if (row.rate === null || row.low === null || row.high === null) return undefined;
  return { rate: row.rate, low: row.low, high: row.high, n: row.n, count: row.override };
}

export function daysOf(rows: readonly RateRow[]): DayRate[] {
  return rows
    .flatMap((row) => {
      const rate = rateOf(row);
      const day = row.group["day"]?.slice(0, 10);
      return rate === undefined || day === undefined ? [] : [{ ...rate, day }];
    })
    .toSorted((a, b) => a.day.localeCompare(b.day));
}

const COLUMN: Record<string, string> = { queue: "Queue", kind: "Kind", model: "Model version", rule: "Rule", field: "Field" };

export function LeadView({ title, groupBy, groups, days, error, nameOf }: LeadViewProps) {
  if (error !== undefined) return <Note tone="bad" live>{error}</Note>;
  if (groups === undefined || days === undefined) return <Loading what="Asking the hub" />;
  if (groups.length === 0) return <State icon="chart" title="Nothing to count yet">Rates appear once decisions on cases with a suggestion are released.</State>;
  const drawn = daysOf(days);
  return (
    <div className={css.body}>
      {drawn.length > 0 && (
        <section className={css.panel} aria-labelledby="over-time">
          <header><h2 id="over-time">{title}: overridden suggestions</h2><span>per day, 95 % interval</span></header>
          <OverrideChart days={drawn} label={title} />
        </section>
      )}
      <section className={css.panel} aria-labelledby="groups">
        <header><h2 id="groups">{GROUPS.find((g) => g.value === groupBy)?.label.replace(/^b/, "B")}</h2><span>agreement is not correctness; people are never ranked</span></header>
        <table className={css.table} aria-labelledby="groups">
          <thead>
            <tr>
              <th scope="col">{COLUMN[groupBy] ?? groupBy}</th>
              <th scope="col" className={css.num}>n</th>
              <th scope="col" colSpan={4}>overridden, 95 % interval</th>
              <th scope="col" className={css.num}>edited</th>
              <th scope="col" className={css.num}>can’t tell</th>
              <th scope="col" className={css.num}>no suggestion</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((row) => {
              const rate = rateOf(row);
              const name = nameOf(groupBy, row.group[groupBy] ?? null);
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className={css.num}>{count(row.n)}</td>
                  {rate === undefined ? <td colSpan={4} className={css.quiet}>no rate: nothing to compare</td> : (
                    <>
                      <td className={css.rate}><RateBar rate={rate} /></td>
                      <td className={`${css.num} ${css.rate}`}>{percent(rate.rate)}</td>
                      <td className={`${css.quiet} ${css.rate}`}>{percentRange(rate.low, rate.high)}</td>
                      <td className={`${css.quiet} ${css.of}`}>{count(rate.count)} of {count(rate.n)}</td>
                    </>
                  )}
                  <td className={css.num}>{count(row.edited)}</td>
                  <td className={css.num}>{count(row.cannot_tell)}</td>
                  <td className={css.num}>{count(row.no_suggestion)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <p className={css.foot}>n is agreed and overridden together. Edited is part of overridden. “Can’t tell”, no suggestion, undone and corrected decisions stand outside the rate. Intervals after Wilson (1927).</p>
    </div>
  );
}

export function LeadFilters({ queues, queue, by, period, onQueue, onBy, onPeriod }: {
  queues: readonly { name: string; title: string }[];
  queue: string;
  by: string;
  period: string;
  onQueue: (queue: string) => void;
  onBy: (by: string) => void;
  onPeriod: (days: string) => void;
}) {
  return (
    <>
      <Select label="Period" hideLabel chip value={period} onPick={onPeriod} options={PERIODS} />
      <Select label="Queue" hideLabel chip value={queue} onPick={onQueue} options={[{ value: "", label: "All queues" }, ...queues.map((q) => ({ value: q.name, label: q.title }))]} />
      <Select label="Grouped" hideLabel chip value={by} onPick={onBy} options={GROUPS} />
    </>
  );
}
