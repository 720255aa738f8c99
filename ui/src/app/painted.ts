// Tells the desk when something was first painted, for the log and for measuring.
import { useEffect } from "react";
import { call } from "../ipc/call";

const told = new Set<string>();

/** After the second frame from now the first one is on the glass. */
export function usePainted(what: "page" | "case"): void {
  useEffect(() => {
    if (told.has(what)) return;
    told.add(what);
    requestAnimationFrame(() => requestAnimationFrame(() => void call("painted", { what }).catch(() => {})));
  }, [what]);
}
