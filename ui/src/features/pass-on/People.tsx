// One of several people, with whether they are away and who then stands in.
import { useId } from "react";
import { clock } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import type { Colleague } from "../../ipc/types.gen";
import css from "./PassOn.module.css";

export interface PeopleProps {
  label: string;
  people: readonly Colleague[];
  value: string | undefined;
  error: string | undefined;
  onPick: (id: string) => void;
}

export function People({ label, people, value, error, onPick }: PeopleProps) {
  const id = useId();
  return (
    <fieldset className={css.people} aria-describedby={error === undefined ? undefined : `${id}-error`}>
      <legend>{label}</legend>
      <div className={css.list}>
        {people.map((person, index) => (
          <label key={person.id} className={css.person}>
            <input type="radio" name={id} value={person.id} checked={person.id === value} autoFocus={index === 0} onChange={() => onPick(person.id)} />
            <span className={css.name}><HiddenText text={person.name} /></span>
            {person.away_until !== null && (
              <span className={css.away}><Icon name="clock" small />away until {clock(person.away_until)}{person.stands_in !== null && <>, <HiddenText text={person.stands_in} /> stands in</>}</span>
            )}
          </label>
        ))}
      </div>
      {error !== undefined && <p className={css.error} id={`${id}-error`} role="alert"><Icon name="warn" small />{error}</p>}
    </fieldset>
  );
}
