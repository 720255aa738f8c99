// Finds the scored pair of two records. The table is made once per view.
import type { LinkView, MatchView } from "../../ipc/types.gen";

const tables = new WeakMap<MatchView, ReadonlyMap<string, LinkView>>();

const pairOf = (a: string, b: string) => (a < b ? `${a}\n${b}` : `${b}\n${a}`);

export function linkBetween(view: MatchView, a: string | undefined, b: string | undefined): LinkView | undefined {
  if (a === undefined || b === undefined) return undefined;
  let table = tables.get(view);
  if (table === undefined) {
    table = new Map(view.links.map((link) => [pairOf(link.left, link.right), link]));
    tables.set(view, table);
  }
  return table.get(pairOf(a, b));
}
