// The part of a workbench that scrolls, above the decision bar.
import type { ReactNode, Ref } from "react";
import css from "./Bench.module.css";

export function BenchBody({ children, ref }: { children: ReactNode; ref?: Ref<HTMLDivElement> }) {
  // In reach of Tab, so that a long case scrolls without a mouse.
  return <div className={css.body} ref={ref} tabIndex={0} role="region" aria-label="Case">{children}</div>;
}
