// Keeps what has the focus in sight when the arrow keys move it: up and down only, so that a table scrolled sideways stays so. Of a pair
// its cell in the matrix, which may lie beyond the right edge.
import { useLayoutEffect, useRef } from "react";

const MARGIN_PX = 12;
/** Who a row is stands over the left of a table that is scrolled sideways. */
const STUCK_PX = 230;

export function useInSight(elementId: string): void {
  const before = useRef(elementId);
  useLayoutEffect(() => {
    // Not when the case is shown: it then begins at its top.
    if (before.current === elementId) return;
    before.current = elementId;
    const element = document.getElementById(elementId);
    const body = element?.closest<HTMLElement>('[role="region"]');
    if (!element || !body) return;
    const place = element.getBoundingClientRect();
    const sight = body.getBoundingClientRect();
    const above = sight.top + MARGIN_PX - place.top;
    const below = place.bottom - (sight.bottom - MARGIN_PX);
    if (above > 0) body.scrollTop -= above;
    else if (below > 0) body.scrollTop += below;
  }, [elementId]);
}

/** The same from side to side, for a table in a frame that scrolls. */
export function useInSightAcross(elementId: string): void {
  const before = useRef(elementId);
  useLayoutEffect(() => {
    if (before.current === elementId) return;
    before.current = elementId;
    const element = document.getElementById(elementId);
    const frame = element?.closest<HTMLElement>('[role="grid"]')?.parentElement;
    if (!element || !frame) return;
    const place = element.getBoundingClientRect();
    const sight = frame.getBoundingClientRect();
    const left = sight.left + STUCK_PX - place.left;
    const right = place.right - sight.right;
    if (right > 0) frame.scrollLeft += right;
    else if (left > 0) frame.scrollLeft -= left;
  }, [elementId]);
}
