// The last decision, at the foot of the sidebar: always in the same place, never over the case.
import { Button } from "./Button";
import { HiddenText } from "./HiddenText";
import { Icon } from "./Icon";
import css from "./UndoCard.module.css";

export interface UndoCardProps {
  /** What was decided: "Different". */
  what: string;
  /** What it did away with: "Overrides: Same, 98 %". */
  overrides?: string | undefined;
  /** Of which case. */
  of: string;
  /** "On disk. Final in 1:22". */
  then: string;
  /** How much of the undo window is left, 0–1; absent when it doesn't run. */
  left?: number | undefined;
  tone?: "done" | "bad";
  action?: { label: string; cap?: string; run: () => void } | undefined;
}

export function UndoCard({ what, overrides, of, then, left, tone = "done", action }: UndoCardProps) {
  return (
    <section className={css.card} aria-label="Last decision">
      {/* The countdown is outside what is read out, or it would be read out every second. */}
      <span role="status" className={css.said}>
        <span className={tone === "bad" ? css.bad : css.what}><HiddenText text={what} /></span>
        {overrides !== undefined && <span className={css.over} title={overrides}><Icon name="warn" small /><HiddenText text={overrides} /></span>}
        <span className={css.of}><HiddenText text={of} /></span>
      </span>
      {action && <span className={css.do}><Button tone="link" cap={action.cap} onClick={action.run}>{action.label}</Button></span>}
      <span className={css.then}>{then}</span>
      {left !== undefined && <span className={css.bar} style={{ width: `${Math.round(Math.max(0, Math.min(1, left)) * 100)}%` }} />}
    </section>
  );
}
