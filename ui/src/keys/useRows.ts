// A list that is walked by the keys of rows, ↑ and ↓: from one row's control to the next. The first row is picked by ↵ from
// anywhere on its page.
import { useRef, type RefObject } from "react";
import { useKeys } from "./useKeys";

/** Put the ref on the list and `data-row` on the one control of each row. `first`: what ↵ does; undefined: nothing to pick. */
export function useRows<E extends HTMLElement>(first: (() => void) | undefined): RefObject<E | null> {
  const rows = useRef<E>(null);
  const move = (step: number) => {
    const all = [...(rows.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
    const at = all.findIndex((control) => control === document.activeElement);
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  };
  useKeys({ row: { run: ({ step }) => move(step ?? 1) }, commit: first === undefined ? undefined : { run: first, unlisted: true } }, "place");
  return rows;
}
