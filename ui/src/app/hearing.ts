// Whether this window hears what the desk says by itself. Where it can't, it says so (StatusBanner) and asks for everything at
// intervals, until listening works.
import type { QueryClient } from "@tanstack/react-query";
import { hearChanges } from "../ipc/events";
import { invalidate } from "../ipc/queries";
import { READS } from "../ipc/topics";
import type { Topic } from "../ipc/types.gen";
import { placeOf } from "../kit/place";
import type { WorkDesk } from "./WorkDesk";

/** Long enough that nobody who reads is disturbed, short enough that nobody waits for a case that came. */
export const ASK_EVERY_MS = 15_000;

const EVERYTHING: readonly Topic[] = [...new Set(Object.values(READS).flat())];

export class Hearing {
  deaf = false;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly client: QueryClient, private readonly desk: WorkDesk, private readonly listen: typeof hearChanges = hearChanges) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  read = (): boolean => this.deaf;

  /** Listens from here on, or says that it can't and asks instead. Never fails. */
  begin = async (): Promise<void> => {
    try {
      await this.listen((topics) => this.changed(topics));
      // What changed before it was heard is asked for once more.
      if (this.deaf) this.changed(EVERYTHING);
      this.set(false);
    } catch {
      this.set(true);
    }
  };

  /** For everything, as if all of it had changed. */
  askAgain = (): void => this.changed(EVERYTHING);

  private set(deaf: boolean): void {
    clearInterval(this.timer);
    this.timer = deaf ? setInterval(() => this.changed(EVERYTHING), ASK_EVERY_MS) : undefined;
    this.deaf = deaf;
    for (const listener of this.listeners) listener();
  }

  private changed(topics: readonly Topic[]): void {
    invalidate(this.client, topics);
    const place = placeOf(window.location.hash);
    if (topics.includes("work") && place.page === "queue") void this.desk.refresh(place.queue);
  }
}
