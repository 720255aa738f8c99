import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chordOf, type KeyPress } from "./chord";
import { KeyScopes, type KeyActions, type Press } from "./dispatch";
import { KEY_GROUPS, KEY_TABLE } from "./table";

/** Where a key lies: row from the top, and the distance from the left in key widths, on keyboards of the ISO and ANSI kind. */
const LAYOUTS: Record<string, string[]> = {
  QWERTY: ["qwertyuiop", "asdfghjkl;", "zxcvbnm,./"],
  QWERTZ: ["qwertzuiopü", "asdfghjklöä", "yxcvbnm,.-"],
  AZERTY: ["azertyuiop^", "qsdfghjklmù", "wxcvbn,;:!"],
};
const STAGGER = [1.5, 1.75, 2.25];
function places(layout: string[]): Map<string, [number, number]> {
  const found = new Map<string, [number, number]>();
  layout.forEach((row, r) => [...row].forEach((key, i) => found.set(key, [r, (STAGGER[r] ?? 0) + i])));
  // Enter closes the home row, and on ISO keyboards reaches up into the row above.
  found.set("enter", [1, 13.25]);
  found.set("enter (upper half)", [0, 13.75]);
  return found;
}

function press(key: string, more: Partial<KeyboardEventInit> & { code?: string } = {}): KeyboardEvent {
  const code = more.code ?? (/^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key);
  return new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...more });
}

describe("the key table", () => {
  it("has no two committing keys that touch, on QWERTY, QWERTZ and AZERTY", () => {
    const committing = KEY_TABLE.filter((e) => e.commits).flatMap((e) => e.chords).filter((c) => !c.includes("+"));
    expect(committing.sort()).toEqual(["enter", "n", "p", "s", "u"]);
    for (const [name, layout] of Object.entries(LAYOUTS)) {
      const at = [...places(layout)].filter(([key]) => committing.includes(key.split(" ")[0] ?? ""));
      for (const [a, [rowA, xA]] of at) {
        for (const [b, [rowB, xB]] of at) {
          if (a.split(" ")[0] === b.split(" ")[0]) continue;
          const touch = Math.abs(rowA - rowB) <= 1 && Math.abs(xA - xB) <= 1.05;
          expect(touch, `${a} and ${b} on ${name}`).toBe(false);
        }
      }
    }
  });

  it("gives each chord one meaning and each meaning one entry", () => {
    const chords = KEY_TABLE.flatMap((e) => e.chords);
    expect(new Set(chords).size).toBe(chords.length);
    expect(new Set(KEY_TABLE.map((e) => e.id)).size).toBe(KEY_TABLE.length);
  });

  it("leaves D unbound, because it lies next to S", () => {
    expect(KEY_TABLE.flatMap((e) => e.chords)).not.toContain("d");
  });

  it("has a help line for every key, in a group that the help shows", () => {
    for (const entry of KEY_TABLE) {
      expect(KEY_GROUPS).toContain(entry.group);
      for (const line of entry.help) expect(line.caps.length, line.label).toBeGreaterThan(0);
    }
  });
});

describe("a chord", () => {
  const base: KeyPress = { key: "", code: "", ctrlKey: false, altKey: false, shiftKey: false, metaKey: false };
  it("takes AltGr for a character, not for Ctrl and Alt", () => {
    expect(chordOf({ ...base, key: "[", code: "Digit8", ctrlKey: true, altKey: true })).toBe("[");
    expect(chordOf({ ...base, key: "]", code: "Digit9", getModifierState: (m) => m === "AltGraph" })).toBe("]");
  });
  it("finds the digits of AZERTY without Shift and with it", () => {
    expect(chordOf({ ...base, key: "&", code: "Digit1" })).toBe("1");
    expect(chordOf({ ...base, key: "1", code: "Digit1", shiftKey: true })).toBe("1");
    expect(chordOf({ ...base, key: "!", code: "Digit1", shiftKey: true })).toBe("!");
  });
  it("knows Alt with a digit also where it types another character", () => {
    expect(chordOf({ ...base, key: "¡", code: "Digit1", altKey: true })).toBe("alt+1");
  });
  it("reads ⌘ as Ctrl, Caps Lock as nothing, and another script by place", () => {
    expect(chordOf({ ...base, key: "k", code: "KeyK", metaKey: true })).toBe("ctrl+k");
    expect(chordOf({ ...base, key: "S", code: "KeyS" })).toBe("s");
    expect(chordOf({ ...base, key: "ы", code: "KeyS" })).toBe("s");
  });
});

describe("the dispatch", () => {
  let keys: KeyScopes;
  let actions: KeyActions;
  const same = vi.fn<(press: Press) => void>();
  const send = (target: EventTarget, event: KeyboardEvent) => target.dispatchEvent(event);
  const up = (key: string) => window.dispatchEvent(new KeyboardEvent("keyup", { key, code: press(key).code, bubbles: true }));
  const down = (event: Event) => keys.keydown(event as KeyboardEvent);
  const release = (event: Event) => keys.keyup(event as KeyboardEvent);

  beforeEach(() => {
    same.mockReset();
    keys = new KeyScopes();
    actions = { same, different: vi.fn<() => void>() };
    keys.add({ level: "case", modal: false, actions: () => actions });
    window.addEventListener("keydown", down, true);
    window.addEventListener("keyup", release, true);
    document.body.innerHTML = '<input id="t"><textarea id="a"></textarea><button id="b">Skip</button><div id="d" tabindex="0"></div>';
  });
  afterEach(() => {
    window.removeEventListener("keydown", down, true);
    window.removeEventListener("keyup", release, true);
  });
  const at = (id: string) => document.getElementById(id) as HTMLElement;

  it("runs the action of a key", () => {
    send(at("d"), press("s"));
    expect(same).toHaveBeenCalledTimes(1);
  });

  it("lets letters type in a text field, where only Ctrl keys and Esc act", () => {
    const commit = vi.fn();
    const close = vi.fn();
    actions = { same, commit, close, undo: same, reason: same };
    for (const id of ["t", "a"]) {
      for (const key of ["s", "Backspace", "Enter", "ArrowLeft", " "]) {
        const event = press(key);
        send(at(id), event);
        expect(event.defaultPrevented, `${key} in ${id}`).toBe(false);
        up(key);
      }
      send(at(id), press("1", { code: "Digit1", altKey: true }));
      up("1");
    }
    expect(same).not.toHaveBeenCalled();
    expect(commit).not.toHaveBeenCalled();
    send(at("a"), press("Enter", { ctrlKey: true }));
    send(at("a"), press("Escape"));
    expect(commit).toHaveBeenCalledTimes(1);
    expect(close).toHaveBeenCalledTimes(1);
  });

  it("decides once for a held key, also when the browser does not say that it repeats", () => {
    send(at("d"), press("s"));
    send(at("d"), press("s", { repeat: true }));
    send(at("d"), press("s"));
    expect(same).toHaveBeenCalledTimes(1);
    up("s");
    send(at("d"), press("s"));
    expect(same).toHaveBeenCalledTimes(2);
  });

  it("does not commit with a key that was down before the case appeared", () => {
    actions = {};
    send(at("d"), press("s"));
    actions = { same };
    send(at("d"), press("s", { repeat: true }));
    expect(same).not.toHaveBeenCalled();
    up("s");
    send(at("d"), press("s"));
    expect(same).toHaveBeenCalledTimes(1);
  });

  it("goes on moving while an arrow is held", () => {
    const row = vi.fn();
    actions = { row };
    send(at("d"), press("ArrowDown"));
    send(at("d"), press("ArrowDown", { repeat: true }));
    expect(row.mock.calls.map(([p]) => p.step)).toEqual([1, 1]);
  });

  it("leaves Enter and Space to the button that has the focus", () => {
    const commit = vi.fn();
    actions = { commit, keep_cell: commit };
    send(at("b"), press("Enter"));
    send(at("b"), press(" "));
    expect(commit).not.toHaveBeenCalled();
  });

  it("hides the scopes below a modal one", () => {
    const remove = keys.add({ level: "overlay", modal: true, actions: () => ({ close: vi.fn<() => void>() }) });
    send(at("d"), press("s"));
    expect(same).not.toHaveBeenCalled();
    remove();
    up("s");
    send(at("d"), press("s"));
    expect(same).toHaveBeenCalledTimes(1);
  });

  it("says why instead of acting when an action is unavailable", () => {
    const words: string[] = [];
    keys.onNote((w) => words.push(w));
    actions = { approve: { run: same, unavailable: "You proposed this" } };
    send(at("d"), press("a"));
    expect(words).toEqual(["You proposed this"]);
    expect(same).not.toHaveBeenCalled();
    expect(keys.offers().map((o) => o.unavailable)).toEqual(["You proposed this"]);
  });

  it("says once that Different is N when D is pressed, and only where Different is meant", () => {
    const words: string[] = [];
    keys.onNote((w) => words.push(w));
    actions = {};
    send(at("d"), press("d"));
    up("d");
    actions = { different: vi.fn<() => void>() };
    send(at("d"), press("d"));
    up("d");
    send(at("d"), press("d"));
    expect(words).toEqual(["Different is N"]);
  });

  it("lets go of what is held when the window loses the keyboard", () => {
    const letGo = vi.fn();
    actions = { commit: { run: vi.fn<() => void>(), release: letGo } };
    send(at("d"), press("Enter"));
    keys.blur();
    expect(letGo).toHaveBeenCalledTimes(1);
  });

  it("tells options, reasons and directions apart", () => {
    const seen: unknown[] = [];
    actions = { option: (p) => seen.push(p), reason: (p) => seen.push(p), column: (p) => seen.push(p) };
    send(at("d"), press("3", { code: "Digit3" }));
    send(at("d"), press("4", { code: "Digit4", altKey: true }));
    send(at("d"), press("ArrowLeft", { shiftKey: true }));
    expect(seen).toEqual([{ id: "option", digit: 3 }, { id: "reason", digit: 4 }, { id: "column", step: -1 }]);
  });
});

it("what has no key of its own is offered beside the key it belongs to", () => {
  const keys = new KeyScopes();
  const run = vi.fn<() => void>();
  keys.add({ level: "case", modal: false, actions: () => ({ cannot_tell: { run: () => {}, label: "Unknown: Arrival", beside: { label: "Can’t tell, the whole case", run } } }) });
  const [unknown, whole] = keys.offers();
  expect([unknown?.label, unknown?.cap, whole?.label, whole?.cap]).toEqual(["Unknown: Arrival", "U", "Can’t tell, the whole case", undefined]);
  whole?.run();
  expect(run).toHaveBeenCalledTimes(1);
});
