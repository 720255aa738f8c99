// From a keyboard event to a chord, and the rules of who gets it: the table or the control in focus. Pure; it acts on nothing.

/** The members of a KeyboardEvent that are read here. */
export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
  getModifierState?: (name: string) => boolean;
}

const NAMED: Record<string, string> = { " ": "space", Spacebar: "space", Esc: "escape", Del: "delete" };

/**
 * The chord of a press. AltGr makes a character and is no modifier (Windows reports it as Ctrl+Alt), so `[` and `]` work on
 * keyboards that have them there. Digits are taken by place as well, since AZERTY has them under Shift.
 */
export function chordOf(press: KeyPress): string {
  const altGraph = (press.getModifierState?.("AltGraph") ?? false) || (press.ctrlKey && press.altKey);
  const ctrl = !altGraph && (press.ctrlKey || press.metaKey);
  const alt = !altGraph && press.altKey;
  let key = NAMED[press.key] ?? press.key.toLowerCase();

  const place = /^(?:Digit|Numpad)([1-9])$/.exec(press.code)?.[1];
  if (place !== undefined && !altGraph && (!press.shiftKey || press.key === place)) key = place;
  // A keyboard in another script types no Latin letter: the place on the keyboard then says which is meant.
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (letter !== undefined && (alt || /^[^\x00-\x7f]$/u.test(key))) key = letter.toLowerCase();

  // Shift is part of how `?` is typed and means nothing there; with a letter or a named key it is another chord.
  const shiftCounts = press.shiftKey && (key.length > 1 || /^[a-z]$/.test(key));
  return `${ctrl ? "ctrl+" : ""}${alt ? "alt+" : ""}${shiftCounts ? "shift+" : ""}${key}`;
}

const TYPING_INPUTS = new Set(["text", "search", "url", "tel", "email", "password", "number", "date", "datetime-local", "month", "time", "week"]);

/** Where letters type: text fields, and lists that jump to what is typed. */
export function typesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return TYPING_INPUTS.has(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (target.isContentEditable || target.getAttribute("contenteditable") === "true") return true;
  return target.closest('[role="textbox"],[role="searchbox"],[role="combobox"],[role="listbox"],[role="menu"]') !== null;
}

const PRESSABLE = 'button,a[href],summary,input,[role="button"],[role="link"],[role="checkbox"],[role="switch"],[role="radio"],[role="tab"]';
const ARROWED = 'input[type="radio"],input[type="range"],[role="radio"],[role="tab"],[role="slider"],[role="menuitem"]';

/** Whether the control in focus keeps this chord for itself. */
export function keptByControl(target: EventTarget | null, chord: string): boolean {
  if (typesText(target)) return !(chord.startsWith("ctrl+") || chord === "escape");
  if (!(target instanceof Element)) return false;
  if ((chord === "enter" || chord === "space") && target.closest(PRESSABLE) !== null) return true;
  return chord.includes("arrow") && target.closest(ARROWED) !== null;
}
