// Words that stand on their own: a note on a page, and the banner over it.
import type { ReactNode } from "react";
import { drawn } from "./HiddenText";
import { Icon, type IconName } from "./Icon";
import css from "./Note.module.css";

const ICON: Record<string, IconName> = { quiet: "info", warn: "warn", bad: "warn", accent: "info" };

/** `live` reads it out when it appears: for what went wrong just now. */
export function Note({ tone = "quiet", icon, live = false, end, children }: { tone?: "quiet" | "warn" | "bad" | "accent"; icon?: IconName; live?: boolean; end?: ReactNode; children: ReactNode }) {
  return (
    <div className={`${css.note} ${css[tone]}`} role={live ? "alert" : undefined}>
      <Icon name={icon ?? ICON[tone] ?? "info"} />
      <div className={css.words}>{drawn(children)}</div>
      {end}
    </div>
  );
}

export function Banner({ icon = "warn", children, end }: { icon?: IconName; children: ReactNode; end?: ReactNode }) {
  return (
    <div className={css.banner} role="status">
      <Icon name={icon} />
      <span className={css.words}>{children}</span>
      <span className={css.end}>{end}</span>
    </div>
  );
}
