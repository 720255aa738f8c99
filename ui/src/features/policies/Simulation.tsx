// What the policy being written would have done with the newest cases. It changes nothing.
import { useState } from "react";
import { Button } from "../../kit/Button";
import { Select } from "../../kit/Field";
import { count, plural } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import type { SimulationView } from "../../ipc/types.gen";
import css from "./Policies.module.css";

const LASTS = ["50", "100", "200", "500"].map((value) => ({ value, label: `the newest ${value} cases` }));

export interface SimulationProps {
  done: SimulationView | undefined;
  busy: boolean;
  error: string | undefined;
  /** Why it can't be tried. */
  why: string | undefined;
  onTry: (last: number) => void;
}

export function Simulation({ done, busy, error, why, onTry }: SimulationProps) {
  const [last, setLast] = useState("100");
  return (
    <section aria-label="Try it">
      <h2>Try it</h2>
      <div className={css.do}>
        <Select label="On" hideLabel value={last} onPick={setLast} options={LASTS} />
        <Button disabled={busy || why !== undefined} onClick={() => onTry(Number(last))}>{busy ? "Trying" : "Try it"}</Button>
      </div>
      {error !== undefined && <p className={css.error} role="alert">{error}</p>}
      {done !== undefined && (
        <div role="status" aria-label="What it would have done">
          <p className={css.note}>{done.n === 0 ? "There are no cases in this queue." : `Of the newest ${plural(done.n, "case")}, by what was decided, else by what was suggested:`}</p>
          {done.n > 0 && <dl className={css.lines}>{done.lines.map((line) => <Line key={line.text} n={line.n} text={line.text} />)}</dl>}
          {done.cases.length > 0 && (
            <details className={css.cases}>
              <summary>Which cases</summary>
              <ul>{done.cases.map((one) => <li key={one.case_id}><b><HiddenText text={one.external_id} /></b> <HiddenText text={one.text} /></li>)}</ul>
            </details>
          )}
        </div>
      )}
    </section>
  );
}

function Line({ n, text }: { n: number; text: string }) {
  return <><dt>{count(n)}</dt><dd><HiddenText text={text} /></dd></>;
}
