// The palette as it is drawn: a field and, below it, what can be done here, cases, and places. What they are comes from Palette.
import { useEffect, useId, useRef, type KeyboardEvent } from "react";
import { Dialog } from "../../kit/Dialog";
import { HiddenText } from "../../kit/HiddenText";
import { Icon, type IconName } from "../../kit/Icon";
import { KeyCap } from "../../kit/KeyCap";
import css from "./Palette.module.css";

export interface PaletteItem {
  id: string;
  icon: IconName;
  label: string;
  note?: string | undefined;
  cap?: string | undefined;
  /** Why it can't be picked now. */
  why?: string | undefined;
  run: () => void;
}

export interface PaletteGroup {
  title: string;
  items: readonly PaletteItem[];
}

export function PaletteView({ query, groups, at, note, onQuery, onAt, onPick, onClose }: {
  query: string;
  groups: readonly PaletteGroup[];
  at: number;
  /** Said below the list: that the hub is away, that it is being asked. */
  note?: string | undefined;
  onQuery: (query: string) => void;
  onAt: (at: number) => void;
  onPick: (item: PaletteItem) => void;
  onClose: () => void;
}) {
  const id = useId();
  const items = groups.flatMap((group) => group.items);
  const current = items[at];
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (items.length > 0) onAt((at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length);
    } else if (event.key === "Enter" && !event.repeat && current !== undefined) {
      event.preventDefault();
      onPick(current);
    }
  };

  let index = -1;
  return (
    <Dialog label="Search or go to" onClose={onClose} width={524} top>
      <input
        className={css.input} type="text" role="combobox" aria-label="Search or go to" aria-expanded="true" aria-controls={`${id}-list`} aria-autocomplete="list"
        aria-activedescendant={current === undefined ? undefined : `${id}-${current.id}`} autoFocus autoComplete="off" spellCheck={false}
        placeholder="Search or go to" value={query} onChange={(event) => onQuery(event.target.value)} onKeyDown={onKeyDown}
      />
      <div className={css.list} role="listbox" id={`${id}-list`} aria-label="Commands, cases and places" ref={list}>
        {groups.filter((group) => group.items.length > 0).map((group) => (
          <div key={group.title} role="group" aria-labelledby={`${id}-${group.title}`}>
            <div className={css.title} id={`${id}-${group.title}`} role="presentation">{group.title}</div>
            {group.items.map((item) => {
              index += 1;
              const here = index;
              return (
                <div
                  key={item.id} id={`${id}-${item.id}`} role="option" aria-selected={here === at} aria-disabled={item.why !== undefined || undefined}
                  className={here === at ? `${css.item} ${css.at}` : css.item} onMouseMove={() => here !== at && onAt(here)} onClick={() => onPick(item)}
                >
                  <Icon name={item.icon} />
                  <span className={css.label}><Match text={item.label} query={query} /></span>
                  <span className={css.end}>{item.why ?? item.note}{item.cap !== undefined && <KeyCap cap={item.cap} />}</span>
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {items.length === 0 && <p className={css.none}>Nothing found for “{query}”</p>}
      <p className={css.foot} role="status">
        <span className={css.keys}><KeyCap cap="↑" /><KeyCap cap="↓" /> choose</span>
        <span className={css.keys}><KeyCap cap="↵" /> go</span>
        <span className={css.keys}><KeyCap cap="Esc" /> close</span>
        <span className={css.end}>{note ?? "nothing here decides without showing the case"}</span>
      </p>
    </Dialog>
  );
}

/** The label with what was typed standing out, wherever it occurs first. */
function Match({ text, query }: { text: string; query: string }) {
  const at = query === "" ? -1 : text.toLowerCase().indexOf(query.toLowerCase());
  if (at === -1) return <HiddenText text={text} />;
  return <><HiddenText text={text.slice(0, at)} /><b><HiddenText text={text.slice(at, at + query.length)} /></b><HiddenText text={text.slice(at + query.length)} /></>;
}
