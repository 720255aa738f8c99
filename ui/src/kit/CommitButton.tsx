// The button that puts a decision on disk, or chooses one that a second key commits. It shows its key, and when it must be
// held, how far. What it does and whether it may is decided elsewhere.
import { useId, type ButtonHTMLAttributes } from "react";
import { keepFocus, Why } from "./Button";
import { HiddenText } from "./HiddenText";
import { ariaKeys, KeyCap } from "./KeyCap";
import css from "./CommitButton.module.css";

export interface CommitButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className"> {
  label: string;
  cap?: string;
  tone?: "edge" | "primary" | "danger" | "plain";
  /** Chosen, and committed by another key: says so as a pressed button. Leave it out for buttons that act at once. */
  chosen?: boolean;
  /** It must be held: it fills while it is. */
  hold?: boolean;
  holding?: boolean;
  /** Why it can't be pressed, in the words of the refusal; shown beside it. */
  why?: string | undefined;
  /** The reason stands elsewhere, under this id, so that nothing beside the button moves. */
  whyId?: string | undefined;
}

export function CommitButton({ label, cap, tone = "edge", chosen, hold = false, holding = false, why, whyId, ...rest }: CommitButtonProps) {
  const reason = useId();
  const classes = [css.commit, css[tone], chosen ? css.chosen : "", hold ? css.hold : "", holding ? css.holding : "", why !== undefined ? css.off : ""];
  return (
    <>
      <button
        type="button"
        onMouseDown={keepFocus}
        {...rest}
        className={classes.join(" ")}
        // Not `disabled`: a person who arrives by Tab must be able to read why.
        aria-disabled={why !== undefined || undefined}
        aria-describedby={why !== undefined ? (whyId ?? reason) : rest["aria-describedby"]}
        aria-pressed={chosen}
        aria-keyshortcuts={ariaKeys(cap)}
        onClick={why !== undefined ? undefined : rest.onClick}
      >
        <span className={css.label}><HiddenText text={label} /></span>
        {cap !== undefined && <KeyCap cap={cap} />}
      </button>
      {why !== undefined && whyId === undefined && <Why id={reason}>{why}</Why>}
    </>
  );
}
