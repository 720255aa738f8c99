// The one key table. Behaviour (dispatch.ts), help, tooltips and palette all read it; nothing else names a key.
// It holds no handlers: who listens is said by scopes.

export type KeyGroup = "Decide at once" | "Choose, then commit" | "Move" | "Look" | "Always";

export type KeyId =
  | "same" | "different" | "cannot_tell"
  | "option" | "unsure" | "reason" | "type_value" | "several" | "ask_owner"
  | "approve" | "edit" | "reject" | "reply"
  | "commit" | "proceed"
  | "skip" | "back" | "row" | "column" | "against" | "keep_cell" | "next_control"
  | "reveal" | "go" | "comment" | "queues" | "context" | "larger_text" | "smaller_text"
  | "undo" | "palette" | "help" | "close";

/** One line of the help: what it does and the caps to press. A dash between caps is written as text. */
export interface HelpLine {
  label: string;
  caps: readonly string[];
}

export interface KeyEntry {
  id: KeyId;
  group: KeyGroup;
  /** Chords in the form chord.ts makes: modifiers `ctrl+alt+shift+` before the key, all lower case. */
  chords: readonly string[];
  /** What the palette and tooltips call it; the first help line's label. */
  help: readonly [HelpLine, ...HelpLine[]];
  /** Whether it puts a decision on disk. */
  commits?: true;
  /** Whether a held key goes on acting: for moving about only. */
  repeats?: true;
  /** Left to the browser: it stands here for the help alone. */
  native?: true;
}

const digits = (prefix: string): string[] => Array.from({ length: 9 }, (_, i) => `${prefix}${i + 1}`);

export const KEY_TABLE: readonly KeyEntry[] = [
  { id: "same", group: "Decide at once", chords: ["s"], commits: true, help: [{ label: "Same", caps: ["S"] }] },
  { id: "different", group: "Decide at once", chords: ["n"], commits: true, help: [{ label: "Different", caps: ["N"] }] },
  { id: "cannot_tell", group: "Decide at once", chords: ["u"], commits: true, help: [{ label: "Can’t tell, unknown", caps: ["U"] }] },

  { id: "option", group: "Choose, then commit", chords: digits(""), help: [{ label: "Option or group", caps: ["1", "–", "9"] }] },
  { id: "unsure", group: "Choose, then commit", chords: ["l"], help: [{ label: "Can’t tell this pair", caps: ["L"] }] },
  { id: "reason", group: "Choose, then commit", chords: digits("alt+"), help: [{ label: "Reason", caps: ["Alt 1", "–", "9"] }] },
  { id: "type_value", group: "Choose, then commit", chords: ["t"], help: [{ label: "Type a value", caps: ["T"] }] },
  { id: "several", group: "Choose, then commit", chords: ["v"], help: [{ label: "Several are right", caps: ["V"] }] },
  { id: "ask_owner", group: "Choose, then commit", chords: ["o"], help: [{ label: "Ask the owner", caps: ["O"] }] },
  { id: "approve", group: "Choose, then commit", chords: ["a"], help: [{ label: "Approve", caps: ["A"] }] },
  { id: "edit", group: "Choose, then commit", chords: ["e"], help: [{ label: "Edit", caps: ["E"] }] },
  { id: "reject", group: "Choose, then commit", chords: ["r"], help: [{ label: "Reject", caps: ["R"] }] },
  { id: "reply", group: "Choose, then commit", chords: ["m"], help: [{ label: "Reply (message)", caps: ["M"] }] },
  {
    id: "commit", group: "Choose, then commit", chords: ["enter", "ctrl+enter"], commits: true,
    help: [
      { label: "Commit what is chosen", caps: ["↵"] },
      { label: "Commit while typing", caps: ["Ctrl ↵"] },
      { label: "Commit, can’t be undone", caps: ["hold ↵"] },
    ],
  },
  { id: "proceed", group: "Choose, then commit", chords: ["p"], commits: true, help: [{ label: "Instead of holding: ↵, then proceed", caps: ["P"] }] },

  { id: "skip", group: "Move", chords: ["arrowright"], help: [{ label: "Skip to the next case", caps: ["→"] }] },
  { id: "back", group: "Move", chords: ["arrowleft"], help: [{ label: "Back", caps: ["←"] }] },
  { id: "row", group: "Move", chords: ["arrowup", "arrowdown"], repeats: true, help: [{ label: "Record or attribute", caps: ["↑", "↓"] }] },
  { id: "column", group: "Move", chords: ["shift+arrowleft", "shift+arrowright"], repeats: true, help: [{ label: "Column, page of columns", caps: ["Shift ←", "→"] }] },
  { id: "against", group: "Move", chords: ["shift+arrowup", "shift+arrowdown"], repeats: true, help: [{ label: "What the record is compared with", caps: ["Shift ↑", "↓"] }] },
  { id: "keep_cell", group: "Move", chords: ["space"], help: [{ label: "Keep the cell in focus", caps: ["Space"] }] },
  { id: "next_control", group: "Move", chords: ["tab"], native: true, help: [{ label: "Next control", caps: ["Tab"] }] },

  { id: "reveal", group: "Look", chords: ["."], help: [{ label: "Show what is masked, a message as written", caps: ["."] }] },
  { id: "go", group: "Look", chords: ["g"], help: [{ label: "Go to the other decision", caps: ["G"] }] },
  { id: "comment", group: "Look", chords: ["c"], help: [{ label: "Comment", caps: ["C"] }] },
  { id: "queues", group: "Look", chords: ["["], help: [{ label: "Queues", caps: ["["] }] },
  { id: "context", group: "Look", chords: ["]"], help: [{ label: "Context", caps: ["]"] }] },
  { id: "larger_text", group: "Look", chords: ["ctrl++", "ctrl+="], help: [{ label: "Larger text", caps: ["Ctrl +"] }] },
  { id: "smaller_text", group: "Look", chords: ["ctrl+-"], help: [{ label: "Smaller text", caps: ["Ctrl −"] }] },

  { id: "undo", group: "Always", chords: ["backspace"], help: [{ label: "Undo the last decision", caps: ["⌫"] }] },
  { id: "palette", group: "Always", chords: ["ctrl+k"], help: [{ label: "Search or go to", caps: ["Ctrl K"] }] },
  { id: "help", group: "Always", chords: ["?"], help: [{ label: "These keys", caps: ["?"] }] },
  { id: "close", group: "Always", chords: ["escape"], help: [{ label: "Close, cancel", caps: ["Esc"] }] },
];

export const KEY_GROUPS: readonly KeyGroup[] = ["Decide at once", "Choose, then commit", "Move", "Look", "Always"];

/** Keys that do nothing, and what they say once to who expects them to. */
export const UNBOUND: Readonly<Record<string, { instead: KeyId; says: string }>> = {
  d: { instead: "different", says: "Different is N" },
};

const byChord = new Map(KEY_TABLE.flatMap((entry) => entry.chords.map((chord) => [chord, entry] as const)));
const byId = new Map(KEY_TABLE.map((entry) => [entry.id, entry] as const));

export function entryOfChord(chord: string): KeyEntry | undefined {
  return byChord.get(chord);
}

export function entryOf(id: KeyId): KeyEntry {
  const entry = byId.get(id);
  if (entry === undefined) throw new Error(`no key is called ${id}`);
  return entry;
}

const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** A cap as this computer's keyboard prints it. */
export function capText(cap: string): string {
  return mac ? cap.replace("Ctrl ", "⌘ ").replace("Alt ", "⌥ ") : cap;
}

/** The first cap of a key, for a button: `S`, `↵`, `→`. */
export function capOf(id: KeyId): string {
  return capText(entryOf(id).help[0].caps[0] ?? "");
}

/** The cap of the n-th option or reason, from 1. */
export function capOfDigit(id: "option" | "reason", digit: number): string {
  return capText(id === "option" ? String(digit) : `Alt ${digit}`);
}
