// Who hears a key: a stack of scopes. The topmost scope that has an action for the key gets it; a modal scope hides those below.
// A held key decides once: whatever was down before a case appeared must come up first. No React in here.
import { chordOf, keptByControl } from "./chord";
import { entryOf, entryOfChord, UNBOUND, type KeyEntry, type KeyId } from "./table";

export interface Press {
  id: KeyId;
  /** Which of `1`–`9` it was, for `option` and `reason`. */
  digit?: number;
  /** −1 up or left, +1 down or right, for `row`, `column` and `against`. */
  step?: -1 | 1;
}

export interface KeyAction {
  run: (press: Press) => void;
  /** When the key comes up again: for keys that are held. */
  release?: () => void;
  /** What the palette calls it here, when the table's word is too general. */
  label?: string;
  /** Why it can't be done now. The key then only says so. */
  unavailable?: string | undefined;
  /** Left out of the palette. */
  unlisted?: boolean;
  /** What the palette offers besides, which has no key of its own here. */
  beside?: { label: string; run: () => void };
}

export type KeyActions = Partial<Record<KeyId, KeyAction | ((press: Press) => void) | undefined>>;

/** From the ground up: the window, the page in it, the case on the page, what lies over them. */
export const LEVELS = ["app", "place", "case", "overlay"] as const;
export type Level = (typeof LEVELS)[number];

interface Scope {
  level: Level;
  modal: boolean;
  /** False while it is there and not on the screen. Absent: always heard. */
  heard?: () => boolean;
  actions: () => KeyActions;
}

export interface Offer {
  id: KeyId;
  label: string;
  /** Absent for what is offered beside a key. */
  cap: string | undefined;
  unavailable: string | undefined;
  run: () => void;
}

export function actionOf(given: KeyActions[KeyId]): KeyAction | undefined {
  return typeof given === "function" ? { run: given } : given;
}

export class KeyScopes {
  private scopes: Scope[] = [];
  private readonly down = new Set<string>();
  private releases = new Map<string, () => void>();
  private readonly said = new Set<string>();
  private readonly listeners = new Set<(words: string) => void>();

  /** Adds a scope on top of its level; the result takes it away again. */
  add(scope: Scope): () => void {
    this.scopes.push(scope);
    return () => {
      this.scopes = this.scopes.filter((s) => s !== scope);
    };
  }

  /** Hears what a key has to say: why it can't, or which key is meant. */
  onNote(listener: (words: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private note(words: string): void {
    for (const listener of this.listeners) listener(words);
  }

  /** The scopes that can hear now, topmost first. */
  private hearing(): Scope[] {
    const ordered = this.scopes
      .filter((scope) => scope.heard?.() ?? true)
      .map((scope, index) => ({ scope, rank: LEVELS.indexOf(scope.level) * 10_000 + index }))
      .sort((a, b) => b.rank - a.rank)
      .map(({ scope }) => scope);
    const modal = ordered.findIndex((s) => s.modal);
    return modal === -1 ? ordered : ordered.slice(0, modal + 1);
  }

  private find(id: KeyId): KeyAction | undefined {
    for (const scope of this.hearing()) {
      const action = actionOf(scope.actions()[id]);
      if (action !== undefined) return action;
    }
    return undefined;
  }

  /** What can be done here by key, for the palette: the table's order, each key once. */
  offers(): Offer[] {
    const seen = new Map<KeyId, KeyAction>();
    for (const scope of this.hearing()) {
      for (const [id, given] of Object.entries(scope.actions()) as [KeyId, KeyActions[KeyId]][]) {
        const action = actionOf(given);
        if (action !== undefined && !seen.has(id)) seen.set(id, action);
      }
    }
    return [...seen]
      // What must be held can't be picked from a list.
      .filter(([id, action]) => action.unlisted !== true && action.release === undefined && !["option", "reason", "row", "column", "against", "close", "palette", "proceed"].includes(id))
      .flatMap(([id, action]): Offer[] => {
        const { label, caps } = entryOf(id).help[0];
        const own = { id, label: action.label ?? label, cap: caps[0], unavailable: action.unavailable, run: () => action.run({ id }) };
        return action.beside === undefined ? [own] : [own, { id, label: action.beside.label, cap: undefined, unavailable: action.unavailable, run: action.beside.run }];
      });
  }

  keydown(event: KeyboardEvent): void {
    if (event.isComposing || event.key === "Process" || event.key === "Dead") return;
    const held = event.repeat || this.down.has(event.code);
    this.down.add(event.code);
    const chord = chordOf(event);
    if (keptByControl(event.target, chord)) return;

    const entry = entryOfChord(chord);
    if (entry === undefined) {
      this.sayUnbound(chord);
      return;
    }
    if (entry.native) return;
    const action = this.find(entry.id);
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (held && !entry.repeats) return;
    if (action.unavailable !== undefined) {
      this.note(action.unavailable);
      return;
    }
    if (action.release !== undefined) this.releases.set(event.code, action.release);
    action.run(pressOf(entry, chord));
  }

  keyup(event: KeyboardEvent): void {
    this.down.delete(event.code);
    // macOS sends no keyup for letters that were down while ⌘ was.
    if (event.key === "Meta") this.down.clear();
    const release = this.releases.get(event.code);
    this.releases.delete(event.code);
    release?.();
  }

  /** The window lost the keyboard: nothing counts as down, and what was held is let go. */
  blur(): void {
    this.down.clear();
    const releases = [...this.releases.values()];
    this.releases = new Map();
    for (const release of releases) release();
  }

  private sayUnbound(chord: string): void {
    const unbound = UNBOUND[chord];
    if (unbound === undefined || this.said.has(chord) || this.find(unbound.instead) === undefined) return;
    this.said.add(chord);
    this.note(unbound.says);
  }
}

function pressOf(entry: KeyEntry, chord: string): Press {
  const press: Press = { id: entry.id };
  if (entry.id === "option" || entry.id === "reason") press.digit = Number(chord.slice(-1));
  if (entry.id === "row" || entry.id === "column" || entry.id === "against") press.step = /(up|left)$/.test(chord) ? -1 : 1;
  return press;
}
