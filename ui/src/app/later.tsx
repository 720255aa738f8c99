// Places for what comes in a piece of its own (`pages.ts`). Once that piece is here, a place draws what belongs there at once, like
// any other component; before, it is empty for as long as the piece takes.
import { createElement, useEffect, useState, type ComponentType } from "react";

type Pages = typeof import("./pages");
type PropsOf<K extends keyof Pages> = Pages[K] extends (props: infer P) => unknown ? P & object : object;

let here: Pages | undefined;
let coming: Promise<Pages> | undefined;

/** Fetches the piece, once. */
export function fetchPages(): Promise<Pages> {
  coming ??= import("./pages").then((pages) => (here = pages));
  return coming;
}

export function later<K extends keyof Pages>(name: K): ComponentType<PropsOf<K>> {
  return function Later(props) {
    const [pages, setPages] = useState(here);
    useEffect(() => {
      if (pages === undefined) void fetchPages().then(setPages);
    }, [pages]);
    return pages === undefined ? null : createElement(pages[name] as ComponentType<PropsOf<K>>, props);
  };
}
