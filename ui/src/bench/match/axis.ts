// Where weights lie on the evidence column: log2 Bayes factors on an axis whose zero stands in the same place for every case.
// Figures in, pixels out.
import type { EvidenceView, LinkView } from "../../ipc/types.gen";

export const AXIS_WIDTH = 252;
const ZERO_X = 102;
const REACH = 94;
const STEP = 4;

/** The weight at both ends of the axis: a multiple of four that holds every bar. */
export function limitOf(link: LinkView): number {
  const ends = [link.prior ?? 0, link.weight ?? 0, ...link.evidence.flatMap((e) => [e.from, e.to])].filter(Number.isFinite).map(Math.abs);
  return Math.max(STEP, Math.ceil(Math.max(...ends) / STEP) * STEP);
}

export const xOf = (weight: number, limit: number) => ZERO_X + (Math.max(-limit, Math.min(limit, weight)) * REACH) / limit;

export type Tone = "prior" | "for" | "against" | "sum" | "none";

export interface Bar {
  left: number;
  width: number;
  tone: Tone;
  /** Runs off the axis: a factor of zero, or an infinite one. */
  endless: boolean;
  /** Where the running sum comes in from above, and where it goes out below; none at the ends of the chain. */
  enters: number | undefined;
  leaves: number | undefined;
}

export function barOf(from: number, to: number, tone: Tone, limit: number, joins: { enters?: boolean; leaves?: boolean }): Bar {
  const a = xOf(from, limit);
  const b = xOf(to, limit);
  return { left: Math.min(a, b), width: Math.abs(b - a), tone, endless: false, enters: joins.enters === false ? undefined : a, leaves: joins.leaves === false ? undefined : b };
}

export function evidenceBar(evidence: EvidenceView, limit: number): Bar {
  if (evidence.factor !== null) {
    const infinite = evidence.factor === "infinite";
    const bar = barOf(evidence.from, infinite ? limit : -limit, infinite ? "for" : "against", limit, {});
    return { ...bar, endless: true, leaves: bar.enters };
  }
  const weight = evidence.weight ?? 0;
  return barOf(evidence.from, evidence.to, evidence.weight === null ? "none" : weight < 0 ? "against" : "for", limit, {});
}
