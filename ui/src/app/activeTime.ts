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

export function useActiveTime(): () => number {
  const time = useRef<ActiveTime | null>(null);
  time.current ??= new ActiveTime(Date.now());
  useEffect(() => {
    const seen = () => time.current?.seen(Date.now());
    const back = () => time.current?.back(Date.now());
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
  return () => time.current?.ms(Date.now()) ?? 0;
}
