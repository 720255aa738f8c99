// A key as it is printed on the keyboard. Only shown: what it does is in the key table.
import { Fragment } from "react";
import css from "./KeyCap.module.css";

const SPOKEN: Record<string, string> = {
  "↵": "Enter", "⌫": "Backspace", "→": "Right arrow", "←": "Left arrow", "↑": "Up arrow", "↓": "Down arrow",
  "[": "Left bracket", "]": "Right bracket", ".": "Full stop", "?": "Question mark",
};

/** What a screen reader should say for a cap. */
export function spokenCap(cap: string): string {
  return cap.split(" ").map((part) => SPOKEN[part] ?? part).join(" ");
}

/**
 * Signs that our fonts lack, on a grid of 16. As text they would be looked for in every font of the system, which takes longer than all the
 * rest of the first picture.
 */
const DRAWN: Record<string, string> = {
  "→": "M2.5 8h11M9.5 4l4 4-4 4", "←": "M13.5 8h-11M6.5 4l-4 4 4 4", "↑": "M8 13.5v-11M4 6.5l4-4 4 4", "↓": "M8 2.5v11M4 9.5l4 4 4-4",
  "↵": "M13 3.5V9H3M6.5 5.5 3 9l3.5 3.5", "⌫": "M5.7 3.5H14v9H5.7L2 8zM8.2 6.2l3.6 3.6M11.8 6.2 8.2 9.8",
};

function Printed({ cap }: { cap: string }) {
  return cap.split(" ").map((part, index) => {
    const drawn = DRAWN[part];
    const space = index === 0 ? "" : " ";
    return drawn === undefined ? space + part : <Fragment key={index}>{space}<svg viewBox="0 0 16 16"><path d={drawn} /></svg></Fragment>;
  });
}

/** Beside a word that already says what it does, the cap is hidden from screen readers; `aria-keyshortcuts` says it there. */
export function KeyCap({ cap, spoken = false }: { cap: string; spoken?: boolean }) {
  if (!spoken) return <kbd className={css.cap} aria-hidden="true"><Printed cap={cap} /></kbd>;
  return <kbd className={css.cap}><span aria-hidden="true"><Printed cap={cap} /></span><span className={css.vh}>{spokenCap(cap)}</span></kbd>;
}

const SIGNS = /([→←↑↓↵⌫])/;

/** Words with keys named in them: their signs are drawn, and said to a screen reader. */
export function WithKeys({ words }: { words: string }) {
  return words.split(SIGNS).map((part, index) => (SIGNS.test(part) ? <KeyCap key={index} cap={part} spoken /> : part));
}

const SHORTCUT: Record<string, string> = { "↵": "Enter", "⌫": "Backspace", "→": "ArrowRight", "←": "ArrowLeft", "↑": "ArrowUp", "↓": "ArrowDown", Esc: "Escape", Ctrl: "Control", "⌘": "Meta", "⌥": "Alt" };

/** The cap in the form of `aria-keyshortcuts`. */
export function ariaKeys(cap: string | undefined): string | undefined {
  return cap?.replace("hold ", "").split(" ").map((part) => SHORTCUT[part] ?? part).join("+");
}
