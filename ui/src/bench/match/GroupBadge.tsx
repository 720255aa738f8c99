// The number of a record's group. Keys 1–9 set it; by pointer it opens the numbers to choose from, and where it is dragged, closes them.
import { useEffect, useRef, useState } from "react";
import { keepFocus } from "../../kit/Button";
import { Num } from "../../kit/Chip";
import css from "./GroupBadge.module.css";

export interface GroupBadgeProps {
  /** The record's letter, for its name. */
  letter: string;
  /** 0: in none yet. */
  number: number;
  /** The highest number one can choose. */
  most: number;
  /** Its record is in the hand. */
  lifted?: boolean;
  onPick: (number: number) => void;
}

export function GroupBadge({ letter, number, most, lifted = false, onPick }: GroupBadgeProps) {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (event: Event) => {
      if (event.type === "keydown" ? (event as KeyboardEvent).key === "Escape" : !frame.current?.contains(event.target as Node)) setOpen(false);
    };
    window.addEventListener("pointerdown", away, true);
    window.addEventListener("keydown", away, true);
    return () => {
      window.removeEventListener("pointerdown", away, true);
      window.removeEventListener("keydown", away, true);
    };
  }, [open]);
  useEffect(() => {
    if (lifted) setOpen(false);
  }, [lifted]);
  const name = number === 0 ? `Record ${letter} is in no group` : `Record ${letter} is in group ${number}`;
  return (
    <span className={css.frame} ref={frame}>
      <button type="button" className={css.badge} aria-label={name} aria-expanded={open} onMouseDown={keepFocus} onClick={() => setOpen(!open)}>
        {number === 0 ? <span className={css.none}>–</span> : <Num n={number} />}
      </button>
      {open && (
        <span className={css.picks} role="group" onPointerDown={(event) => event.stopPropagation()} aria-label={`Group of record ${letter}`}>
          {Array.from({ length: most }, (_, index) => index + 1).map((n) => (
            <button
              key={n} type="button" className={css.badge} aria-label={`Group ${n}`} aria-pressed={n === number} onMouseDown={keepFocus}
              onClick={() => {
                setOpen(false);
                onPick(n);
              }}
            >
              <Num n={n} />
            </button>
          ))}
        </span>
      )}
    </span>
  );
}
