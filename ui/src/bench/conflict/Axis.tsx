// Where the claimed values lie on one line, with the count of claims at each. Places and ticks are the desk's.
import type { AttributeClaims, AxisPoint } from "../../ipc/types.gen";
import css from "./Axis.module.css";

/** Nearer than this, points would lie over one another: every other one is lifted. */
const APART = 0.022;

const share = (at: number): string => `${(at * 100).toFixed(2)}%`;

/** Which points stand a step higher, in order of place. */
export function lifted(points: readonly AxisPoint[]): Set<number> {
  const up = new Set<number>();
  const sorted = [...points].sort((a, b) => a.at - b.at);
  sorted.forEach((point, index) => {
    const before = sorted[index - 1];
    if (before !== undefined && point.at - before.at < APART && !up.has(before.option)) up.add(point.option);
  });
  return up;
}

export function Axis({ attribute, chosen }: { attribute: AttributeClaims; chosen: readonly number[] }) {
  const { axis, axis_ticks: ticks } = attribute;
  if (axis.length === 0) return null;
  const up = lifted(axis);
  const texts = axis.map((point) => `${attribute.groups.find((g) => g.option === point.option)?.text ?? ""}: ${point.claims}`);
  return (
    <div className={css.axis}>
      <svg width="100%" height="56" role="img" aria-label={`Claims on a line. ${texts.join(", ")}`}>
        {ticks.map((tick) => (
          <g key={tick.at}>
            <line x1={share(tick.at)} x2={share(tick.at)} y1="36" y2="40" className={css.line} />
            <text x={share(tick.at)} y="52" textAnchor="middle">{tick.text}</text>
          </g>
        ))}
        <line x1="0" x2="100%" y1="36" y2="36" className={css.line} />
        {axis.map((point) => {
          const on = chosen.includes(point.option);
          const y = up.has(point.option) ? 12 : 27;
          return (
            <g key={point.option} className={on ? css.on : css.point}>
              <circle cx={share(point.at)} cy={y} r={point.claims > 9 ? 7.5 : 6.5} />
              <text x={share(point.at)} y={y + 3.5} textAnchor="middle" className={css.count}>{point.claims}</text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
