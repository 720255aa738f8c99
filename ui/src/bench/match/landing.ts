// Where a record that is dragged would fall, and what putting it there comes to: the events that number keys send, and no others.
// Pure. A place is named as the elements say it (`data-drop`); whether the groups are a verdict is the desk's to say.
import type { MatchEvent } from "./reducer";

/** The place of a group of its own. */
export const OWN = "own";
export const onRecord = (record: number): string => `record-${record}`;
export const onGroup = (number: number): string => `group-${number}`;

export interface Landing {
  /** The number of the group that it falls into. */
  number: number;
  /** The other records that will lie there, in record order. */
  company: readonly number[];
  /** Nobody lay in it before. */
  fresh: boolean;
  puts: readonly MatchEvent[];
}

/** Undefined where everything would stay as it is. `groups` as the reducer has them: the number of each record's group, 0 for none. */
export function landing(groups: readonly number[], record: number, place: string): Landing | undefined {
  const before = groups[record] ?? 0;
  const [sort, at = -1] = split(place);
  if (sort === OWN) return alone(groups, record) ? undefined : put(groups, record, freeFor(groups, record));
  if (sort === "group") return at === before ? undefined : put(groups, record, at);
  if (sort !== "record" || at === record) return undefined;
  const group = groups[at] ?? 0;
  if (group > 0) return group === before ? undefined : put(groups, record, group);
  // Two that belong together, and the other lies in no group yet: it comes along.
  return put(groups, record, freeFor(groups, record), at);
}

function split(place: string): [string, number?] {
  const [sort = "", at] = place.split("-");
  return at === undefined ? [sort] : [sort, Number(at)];
}

function put(groups: readonly number[], record: number, number: number, along?: number): Landing {
  const there = groups.flatMap((group, other) => (group === number && other !== record ? [other] : []));
  const moved = along === undefined ? [record] : [record, along];
  return {
    number, fresh: there.length === 0,
    company: along === undefined ? there : [along],
    puts: moved.map((each) => ({ type: "group", number, record: each })),
  };
}

const alone = (groups: readonly number[], record: number) => (groups[record] ?? 0) > 0 && groups.every((group, other) => other === record || group !== groups[record]);

/** The lowest number that no other record has; its own, where it lies alone. */
function freeFor(groups: readonly number[], record: number): number {
  if (alone(groups, record)) return groups[record] ?? 0;
  let number = 1;
  while (groups.some((group, other) => other !== record && group === number)) number += 1;
  return number;
}
