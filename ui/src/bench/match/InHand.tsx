// While a record is dragged: itself at the pointer, with what letting go would do, and over the foot of the case the groups to drop
// it on. For the pointer alone: who works by key has the numbers, so nothing here is read out or takes the focus.
import type { MatchView } from "../../ipc/types.gen";
import { Num } from "../../kit/Chip";
import { HiddenText } from "../../kit/HiddenText";
import { landing, onGroup, OWN, type Landing } from "./landing";
import { numbersOf } from "./reducer";
import type { Dragging } from "./useDrag";
import type { Match } from "./useMatch";
import css from "./InHand.module.css";

/** Letters that are named before the others are counted. */
const NAMED = 4;

/** The records that are framed: those that the one in the hand would come to lie with. */
export function framedBy({ lifted, over }: Dragging, groups: readonly number[]): readonly number[] {
  return lifted === undefined || over === undefined ? [] : (landing(groups, lifted, over)?.company ?? []);
}

export function InHand({ match: { view, state }, drag }: { match: Match; drag: Dragging }) {
  const { lifted, over } = drag;
  const record = lifted === undefined ? undefined : view.records[lifted];
  if (lifted === undefined || record === undefined) return null;
  const falls = over === undefined ? undefined : landing(state.groups, lifted, over);
  const place = (name: string) => ({ "data-drop": name, className: `${css.place} ${over === name && falls !== undefined ? css.over : ""}` });
  return (
    <div aria-hidden="true">
      <div className={css.foot}>
        <div className={css.places} ref={drag.foot}>
          {numbersOf(state.groups).map((number) => (
            <span key={number} {...place(onGroup(number))}><Num n={number} /><span className={css.letters}>{view.records.filter((_, index) => state.groups[index] === number).map(({ letter }) => letter).join(" ")}</span></span>
          ))}
          <span {...place(OWN)}>A group of its own</span>
        </div>
      </div>
      <div className={css.carried} ref={drag.carried}>
        <span className={css.line}><b className={css.letter}>{record.letter}</b><span className={css.name}><HiddenText text={record.name} /></span></span>
        <span className={css.line}>{falls !== undefined && <Num n={falls.number} />}<span>{over === undefined ? "Drop it on a record or a group" : falls === undefined ? stays(state.groups[lifted] ?? 0) : falling(falls, view)}</span></span>
      </div>
    </div>
  );
}

const stays = (group: number) => (group === 0 ? "Stays in no group" : `Stays in group ${group}`);

function falling({ number, company, fresh }: Landing, view: MatchView): string {
  const group = fresh ? `New group ${number}` : `Group ${number}`;
  return company.length === 0 ? `A group of its own, ${number}` : `${group}, with ${listed(company.map((other) => view.records[other]?.letter ?? ""))}`;
}

function listed(letters: readonly string[]): string {
  const [named, more] = letters.length > NAMED + 1 ? [letters.slice(0, NAMED), letters.length - NAMED] : [letters, 0];
  if (more > 0) return `${named.join(", ")} and ${more} more`;
  return named.length < 2 ? named.join("") : `${named.slice(0, -1).join(", ")} and ${named.at(-1) ?? ""}`;
}
