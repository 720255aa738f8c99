// A key as it is printed on the keyboard. Only shown: what it does is in the key table.
import css from "./KeyCap.module.css";

const SPOKEN: Record<string, string> = {
  "↵": "Enter", "⌫": "Backspace", "→": "Right arrow", "←": "Left arrow", "↑": "Up arrow", "↓": "Down arrow",
  "[": "Left bracket", "]": "Right bracket", ".": "Full stop", "?": "Question mark",
};

/** What a screen reader should say for a cap. */
export function spokenCap(cap: string): string {
  return cap.split(" ").map((part) => SPOKEN[part] ?? part).join(" ");
}

/** Beside a word that already says what it does, the cap is hidden from screen readers; `aria-keyshortcuts` says it there. */
export function KeyCap({ cap, spoken = false }: { cap: string; spoken?: boolean }) {
  if (!spoken) return <kbd className={css.cap} aria-hidden="true">{cap}</kbd>;
  return <kbd className={css.cap}><span aria-hidden="true">{cap}</span><span className={css.vh}>{spokenCap(cap)}</span></kbd>;
}

const SHORTCUT: Record<string, string> = { "↵": "Enter", "⌫": "Backspace", "→": "ArrowRight", "←": "ArrowLeft", "↑": "ArrowUp", "↓": "ArrowDown", Esc: "Escape", Ctrl: "Control", "⌘": "Meta", "⌥": "Alt" };

/** The cap in the form of `aria-keyshortcuts`. */
export function ariaKeys(cap: string | undefined): string | undefined {
  return cap?.replace("hold ", "").split(" ").map((part) => SHORTCUT[part] ?? part).join("+");
}
