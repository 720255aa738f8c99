// Dragging for React: which record is in the hand, and over which place. It puts nothing anywhere. Why it is our own stands in
// ARCHITECTURE.md.
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type PointerEvent, type RefObject } from "react";
import { useKeys } from "../../keys/useKeys";
import { carry } from "./carry";

/** Between the pointer and what it carries. */
const ASIDE_PX = 14;

export interface Dragging {
  /** The record in the hand, into the view's records. */
  lifted: number | undefined;
  /** The place under the pointer, as `landing` names it. */
  over: string | undefined;
  /** Begins with the press on a handle, and stays the same function. Undefined where nothing may be dragged. */
  lift: ((event: PointerEvent<HTMLElement>, record: number) => void) | undefined;
  /** For what is drawn at the pointer. */
  carried: RefObject<HTMLDivElement | null>;
  /** For the places that lie over the foot of what scrolls. */
  foot: RefObject<HTMLDivElement | null>;
}

export function useDrag({ active, onDrop }: { active: boolean; onDrop: (record: number, place: string) => void }): Dragging {
  const [hand, setHand] = useState<{ record: number; over: string | undefined } | undefined>(undefined);
  const giveUp = useRef<(() => void) | undefined>(undefined);
  const carried = useRef<HTMLDivElement>(null);
  const foot = useRef<HTMLDivElement>(null);
  const point = useRef({ x: 0, y: 0 });
  const latest = useRef(onDrop);
  useLayoutEffect(() => {
    latest.current = onDrop;
    beside(carried.current, point.current);
  });
  useEffect(() => () => giveUp.current?.(), []);
  useKeys({ close: () => giveUp.current?.() }, "overlay", { active: hand !== undefined });

  const lift = useCallback((event: PointerEvent<HTMLElement>, record: number) => {
    if (event.button !== 0 || !event.isPrimary) return;
    giveUp.current?.();
    const [body, table] = ['[role="region"]', '[role="grid"]'].map((around) => event.currentTarget.closest<HTMLElement>(around));
    giveUp.current = carry(event.nativeEvent, event.currentTarget, {
      begins: () => setHand({ record, over: undefined }),
      moves: (x, y, over) => {
        point.current = { x, y };
        beside(carried.current, point.current);
        setHand((before) => (before?.over === over ? before : { record, over }));
      },
      drops: (place) => latest.current(record, place),
      ends: () => setHand(undefined),
      sight: () => (body && table && foot.current ? { body, bottom: foot.current.getBoundingClientRect().top, end: table.getBoundingClientRect().bottom } : undefined),
    });
  }, []);
  return { lifted: hand?.record, over: hand?.over, lift: active ? lift : undefined, carried, foot };
}

/** Right below the pointer, and within the window. Not by React: it follows each move. */
function beside(element: HTMLElement | null, { x, y }: { x: number; y: number }): void {
  if (element === null) return;
  const left = Math.min(x + ASIDE_PX, window.innerWidth - element.offsetWidth - ASIDE_PX);
  const top = Math.min(y + ASIDE_PX, window.innerHeight - element.offsetHeight - ASIDE_PX);
  element.style.transform = `translate(${left}px, ${top}px)`;
}
