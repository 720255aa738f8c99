// The two ways to pass a case on, as one dialog: to whom, and what one writes with it.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Area, Choice, Select } from "../../kit/Field";
import { HiddenText } from "../../kit/HiddenText";
import { Note } from "../../kit/Note";
import { Loading } from "../../kit/State";
import { useKeys } from "../../keys/useKeys";
import type { Colleague, EscalateTo, NamedQueue } from "../../ipc/types.gen";
import { People } from "./People";
import css from "./PassOn.module.css";

export type Way = "hand_over" | "escalate";

export interface PassOnViewProps {
  title: string;
  way: Way;
  onWay: (way: Way) => void;
  /** Undefined while the hub is asked. */
  people: readonly Colleague[] | undefined;
  /** Those whose people it can be escalated to; undefined while the hub is asked. */
  queues: readonly NamedQueue[] | undefined;
  /** Why it can be handed to nobody. */
  unavailable: string | undefined;
  busy: boolean;
  error: string | undefined;
  onClose: () => void;
  onHandOver: (to: string, note: string | null) => void;
  onEscalate: (reason: string, to: EscalateTo | null) => void;
}

const WAYS = [{ value: "hand_over", label: "Hand over" }, { value: "escalate", label: "Escalate" }];

/** What was picked from the list, as the hub takes it. */
function escalateTo(picked: string): EscalateTo | null {
  if (picked === "") return null;
  if (picked === "lead") return { role: "lead" };
  const name = picked.slice(picked.indexOf(":") + 1);
  return picked.startsWith("queue:") ? { queue: name } : { person: name };
}

export function PassOnView(props: PassOnViewProps) {
  const { title, way, onWay, people, queues, unavailable, busy, error, onClose, onHandOver, onEscalate } = props;
  const [to, setTo] = useState<string | undefined>(undefined);
  const [up, setUp] = useState("");
  const [words, setWords] = useState("");
  const [missing, setMissing] = useState<string | undefined>(undefined);
  const handing = way === "hand_over";
  const pass = () => {
    if (busy) return;
    const written = words.trim();
    if (handing) {
      if (to === undefined) return setMissing("Choose who gets it");
      return onHandOver(to, written === "" ? null : written);
    }
    if (written === "") return setMissing("Say why, in a few words");
    onEscalate(written, escalateTo(up));
  };
  useKeys({ close: onClose, commit: { run: pass, unlisted: true } }, "overlay", { modal: true });
  const change = (next: Way) => {
    setMissing(undefined);
    onWay(next);
  };
  return (
    <Dialog label="Pass this case on" onClose={onClose} width={480}>
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); pass(); }}>
        <DialogBody
          title="Pass this case on" end={<Choice label="How" options={WAYS} value={way} onPick={(picked) => change(picked as Way)} />}
          buttons={<><Button type="submit" tone="primary" size="tall" cap="Ctrl ↵" disabled={busy}>{handing ? "Hand over" : "Escalate"}</Button><Button size="tall" onClick={onClose}>Cancel</Button></>}
        >
          <div className={css.parts}>
            <p className={css.case}><HiddenText text={title} /></p>
            {error !== undefined && <Note tone="bad" live>{error}</Note>}
            {handing ? (
              unavailable !== undefined ? <Note tone="warn">{unavailable}</Note> : people === undefined ? <Loading what="Asking the hub" /> : people.length === 0 ? (
                <Note>Nobody else may decide this case.</Note>
              ) : (
                <People label="To" people={people} value={to} error={missing} onPick={(id) => { setTo(id); setMissing(undefined); }} />
              )
            ) : (
              <Select
                label="To" wide value={up} onPick={setUp}
                options={[{ value: "", label: "Whoever the queue’s policy names, else its leads" }, { value: "lead", label: "The leads of this queue" }, ...(people ?? []).map((person) => ({ value: `person:${person.id}`, label: person.name })), ...(queues ?? []).map((queue) => ({ value: `queue:${queue.name}`, label: `The queue ${queue.title}` }))]}
              />
            )}
            <Area
              label={handing ? "Note" : "Why"} value={words} onChange={(event) => { setWords(event.target.value); setMissing(undefined); }} rows={3} autoFocus={!handing}
              {...(handing ? { help: "Beside the case, for all who see it. Empty: none." } : { help: "Read by those it goes to." })} error={handing ? undefined : missing}
            />
            <p className={css.says}>{handing ? "The case leaves your screen. Nobody else is given it." : "The case leaves your screen. Only those it goes to are given it, before everything else."}</p>
          </div>
        </DialogBody>
      </form>
    </Dialog>
  );
}
