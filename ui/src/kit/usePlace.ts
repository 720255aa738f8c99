import { useMemo, useSyncExternalStore } from "react";
import { placeOf, type Place } from "./place";

function follow(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(follow, () => window.location.hash);
  return useMemo(() => placeOf(hash), [hash]);
}
