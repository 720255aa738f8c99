// Small words in a pill: a state, a sensitivity, a reason that can be picked. Colour repeats what the word says.
import type { ReactNode } from "react";
import { keepFocus } from "./Button";
import { drawn, HiddenText } from "./HiddenText";
import { Icon, type IconName } from "./Icon";
import { ariaKeys } from "./KeyCap";
import css from "./Chip.module.css";

export type ChipTone = "quiet" | "line" | "warn" | "bad" | "ok" | "blind" | "accent";

export function Chip({ tone = "quiet", icon, children, title }: { tone?: ChipTone; icon?: IconName; children: ReactNode; title?: string }) {
  return <span className={`${css.chip} ${css[tone]}`} title={title}>{icon && <Icon name={icon} small />}{drawn(children)}</span>;
}

const SENSITIVITY: Record<string, { tone: ChipTone; icon?: IconName }> = {
  public: { tone: "line" }, internal: { tone: "quiet" }, confidential: { tone: "quiet", icon: "lock" }, restricted: { tone: "bad", icon: "lock" },
};

export function SensitivityChip({ sensitivity }: { sensitivity: string }) {
  return <Chip title={`Sensitivity: ${sensitivity}`} {...SENSITIVITY[sensitivity]}>{sensitivity}</Chip>;
}

/** A choice that can be on or off, as the reasons are. */
export function PickChip({ number, label, picked, cap, onPick }: { number?: number; label: string; picked: boolean; cap?: string; onPick: () => void }) {
  return (
    <button type="button" className={css.pick} aria-pressed={picked} aria-keyshortcuts={ariaKeys(cap)} title={cap} onMouseDown={keepFocus} onClick={onPick}>
      {number !== undefined && <span className={css.number} aria-hidden="true">{number}</span>}
      <HiddenText text={label} />
    </button>
  );
}

/** The number of a cluster or an option. From nine on the number stands alone, without a colour. */
export function Num({ n, ghost = false }: { n: number; ghost?: boolean }) {
  return <span className={ghost || n > 8 ? `${css.num} ${css.ghost}` : `${css.num} ${css[`k${n}`] ?? ""}`}>{n}</span>;
}
