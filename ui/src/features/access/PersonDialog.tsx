// What is given to one person, all of it at once; and their tokens, each of which can be refused from now on.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Select } from "../../kit/Field";
import { clock } from "../../kit/format";
import { Note } from "../../kit/Note";
import { useKeys } from "../../keys/useKeys";
import type { MayElevate, PersonAccess, PersonChange, Role, Sensitivity } from "../../ipc/types.gen";
import { Boxes } from "./Boxes";
import { CEILINGS, MINUTES, ROLES } from "./words";
import css from "./Access.module.css";

export interface PersonDialogProps {
  person: PersonAccess;
  queues: readonly string[];
  titleOf: (queue: string) => string;
  mine: boolean;
  busy: boolean;
  error: string | undefined;
  onClose: () => void;
  onChange: (id: string, change: PersonChange) => Promise<boolean>;
  onRevoke: (token: string) => void;
}

const NOTHING: MayElevate = { roles: [], queues: [], ceiling: null, minutes: 60 };

export function PersonDialog({ person, queues, titleOf, mine, busy, error, onClose, onChange, onRevoke }: PersonDialogProps) {
  const [roles, setRoles] = useState<readonly string[]>(person.roles);
  const [own, setOwn] = useState<readonly string[]>(person.queues);
  const [ceiling, setCeiling] = useState<string>(person.ceiling ?? "");
  const [may, setMay] = useState<MayElevate | null>(person.may_elevate);
  const [failed, setFailed] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const known = [...new Set([...queues, ...person.queues])].sort();
  const wanted = (disabled: boolean): PersonChange => ({ version: person.version, roles: roles as Role[], queues: [...own], ceiling: ceiling === "" ? null : (ceiling as Sensitivity), may_elevate: may, disabled });
  const save = async (disabled: boolean) => {
    const done = await onChange(person.id, wanted(disabled));
    setFailed(!done);
    if (done) onClose();
  };
  useKeys({ close: onClose, commit: { run: () => void save(person.disabled), unlisted: true } }, "overlay", { modal: true });
  const bounds = may ?? NOTHING;
  return (
    <Dialog label={`Access of ${person.name}`} onClose={onClose} width={560}>
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); void save(person.disabled); }}>
        <DialogBody
          title={`Access of ${person.name}`}
          buttons={
            <>
              <Button type="submit" tone="primary" size="tall" disabled={busy} cap="Ctrl ↵">Save</Button>
              <Button size="tall" onClick={onClose}>Cancel</Button>
              <span className={css.push}>
                {person.disabled ? <Button size="tall" disabled={busy} onClick={() => void save(false)}>Let in again</Button>
                  : leaving ? <Button size="tall" tone="danger" disabled={busy} onClick={() => void save(true)}>Take it away now</Button>
                  : <Button size="tall" why={mine ? "Not your own" : undefined} disabled={busy} onClick={() => setLeaving(true)}>Take all access away</Button>}
              </span>
            </>
          }
        >
          {failed && error !== undefined && <Note tone="bad" live>{error}</Note>}
          {leaving && <Note tone="warn">Their next request is refused, their cases go back to the queues. What they decided stays.</Note>}
          {person.managed && <Note>Roles, queues and ceiling come from the provider they sign in with.</Note>}
          <div className={css.scroll}>
            <fieldset className={css.set} disabled={person.managed}>
              <Boxes legend="Roles" help={person.signs_in ? undefined : "Hold once they sign in; a token keeps its own roles."} options={ROLES} picked={roles} onPick={setRoles} />
              <Boxes legend="Queues" help="None: all." options={known.map((name) => ({ value: name, label: titleOf(name) }))} picked={own} onPick={setOwn} />
              <Select label="May see cases" value={ceiling} options={CEILINGS} onPick={setCeiling} />
            </fieldset>
            <fieldset className={css.set}>
              <Boxes legend="May raise themselves to" options={ROLES} picked={bounds.roles} onPick={(next) => setMay(allowed({ ...bounds, roles: next as Role[] }))} />
              <Boxes legend="and to the queues" options={known.map((name) => ({ value: name, label: titleOf(name) }))} picked={bounds.queues} onPick={(next) => setMay(allowed({ ...bounds, queues: [...next] }))} />
              <div className={css.pair}>
                <Select label="and see cases" value={bounds.ceiling ?? ""} options={[{ value: "", label: "no more than now" }, ...CEILINGS.filter((one) => one.value !== "")]} onPick={(value) => setMay(allowed({ ...bounds, ceiling: value === "" ? null : (value as Sensitivity) }))} />
                <Select label="for at most" value={String(bounds.minutes)} options={MINUTES} onPick={(value) => setMay(allowed({ ...bounds, minutes: Number(value) }))} />
              </div>
            </fieldset>
            {person.tokens.length > 0 && (
              <ul className={css.tokens} aria-label="Tokens">
                {person.tokens.map((token) => (
                  <li key={token.id}>
                    <span className={css.what}>{token.session ? "Signed in" : `Token: ${token.roles.join(", ")}${token.sources.length > 0 ? `, writes ${token.sources.join(", ")}` : ""}`}<span className={css.under}>since {clock(token.created_at)}{token.expires_at === null ? "" : `, until ${clock(token.expires_at)}`}</span></span>
                    <Button disabled={busy} onClick={() => onRevoke(token.id)} aria-label={`Revoke ${token.session ? "the sign-in" : "the token"} of ${clock(token.created_at)}`}>Revoke</Button>
                  </li>
                ))}
              </ul>
            )}
          </div>
        </DialogBody>
      </form>
    </Dialog>
  );
}

/** Nothing allowed is no allowance. */
function allowed(bounds: MayElevate): MayElevate | null {
  return bounds.roles.length === 0 && bounds.queues.length === 0 && bounds.ceiling === null ? null : bounds;
}
