// One claimed value: its key, who says so, how often they were right before. Chosen by its key, by a click anywhere on it, or by
// Enter on its name.
import type { ReactNode } from "react";
import type { ClaimView, ValueGroup } from "../../ipc/types.gen";
import { Chip } from "../../kit/Chip";
import { date, percent, plural, time } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Segments } from "../../kit/Segments";
import { Icon } from "../../kit/Icon";
import { RateBar } from "../../kit/RateBar";
import { capOfDigit } from "../../keys/table";
import { keepFocus } from "../../kit/Button";
import type { Mark } from "./reducer";
import text from "../../styles/text.module.css";
import css from "./Conflict.module.css";

export const MARK_WORDS: Record<Mark, string> = { less_specific: "less specific", stale: "stale", wrong: "wrong" };

/** Claims that say it in one way and of which nothing more is known stand on one line. */
export function linesOf(claims: readonly ClaimView[]): ClaimView[][] {
  const lines = new Map<string, ClaimView[]>();
  for (const claim of claims) {
    const alone = claim.right_before !== null || claim.updated_at !== null || claim.url !== null;
    const key = alone ? `one ${claim.id}` : `raw ${claim.raw ?? ""}`;
    const line = lines.get(key);
    if (line === undefined) lines.set(key, [claim]);
    else line.push(claim);
  }
  return [...lines.values()];
}

/** When a system wrote it, to the day; the hour as well when it was today. */
export function day(instant: string, now: Date = new Date()): string {
  const at = new Date(instant);
  return at.toDateString() === now.toDateString() ? time(at) : date(at);
}

export interface GroupProps {
  group: ValueGroup;
  chosen: boolean;
  mark: Mark | undefined;
  rated: boolean;
  onChoose: () => void;
  /** It has the focus: marks are for it. */
  onFocus: () => void;
  /** Absent for the value that is the answer. */
  onMark: ((byKey: boolean) => void) | undefined;
}

export function Group({ group, chosen, mark, rated, onChoose, onFocus, onMark }: GroupProps) {
  const systems = new Set(group.claims.map((claim) => claim.system)).size;
  return (
    <div className={chosen ? `${css.group} ${css.chosen}` : css.group} onClick={onChoose} onFocus={onFocus}>
      <button
        type="button" className={css.pick} aria-pressed={chosen} onMouseDown={keepFocus}
        aria-keyshortcuts={group.option <= 9 ? capOfDigit("option", group.option) : undefined}
        onClick={(event) => {
          event.stopPropagation();
          onChoose();
        }}
      >
        <span className={css.number} aria-hidden="true">{group.option}</span>
        <span className={group.value === null ? `${css.value} ${css.empty}` : css.value}><Segments segments={group.segments} plain /></span>
        <span className={text.vh}>, {plural(systems, "system")}</span>
      </button>
      <div className={css.count}>
        {plural(systems, "system")}
        {mark !== undefined ? <span className={css.marked}><Chip tone="warn">{MARK_WORDS[mark]}</Chip></span> : onMark !== undefined && (
          <button
            type="button" className={css.mark} aria-label={`Mark ${group.text}`} onMouseDown={keepFocus}
            onClick={(event) => {
              event.stopPropagation();
              onMark(event.detail === 0);
            }}
          >
            Mark
          </button>
        )}
      </div>
      <ul className={css.lines}>
        {linesOf(group.claims).map((line) => <Line key={line[0]?.id} line={line} rated={rated} />)}
      </ul>
    </div>
  );
}

function Line({ line, rated }: { line: readonly ClaimView[]; rated: boolean }) {
  const [first] = line;
  if (first === undefined) return null;
  const { raw, updated_at: updated, url, right_before: before } = first;
  return (
    <li className={rated ? `${css.line} ${css.rated}` : css.line}>
      <div className={css.who}>
        {line.map((claim, index): ReactNode => <span key={claim.id}>{index > 0 && ", "}<HiddenText text={claim.system} /></span>)}
        {raw !== null && <span className={css.raw} title="As the system wrote it">“<HiddenText text={raw} />”</span>}
        {updated !== null && <span className={css.when}><Icon name="clock" small /> {day(updated)}</span>}
        {url !== null && <span className={css.url}><HiddenText text={url} /></span>}
      </div>
      {rated && before !== null && (
        <>
          <RateBar rate={{ rate: before.rate, low: before.low, high: before.high, n: before.n, count: before.right }} width={140} />
          <span className={css.rate} aria-hidden="true">{percent(before.rate, 0)}</span>
          <span className={css.of} aria-hidden="true">{before.right} of {before.n}</span>
        </>
      )}
      {rated && before === null && <span className={css.unrated}>not known yet</span>}
    </li>
  );
}
