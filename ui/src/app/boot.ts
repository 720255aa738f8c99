// What the first page needs, asked for at once while nothing is drawn yet: so the window's first picture is the case itself and not
// a row of pages that wait for one another. Whatever isn't there in time is asked for by the page that needs it.
import type { QueryClient } from "@tanstack/react-query";
import { call, type Args, type CallName, type Result } from "../ipc/call";
import { keyOf } from "../ipc/queries";
import type { Overview } from "../ipc/types.gen";
import { go, placeOf } from "../kit/place";
import type { Hearing } from "./hearing";
import { fetchPages } from "./later";
import type { WorkDesk } from "./WorkDesk";

/** From here on it is said that Tiebreak is opening: a store may wait for its keychain. */
const PATIENCE_MS = 400;

/** Nobody has found the key of a page before that. */
const AFTER_PAINT_MS = 100;

/** The queue that opens by itself: the first with something to decide. */
export function firstQueue(overview: Overview | undefined): Overview["queues"][number] | undefined {
  return overview?.queues.find((q) => q.decides && q.left > 0) ?? overview?.queues[0];
}

/** Done when the first page can be drawn whole, or when it is no longer worth waiting for it. Never fails. */
export async function boot(client: QueryClient, desk: WorkDesk, hearing: Hearing): Promise<void> {
  const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([Promise.allSettled([ask(client, desk, hearing), fonts()]), patience]);
}

/**
 * What wasn't in the first picture is fetched once that has been drawn: counted from a frame, which can take long itself. Then all is asked
 * for once more, since the first questions were asked while listening began: what changed meanwhile was heard by nobody.
 */
export function fetchTheRest(hearing: Hearing): void {
  const rest = () => void fetchPages().finally(() => hearing.askAgain());
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(rest, AFTER_PAINT_MS)));
}

/** A page drawn before its font is there is drawn twice, and looks its letters up in every font of the system. */
async function fonts(): Promise<void> {
  const faces = ["13px 'Inter Variable'", "13px 'JetBrains Mono Variable'"];
  await Promise.allSettled(faces.map((face) => document.fonts.load(face)));
}

async function ask(client: QueryClient, desk: WorkDesk, hearing: Hearing): Promise<void> {
  const heard = hearing.begin();
  const know = <K extends CallName>(name: K, args: Args<K>) => client.fetchQuery<Result<K>>({ queryKey: keyOf(name, args), queryFn: () => call(name, args) });
  const asked = [know("start", {}), know("overview", {}), know("settings", {}), know("handed_over", {})] as const;
  // A store that is locked or not there yet has no overview: what is wrong stands in the answer to `start`.
  await Promise.allSettled([...asked, heard]);
  const overview = client.getQueryData<Overview>(keyOf("overview", {}));
  const first = firstQueue(overview);
  // Nothing to decide, or another page than a queue: what is drawn first comes in the other piece.
  if (first === undefined) return void (await fetchPages());
  if (placeOf(window.location.hash).page === "start") go({ page: "queue", queue: first.name }, { replace: true });
  const place = placeOf(window.location.hash);
  if (place.page === "queue") await desk.open(place.queue);
  else await fetchPages();
}
