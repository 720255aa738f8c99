// What the desk says by itself: that something changed, and that files were dropped on the window.
import { isTauri } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Topic } from "./types.gen";

const CHANGED = "tiebreak://changed";

/** Listens for as long as the page lives, and is done when it does. Outside the window nothing is ever said. */
export async function hearChanges(hear: (topics: Topic[]) => void): Promise<void> {
  if (isTauri()) await listen<Topic[]>(CHANGED, ({ payload }) => hear(payload));
}

/** Listens until the returned function is called. Outside the window nothing is ever said. */
function follow<T>(event: string, hear: (payload: T) => void): () => void {
  if (!isTauri()) return () => {};
  let stopped = false;
  let stop: (() => void) | undefined;
  void listen<T>(event, ({ payload }) => hear(payload)).then((unlisten) => {
    if (stopped) unlisten();
    else stop = unlisten;
  });
  return () => {
    stopped = true;
    stop?.();
  };
}

export function onFilesDropped(hear: (paths: string[]) => void): () => void {
  return follow<{ paths: string[] }>("tauri://drag-drop", ({ paths }) => hear(paths));
}
