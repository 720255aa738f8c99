// Keeps what has the focus in sight when the arrow keys move it: up and down only, so that a table scrolled sideways stays so.
import { useLayoutEffect, useRef } from "react";

const MARGIN_PX = 12;

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
