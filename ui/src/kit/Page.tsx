// A page beside the sidebar: banner, head, body. The head says where one is.
import { createContext, useContext, useEffect, useRef, type ReactNode } from "react";
import css from "./Page.module.css";

export interface Crumb {
  label: string;
  href: string;
}

/** What stands over every page for as long as it is so: that the hub is away. */
export const PageBanner = createContext<ReactNode>(null);

/** `name` is the page for screen readers and takes the focus when the place changes. */
export function Page({ name, children }: { name: string; children: ReactNode }) {
  const banner = useContext(PageBanner);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // Only when nobody else wanted the focus.
    if (document.activeElement === document.body || document.activeElement === null) main.current?.focus({ preventScroll: true });
  }, [name]);
  return <main className={css.main} id="page" tabIndex={-1} aria-label={name} ref={main}>{banner}{children}</main>;
}

export function PageHead({ title, crumb, beside, end }: { title: ReactNode; crumb?: Crumb; beside?: ReactNode; end?: ReactNode }) {
  return (
    <header className={css.head}>
      {crumb && <><a className={css.crumb} href={crumb.href}>{crumb.label}</a><span className={css.sep} aria-hidden="true">/</span></>}
      <h1>{title}</h1>
      {beside}
      <span className={css.end}>{end}</span>
    </header>
  );
}

export function PageBody({ narrow = false, children }: { narrow?: boolean; children: ReactNode }) {
  // Scrolled by keyboard, so it can be reached by keyboard.
  return <div className={narrow ? `${css.body} ${css.narrow}` : css.body} tabIndex={0} role="region" aria-label="Content">{children}</div>;
}
