// What the first page needs, asked for at once while nothing is drawn yet: so the window's first picture is the case itself and not
// a row of pages that wait for one another. Whatever isn't there in time is asked for by the page that needs it.
import type { QueryClient } from "@tanstack/react-query";
import { first, type Args, type CallName, type Result } from "../ipc/call";
import { keyOf } from "../ipc/queries";
import { go, placeOf } from "../kit/place";
import type { Hearing } from "./hearing";
import { fetchPages } from "./later";
import type { WorkDesk } from "./WorkDesk";

/** From here on it is said that Tiebreak is opening: a store may wait for its keychain. */
const PATIENCE_MS = 400;

/** Nobody has found the key of a page before that. */
const AFTER_PAINT_MS = 100;

/** Done when the first page can be drawn whole, or when it is no longer worth waiting for it. Never fails. */
export async function boot(client: QueryClient, desk: WorkDesk): Promise<void> {
  const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([Promise.allSettled([ask(client, desk), fonts()]), patience]);
}

/**
 * What wasn't in the first picture is fetched once that has been drawn: counted from a frame, which can take long itself. Then all is asked
 * for once more, since the first question was asked before anybody listened: what changed meanwhile was heard by nobody.
 */
export function fetchTheRest(hearing: Hearing, heard: Promise<void>): void {
  const rest = () => void Promise.allSettled([fetchPages(), heard]).finally(() => hearing.askAgain());
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(rest, AFTER_PAINT_MS)));
}

/** A page drawn before its font is there is drawn twice, and looks its letters up in every font of the system. */
async function fonts(): Promise<void> {
  const faces = ["13px 'Inter Variable'", "13px 'JetBrains Mono Variable'"];
  await Promise.allSettled(faces.map((face) => document.fonts.load(face)));
}

async function ask(client: QueryClient, desk: WorkDesk): Promise<void> {
  const { overview, work, ...rest } = await first();
  const know = <K extends CallName>(name: K, args: Args<K>, answer: Result<K>) => client.setQueryData(keyOf(name, args), answer);
  know("start", {}, rest.start);
  know("settings", {}, rest.settings);
  know("handed_over", {}, rest.handed_over);
  // A store that is locked or not there yet has no overview: what is wrong stands in the answer to `start`.
  if (overview !== null) know("overview", {}, overview);
  const opens = overview?.opens ?? null;
  // Nothing to decide, or another page than a queue: what is drawn first comes in the other piece.
  if (opens === null) return void (await fetchPages());
  if (placeOf(window.location.hash).page === "start") go({ page: "queue", queue: opens }, { replace: true });
  const place = placeOf(window.location.hash);
  if (place.page !== "queue") return void (await fetchPages());
  if (place.queue === opens && work !== null) desk.take(opens, work);
  else await desk.open(place.queue);
}
