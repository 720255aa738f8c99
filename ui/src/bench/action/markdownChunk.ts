// Fetches the Markdown chunk while nothing else is going on, so that it is there when the first message is.
import { lazy } from "react";

const fetchChunk = () => import("./Markdown");

export const Markdown = lazy(fetchChunk);

let asked = false;

export function prefetchMarkdown(): void {
  if (asked) return;
  asked = true;
  const idle = typeof window.requestIdleCallback === "function" ? window.requestIdleCallback : (run: () => void) => window.setTimeout(run, 300);
  idle(() => void fetchChunk().catch(() => {
    asked = false;
  }));
}
