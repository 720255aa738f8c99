// The icons, drawn for this program on a grid of 16. An icon stands beside a word, or it has a name of its own.
import type { ReactNode } from "react";
import css from "./Icon.module.css";

const p = (d: string) => <path d={d} />;
const ICONS = {
  match: <><circle cx="5.8" cy="8" r="3.8" /><circle cx="10.2" cy="8" r="3.8" /></>,
  group: <><circle cx="4.6" cy="4.8" r="2.3" /><circle cx="11.6" cy="6" r="1.9" /><circle cx="7.2" cy="12" r="1.9" />{p("M5.6 6.9 6.5 10.2M6.9 5.2l2.8.5")}</>,
  conflict: p("M2.2 4.8h3.6c3.2 0 3.6 6.4 7.2 6.4M2.2 11.2h3.6c1.2 0 2-.9 2.6-2M10 6.1c.8-.8 1.7-1.3 3-1.3M11.6 2.9l1.9 1.9-1.9 1.9M11.6 9.3l1.9 1.9-1.9 1.9"),
  action: p("M9 1.8 3.3 9.2h4.2L7 14.2l5.7-7.5H8.5z"),
  mail: <><rect x="1.9" y="3.4" width="12.2" height="9.2" rx="1.6" />{p("m2.4 4.9 5.6 4.2 5.6-4.2")}</>,
  search: <><circle cx="6.9" cy="6.9" r="4.1" />{p("m10 10 3.5 3.5")}</>,
  done: <><circle cx="8" cy="8" r="5.9" />{p("m5.4 8.3 1.8 1.8 3.5-4")}</>,
  check: p("m3.3 8.6 3.1 3.1 6.3-7.2"),
  chart: p("M2.3 13.6h11.4M4.4 11.1V8.4M8 11.1V4.3M11.6 11.1V6.6"),
  clock: <><circle cx="8" cy="8" r="5.9" />{p("M8 4.7V8l2.3 1.4")}</>,
  history: p("M2.7 8.2a5.3 5.3 0 1 0 1.5-3.9L2.4 6M2.4 2.8V6h3.2M8 5.1v3.1l2.1 1.2"),
  inbox: p("M2.3 9.4 4.2 3.3h7.6l1.9 6.1v3.3H2.3zM2.3 9.4h3.4c.3 1.4 1.2 2.1 2.3 2.1s2-.7 2.3-2.1h3.4"),
  info: <><circle cx="8" cy="8" r="5.9" />{p("M8 7.2v3.7M8 5.1v.1")}</>,
  warn: p("M8 2.3 14.4 13.2H1.6zM8 6.4v3.2M8 11.3v.1"),
  left: p("M9.6 4.3 5.9 8l3.7 3.7"),
  right: p("m6.4 4.3 3.7 3.7-3.7 3.7"),
  down: p("m4.3 6.4 3.7 3.7 3.7-3.7"),
  arrow: p("M2.3 8h10.9M9.6 4.3 13.3 8l-3.7 3.7"),
  panel: <><rect x="1.9" y="2.9" width="12.2" height="10.2" rx="1.6" />{p("M10.1 2.9v10.2")}</>,
  lock: <><rect x="3.4" y="7" width="9.2" height="6.6" rx="1.6" />{p("M5.4 7V5a2.6 2.6 0 0 1 5.2 0v2")}</>,
  eye: <>{p("M1.7 8S4 3.7 8 3.7 14.3 8 14.3 8 12 12.3 8 12.3 1.7 8 1.7 8z")}<circle cx="8" cy="8" r="1.9" /></>,
  eyeoff: p("M2.9 2.9l10.2 10.2M6.3 4a6 6 0 0 1 1.7-.3C12 3.7 14.3 8 14.3 8a11 11 0 0 1-2 2.6M4 5.2A10 10 0 0 0 1.7 8S4 12.3 8 12.3c.9 0 1.7-.2 2.4-.5"),
  laptop: <><rect x="3.4" y="3.4" width="9.2" height="6.7" rx="1.1" />{p("M1.4 12.6h13.2")}</>,
  hub: <><circle cx="8" cy="8" r="2" /><circle cx="3" cy="3.4" r="1.3" /><circle cx="13" cy="3.4" r="1.3" /><circle cx="8" cy="13.6" r="1.2" />{p("m4 4.3 2.5 2.2M12 4.3 9.5 6.5M8 10v2.4")}</>,
  play: p("M4.9 3.3v9.4L12.6 8z"),
  table: <><rect x="2.4" y="2.9" width="11.2" height="10.2" rx="1.1" />{p("M2.4 6.4h11.2M6.4 6.4v6.7")}</>,
  code: p("M5.4 4.4 1.9 8l3.5 3.6M10.6 4.4 14.1 8l-3.5 3.6"),
  comment: p("M2.4 3.4h11.2v7.7H7.4l-3 2.6v-2.6h-2z"),
  cloudoff: p("M2.4 2.4l11.2 11.2M4.9 5.3A3.8 3.8 0 0 0 4.4 12.1h7.2M7 4.2a3.8 3.8 0 0 1 5 3.4 2.5 2.5 0 0 1 1.6 3.7"),
  undo: p("M5.4 2.9 2.6 5.7l2.8 2.8M2.6 5.7h6.7a3.6 3.6 0 0 1 0 7.1H6"),
  gear: <><circle cx="8" cy="8" r="2.1" />{p("M8 1.9v1.9M8 12.2v1.9M1.9 8h1.9M12.2 8h1.9M3.7 3.7l1.3 1.3M11 11l1.3 1.3M12.3 3.7 11 5M5 11l-1.3 1.3")}</>,
  out: p("M8 10.2V2.6M5.2 5.2 8 2.4l2.8 2.8M2.6 9.6v3.8h10.8V9.6"),
  second: <><circle cx="6.4" cy="5.4" r="2.5" />{p("M1.9 13.4c.4-2.9 2.2-4.2 4.5-4.2 1.2 0 2.2.3 3 1M9.6 11.9l1.6 1.6 3-3.4")}</>,
  dispute: p("M8 14.2V9M8 9 3.4 2.8M8 9l4.6-6.2M3.2 5.4V2.6H6M10 2.6h2.8v2.8"),
  user: <><circle cx="8" cy="5.4" r="2.6" />{p("M2.9 13.6c.5-3 2.5-4.4 5.1-4.4s4.6 1.4 5.1 4.4")}</>,
  sign: p("M2.4 13.2h11.2M3.8 10.2c2-4.7 4.1-7.2 5.3-6.5 1.6.9-3.2 5.5-1.8 6.5.9.7 2-1.8 2.8-1.6.6.2-.1 1.4.6 1.7.5.2 1.4-.5 1.9-1"),
  link: p("M6.7 9.3a2.6 2.6 0 0 0 3.8 0l2-2.1a2.7 2.7 0 0 0-3.8-3.8l-.8.8M9.3 6.7a2.6 2.6 0 0 0-3.8 0l-2 2.1a2.7 2.7 0 0 0 3.8 3.8l.8-.8"),
  policy: p("M8 1.9 13 3.7v4.1c0 3-2 5.2-5 6.3-3-1.1-5-3.3-5-6.3V3.7zM5.7 8l1.6 1.7 3-3.4"),
  tool: p("M13.3 4.7a3.3 3.3 0 0 1-4.5 3.8l-4.4 4.7a1.3 1.3 0 0 1-1.8-1.8l4.7-4.4A3.3 3.3 0 0 1 11.1 2.5L9.2 4.4l.4 1.9 1.9.4z"),
  webhook: <><circle cx="8" cy="4.4" r="2.3" /><circle cx="3.9" cy="11.4" r="2.3" /><circle cx="12.1" cy="11.4" r="2.3" />{p("M7 6.5 5 9.4M9.1 6.4l1.9 3M6.2 11.4h3.6")}</>,
  audit: p("M3.4 2.4h6.1l3.1 3v8.2H3.4zM9.3 2.6v3h3M5.6 8.2h4.8M5.6 10.8h4.8"),
  erase: p("M3 4.4h10M6.3 4.2V2.6h3.4v1.6M4.2 4.6l.6 8.9h6.4l.6-8.9M6.8 6.9v4.2M9.2 6.9v4.2"),
  plus: p("M8 3.2v9.6M3.2 8h9.6"),
  close: p("m4 4 8 8M12 4l-8 8"),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof ICONS;

export function Icon({ name, label, small = false }: { name: IconName; label?: string; small?: boolean }) {
  const named = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return (
    <svg className={small ? `${css.icon} ${css.small}` : css.icon} viewBox="0 0 16 16" {...named}>
      {ICONS[name]}
    </svg>
  );
}

/** The mark of the program: two that become one. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <rect x="2" y="4" width="7" height="3" rx="1.5" fill="currentColor" />
      <rect x="2" y="13" width="7" height="3" rx="1.5" fill="currentColor" />
      <path d="M9 5.5c3.5 0 3 4.5 6 4.5-3 0-2.5 4.5-6 4.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <circle cx="16.2" cy="10" r="2" fill="currentColor" />
    </svg>
  );
}
