// Buttons that do not commit a decision. Those that do are CommitButton.
import type { ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from "react";
import { Icon, type IconName } from "./Icon";
import { ariaKeys, KeyCap } from "./KeyCap";
import css from "./Button.module.css";

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className"> {
  tone?: "edge" | "plain" | "primary" | "danger" | "link";
  size?: "normal" | "tall";
  cap?: string | undefined;
  icon?: IconName;
  /** Why it is disabled. Disables it, and says so beside it and in its description. */
  why?: string | undefined;
  /** The reason is no trouble: there is nothing to do yet. It is said quietly. */
  calm?: boolean;
  ref?: Ref<HTMLButtonElement>;
  children?: ReactNode;
}

/** A click by pointer leaves the focus where it was: the keys go on meaning what they meant. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

export function Button({ tone = "edge", size = "normal", cap, icon, why, calm = false, disabled, children, ...rest }: ButtonProps) {
  const off = disabled === true || why !== undefined;
  const button = (
    <button
      type="button"
      onMouseDown={keepFocus}
      {...rest}
      className={[css.button, css[tone], size === "tall" ? css.tall : "", off ? css.off : ""].join(" ")}
      aria-keyshortcuts={ariaKeys(cap)}
      disabled={off}
      title={why ?? rest.title}
    >
      {icon && <Icon name={icon} small />}
      {children}
      {cap !== undefined && <KeyCap cap={cap} />}
    </button>
  );
  return why === undefined ? button : <span className={css.withWhy}>{button}{calm ? <span className={css.calm}>{why}</span> : <Why>{why}</Why>}</span>;
}

/** Why something beside it can't be done. */
export function Why({ children, id }: { children: ReactNode; id?: string }) {
  return <span className={css.why} id={id}><Icon name="warn" small />{children}</span>;
}

export function IconButton({ icon, label, cap, ...rest }: Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className" | "aria-label"> & { icon: IconName; label: string; cap?: string }) {
  return (
    <button type="button" onMouseDown={keepFocus} {...rest} className={css.icon} aria-label={label} aria-keyshortcuts={ariaKeys(cap)} title={cap === undefined ? label : `${label} (${cap})`}>
      <Icon name={icon} />
    </button>
  );
}
