// Whether the person types in a field of this workbench: letters then are text, and what commits is `Ctrl ↵`. Esc leaves the field.
import { useState, type FocusEvent } from "react";
import { typesText } from "../keys/chord";
import { useKeys } from "../keys/useKeys";

export interface Typing {
  typing: boolean;
  /** For an element around all fields. */
  around: { onFocus: (event: FocusEvent) => void; onBlur: () => void };
}

export function useTyping(): Typing {
  const [typing, setTyping] = useState(false);
  useKeys({ close: { run: () => (document.activeElement as HTMLElement | null)?.blur(), unlisted: true } }, "case", { active: typing });
  return { typing, around: { onFocus: (event) => setTyping(typesText(event.target)), onBlur: () => setTyping(false) } };
}
