// What pages offer in the palette beside keys: listed while the page is there. Nothing here decides.
import { createContext, useContext, useEffect, useRef } from "react";
import type { Command } from "../features/palette/Palette";

export class Commands {
  private readonly lists = new Set<() => readonly Command[]>();

  add(list: () => readonly Command[]): () => void {
    this.lists.add(list);
    return () => this.lists.delete(list);
  }

  all(): Command[] {
    return [...this.lists].flatMap((list) => list());
  }
}

export const CommandsContext = createContext<Commands>(new Commands());

/** Offers these in the palette while the component is there. */
export function useCommands(commands: readonly Command[]): void {
  const offered = useContext(CommandsContext);
  const latest = useRef(commands);
  latest.current = commands;
  useEffect(() => offered.add(() => latest.current), [offered]);
}
