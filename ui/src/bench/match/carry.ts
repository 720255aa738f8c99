// Something in the hand, from the press to the release: pointer events on elements, and no HTML drag and drop, which the web view
// keeps for files from other programs. It knows handles and places (`data-drop`); what lies in the hand is who asked's to know.

/** A press that moves less than this is a click. */
const THRESHOLD_PX = 4;
/** This near to the edge of what scrolls, it scrolls; this fast at the edge itself. */
const EDGE_PX = 40;
const PX_PER_SECOND = 900;

export interface Carrying {
  begins: () => void;
  /** Where the pointer is, and over which place, if any. */
  moves: (x: number, y: number, place: string | undefined) => void;
  drops: (place: string) => void;
  /** Comes last, whether it was dropped, given up or never began. */
  ends: () => void;
  /** What scrolls, where its sight ends below, and where the last place in it does. */
  sight: () => { body: HTMLElement; bottom: number; end: number } | undefined;
}

/** Follows the pointer that pressed this handle. The result gives it up. */
export function carry(press: PointerEvent, handle: Element, { begins, moves, drops, ends, sight }: Carrying): () => void {
  const listening = new AbortController();
  const hears = { capture: true, signal: listening.signal };
  let at = press;
  let carrying = false;

  const end = () => {
    if (listening.signal.aborted) return;
    listening.abort();
    if (carrying) withoutItsClick();
    ends();
  };
  const look = () => {
    if (carrying) moves(at.clientX, at.clientY, placeAt(at));
  };
  const mine = (then: (event: PointerEvent) => void) => (event: PointerEvent) => {
    if (event.pointerId === press.pointerId) then(event);
  };

  window.addEventListener("pointermove", mine((event) => {
    at = event;
    // Let go where nobody told us.
    if (event.buttons === 0) return end();
    if (!carrying) {
      if (Math.hypot(at.clientX - press.clientX, at.clientY - press.clientY) < THRESHOLD_PX) return;
      carrying = true;
      // Not before: a click would go to the handle and not to what was clicked in it.
      handle.setPointerCapture(press.pointerId);
      begins();
      scrollAtEdges(() => at.clientY, sight, listening.signal);
    }
    look();
  }), hears);
  window.addEventListener("pointerup", mine((event) => {
    at = event;
    const place = carrying ? placeAt(event) : undefined;
    end();
    if (place !== undefined) drops(place);
  }), hears);
  window.addEventListener("pointercancel", mine(end), hears);
  // The places move under a pointer that stands still.
  window.addEventListener("scroll", look, hears);
  window.addEventListener("mousedown", (event) => {
    // The second press of a double click selects a word, so that it can be copied.
    if (event.detail > 1) end();
  }, hears);
  window.addEventListener("selectstart", (event) => event.preventDefault(), hears);
  return end;
}

function placeAt({ clientX, clientY }: PointerEvent): string | undefined {
  return document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>("[data-drop]")?.dataset.drop;
}

/** The click that comes of letting go is no click on what lies there. One by key (whose detail is 0) is. */
function withoutItsClick(): void {
  const over = new AbortController();
  const hears = { capture: true, signal: over.signal };
  window.addEventListener("click", (event) => {
    if (event.detail === 0) return;
    over.abort();
    event.stopPropagation();
    event.preventDefault();
  }, hears);
  window.addEventListener("pointerdown", () => over.abort(), hears);
}

function scrollAtEdges(y: () => number, sight: Carrying["sight"], signal: AbortSignal): void {
  let before = performance.now();
  const step = (now: number) => {
    if (signal.aborted) return;
    const seconds = Math.max(0, now - before) / 1000;
    before = now;
    const seen = sight();
    if (seen !== undefined) {
      const above = seen.body.getBoundingClientRect().top + EDGE_PX - y();
      const below = y() - (seen.bottom - EDGE_PX);
      const by = (within: number) => Math.ceil((PX_PER_SECOND * seconds * Math.min(within, EDGE_PX)) / EDGE_PX);
      if (above > 0) seen.body.scrollTop -= by(above);
      // What lies over its foot are other places to drop on.
      else if (below > 0 && below <= EDGE_PX && seen.end > seen.bottom - EDGE_PX) seen.body.scrollTop += by(below);
    }
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
