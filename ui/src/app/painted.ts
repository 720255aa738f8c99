// Tells the desk when something was first painted, for the log and for measuring.
import { useLayoutEffect } from "react";
import { call } from "../ipc/call";

const told = new Set<string>();

/** Before the first frame, which paints it; with the second that one is on the glass. */
export function usePainted(what: "page" | "case"): void {
  useLayoutEffect(() => {
    if (told.has(what)) return;
    told.add(what);
    requestAnimationFrame(() => requestAnimationFrame(() => void call("painted", { what }).catch(() => {})));
  }, [what]);
}
