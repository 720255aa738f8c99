// How long a case was in front of the person with the window in use, for the decision's `active_ms`. A pause of a minute or more
// without a key or a movement counts as absence.
import { useEffect, useRef } from "react";

const PAUSE_MS = 60_000;

export class ActiveTime {
  private total = 0;
  private last: number;

  constructor(now: number) {
    this.last = now;
  }

  /** The person did something, or is about to commit. */
  seen(now: number): void {
    const gap = now - this.last;
    if (gap < PAUSE_MS) this.total += gap;
    this.last = now;
  }

  /** The window is in front again: the time away doesn't count. */
  back(now: number): void {
    this.last = now;
  }

  ms(now: number): number {
    this.seen(now);
    return Math.round(this.total);
  }
}

/** Counts from when `of`, a case, came to the screen. */
export function useActiveTime(of: string): () => number {
  const own = useRef<{ of: string; time: ActiveTime } | null>(null);
  if (own.current?.of !== of) own.current = { of, time: new ActiveTime(Date.now()) };
  useEffect(() => {
    const seen = () => own.current?.time.seen(Date.now());
    const back = () => own.current?.time.back(Date.now());
    window.addEventListener("keydown", seen, true);
    window.addEventListener("pointermove", seen, { passive: true });
    window.addEventListener("blur", seen);
    window.addEventListener("focus", back);
    return () => {
      window.removeEventListener("keydown", seen, true);
      window.removeEventListener("pointermove", seen);
      window.removeEventListener("blur", seen);
      window.removeEventListener("focus", back);
    };
  }, []);
  return () => own.current?.time.ms(Date.now()) ?? 0;
}
