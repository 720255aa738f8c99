// Override rate over time: a dot for each day's rate, a band for its interval, the count on hover and in the hidden table.
// Drawn by hand; the figures come as they are.
import { clock, percent, percentRange } from "../../kit/format";
import type { Rate } from "../../kit/RateBar";
import text from "../../styles/text.module.css";
import css from "./Lead.module.css";

export interface DayRate extends Rate {
  /** YYYY-MM-DD */
  day: string;
}

const WIDTH = 980;
const HEIGHT = 230;
const LEFT = 44;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 24;
const DAY_MS = 86_400_000;

const dayLabel = (day: string) => clock(`${day}T00:00:00`, new Date(0)).split(",")[0]?.replace(/ \d{4}$/, "") ?? day;

export function OverrideChart({ days, label }: { days: readonly DayRate[]; label: string }) {
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return null;
  const start = Date.parse(first.day);
  const span = Math.max(DAY_MS, Date.parse(last.day) - start);
  const top = Math.min(1, Math.ceil(Math.max(...days.map((d) => d.high)) * 5) / 5);
  const x = (day: string) => (days.length === 1 ? (WIDTH + LEFT) / 2 : LEFT + 12 + ((Date.parse(day) - start) / span) * (WIDTH - LEFT - RIGHT - 24));
  const y = (share: number) => TOP + (1 - share / top) * (HEIGHT - TOP - BOTTOM);
  const line = days.map((d) => `${x(d.day)},${y(d.rate)}`).join(" ");
  const band = [...days.map((d) => `${x(d.day)},${y(d.high)}`), ...days.toReversed().map((d) => `${x(d.day)},${y(d.low)}`)].join(" ");
  const ticks = Array.from({ length: Math.round(top / 0.2) + 1 }, (_, i) => i * 0.2);
  const every = Math.max(1, Math.ceil(days.length / 6));

  return (
    <figure>
      <svg className={css.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${label}: override rate by day with 95 % intervals, figures in the table that follows`}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={WIDTH} y1={y(tick)} y2={y(tick)} className={css.grid} />
            <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">{Math.round(tick * 100)} %</text>
          </g>
        ))}
        {days.length > 1 && <polygon points={band} className={css.band} />}
        {days.length > 1 && <polyline points={line} className={css.line} />}
        {days.map((d, index) => (
          <g key={d.day}>
            {days.length === 1 && <line x1={x(d.day)} x2={x(d.day)} y1={y(d.low)} y2={y(d.high)} className={css.whisker} />}
            <circle cx={x(d.day)} cy={y(d.rate)} r="3" className={css.dot}>
              <title>{`${dayLabel(d.day)}: ${percent(d.rate)} [${percentRange(d.low, d.high)}], ${d.count} of ${d.n}`}</title>
            </circle>
            {index % every === 0 && <text x={x(d.day)} y={HEIGHT - 6} textAnchor="middle">{dayLabel(d.day)}</text>}
          </g>
        ))}
      </svg>
      <table className={text.vh}>
        <caption>{label}, by day</caption>
        <thead><tr><th scope="col">Day</th><th scope="col">Overridden</th><th scope="col">95 % interval</th><th scope="col">Count</th></tr></thead>
        <tbody>
          {days.map((d) => <tr key={d.day}><th scope="row">{dayLabel(d.day)}</th><td>{percent(d.rate)}</td><td>{percentRange(d.low, d.high)}</td><td>{d.count} of {d.n}</td></tr>)}
        </tbody>
      </table>
    </figure>
  );
}
