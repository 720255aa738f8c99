// Pages with nothing on them yet, nothing left, or something wrong: a figure, a line, what to do next.
import type { ReactNode } from "react";
import { HiddenText } from "./HiddenText";
import { Icon, type IconName } from "./Icon";
import css from "./State.module.css";

export function State({ icon, tone = "quiet", title, alone = false, children, actions }: { icon: IconName; tone?: "quiet" | "ok" | "warn" | "bad"; title: string; /** The whole page: its title is the page's. */ alone?: boolean; children?: ReactNode; actions?: ReactNode }) {
  const Title = alone ? "h1" : "h2";
  return (
    <div className={css.state}>
      <span className={`${css.figure} ${css[tone]}`}><Icon name={icon} /></span>
      <Title className={css.title}><HiddenText text={title} /></Title>
      {children !== undefined && <div className={css.words}>{children}</div>}
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </div>
  );
}

/** While something is read. It waits a moment before it shows, since most things are here at once. */
export function Loading({ what }: { what: string }) {
  return <p className={css.loading} role="status">{what}</p>;
}
