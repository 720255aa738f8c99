// Out of the office: until when, and who is given meanwhile what is assigned to this person. It ends by itself.
import { useState } from "react";
import { Button } from "../../kit/Button";
import { Field, Select } from "../../kit/Field";
import { clock } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Note } from "../../kit/Note";
import type { AwayView } from "../../ipc/types.gen";
import css from "./Settings.module.css";

export interface AwayPartProps {
  view: AwayView | undefined;
  busy: boolean;
  error: string | undefined;
  /** Until the end of that day; none: back again. */
  onSet: (until: string | null, delegate: string | null) => void;
}

/** The end of a day, `2026-12-03`, as this computer's clock has it. */
export function endOf(day: string): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const end = new Date(year, month - 1, date + 1);
  return Number.isNaN(end.getTime()) ? undefined : end.toISOString();
}

export function AwayPart({ view, busy, error, onSet }: AwayPartProps) {
  const [day, setDay] = useState("");
  const [delegate, setDelegate] = useState("");
  const [missing, setMissing] = useState(false);
  const away = view?.away ?? null;
  const go = () => {
    const until = endOf(day);
    setMissing(until === undefined);
    if (until !== undefined) onSet(until, delegate === "" ? null : delegate);
  };
  return (
    <section className={css.part} aria-label="Away">
      <h2>Away</h2>
      {error !== undefined && <Note tone="bad" live>{error}</Note>}
      {away === null ? (
        <>
          <div className={css.line}><span className={css.name}>Until the end of</span><span className={css.value}><Field label="Away until the end of" hideLabel type="date" value={day} onChange={(event) => { setDay(event.target.value); setMissing(false); }} error={missing ? "The last day you are away" : undefined} /></span></div>
          <div className={css.line}>
            <span className={css.name}>Stands in</span>
            <span className={css.value}>
              <Select label="Stands in" hideLabel value={delegate} onPick={setDelegate} options={[{ value: "", label: "Whoever may decide" }, ...(view?.stand_ins ?? []).map((person) => ({ value: person.id, label: person.name }))]} />
              <Button disabled={busy || view === undefined} onClick={go}>I’m away</Button>
            </span>
          </div>
        </>
      ) : (
        <div className={css.line}>
          <span className={css.name}>Away</span>
          <span className={css.value}>
            <span>until {clock(away.until)}, {away.delegate_name === null ? "and whoever may decide is given what is yours" : <><HiddenText text={away.delegate_name} /> stands in</>}</span>
            <Button disabled={busy} onClick={() => onSet(null, null)}>I’m back</Button>
          </span>
        </div>
      )}
      <p className={css.says}>Cases assigned to you go to who stands in, never to who proposed them or may not decide them. It ends by itself.</p>
    </section>
  );
}
