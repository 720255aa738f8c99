// One of several people, with whether they are away and who then stands in. Where there are many, typing finds somebody.
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { Field } from "../../kit/Field";
import { clock } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import type { Colleague } from "../../ipc/types.gen";
import text from "../../styles/text.module.css";
import css from "./PassOn.module.css";

export interface PeopleProps {
  label: string;
  people: readonly Colleague[];
  value: string | undefined;
  error: string | undefined;
  onPick: (id: string) => void;
}

/** As many are seen at a glance. */
const AT_A_GLANCE = 5;

/** Letters as they are typed without looking for accents. */
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** Those of whom every word typed begins a word of the name. */
export function found(people: readonly Colleague[], typed: string): readonly Colleague[] {
  const words = plain(typed).split(/\s+/).filter((word) => word !== "");
  return people.filter(({ name }) => {
    const names = plain(name).split(/[\s.@_-]+/);
    return words.every((word) => names.some((one) => one.startsWith(word)));
  });
}

export function People({ label, people, value, error, onPick }: PeopleProps) {
  const id = useId();
  const many = people.length > AT_A_GLANCE;
  const [typed, setTyped] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const matching = found(people, typed);
  // Whoever is picked is always seen: nothing goes to somebody who isn't on the screen.
  const shown = people.filter((person) => person.id === value || matching.includes(person));
  useEffect(() => {
    list.current?.querySelector("input:checked")?.scrollIntoView?.({ block: "nearest" });
  }, [value]);
  const pickFirst = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || !["Enter", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    const first = matching[0];
    if (first === undefined) return;
    onPick(first.id);
    list.current?.querySelector<HTMLInputElement>(`input[value="${CSS.escape(first.id)}"]`)?.focus();
  };
  return (
    <fieldset className={css.people} aria-describedby={error === undefined ? undefined : `${id}-error`}>
      <legend>{label}</legend>
      {many && (
        <div className={css.find}>
          <Field label="Find by name" hideLabel placeholder={`Type a name: one of ${people.length}`} autoFocus value={typed} onChange={(event) => setTyped(event.target.value)} onKeyDown={pickFirst} end={<Icon name="search" small />} aria-controls={`${id}-list`} />
        </div>
      )}
      <div className={css.list} id={`${id}-list`} ref={list}>
        {shown.map((person, index) => (
          <label key={person.id} className={css.person}>
            <input type="radio" name={id} value={person.id} checked={person.id === value} autoFocus={!many && index === 0} onChange={() => onPick(person.id)} />
            <span className={css.name}><HiddenText text={person.name} /></span>
            {person.away_until !== null && (
              <span className={css.away}><Icon name="clock" small />away until {clock(person.away_until)}{person.stands_in !== null && <>, <HiddenText text={person.stands_in} /> stands in</>}</span>
            )}
          </label>
        ))}
        {matching.length === 0 && <p className={css.none}>Nobody who may have it is called that.</p>}
      </div>
      {many && <p className={text.vh} role="status">{typed.trim() === "" ? "" : `${matching.length} found`}</p>}
      {error !== undefined && <p className={css.error} id={`${id}-error`} role="alert"><Icon name="warn" small />{error}</p>}
    </fieldset>
  );
}
