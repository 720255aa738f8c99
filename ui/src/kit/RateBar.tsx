// A rate with its doubt: a dot for the rate, a bar for the interval, and the count in words. Never one without the others.
import { percent, percentRange } from "./format";
import css from "./RateBar.module.css";

export interface Rate {
  rate: number;
  low: number;
  high: number;
  /** What the rate is of. */
  n: number;
  /** How many of n. */
  count: number;
}

/** The whole of it in words, for a screen reader and a title. */
export function rateWords({ rate, low, high, n, count }: Rate): string {
  return `${percent(rate)}, ${count} of ${n}, 95 % interval ${percentRange(low, high)}`;
}

export function RateBar({ rate, width = 80 }: { rate: Rate; width?: number }) {
  const x = (share: number) => 3 + Math.max(0, Math.min(1, share)) * (width - 6);
  return (
    <svg className={css.bar} width={width} height={12} viewBox={`0 0 ${width} 12`} role="img" aria-label={rateWords(rate)}>
      <title>{rateWords(rate)}</title>
      <line x1="0" x2={width} y1="6" y2="6" className={css.track} />
      <line x1={x(rate.low)} x2={x(rate.high)} y1="6" y2="6" className={css.interval} />
      <circle cx={x(rate.rate)} cy="6" r="3.4" className={css.dot} />
    </svg>
  );
}

/** Bar, rate, interval and count in a row, as in a list. */
export function RateLine({ rate, width = 80 }: { rate: Rate; width?: number }) {
  return (
    <span className={css.line}>
      <RateBar rate={rate} width={width} />
      <span aria-hidden="true">{percent(rate.rate)}</span>
      <span className={css.quiet} aria-hidden="true">{percentRange(rate.low, rate.high)}</span>
      <span className={css.quiet} aria-hidden="true">{rate.count} of {rate.n}</span>
    </span>
  );
}
