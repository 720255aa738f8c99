// More for a while, for a reason that is written into the audit. It offers what an admin allowed, no more.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Area, Select } from "../../kit/Field";
import { Note } from "../../kit/Note";
import { useKeys } from "../../keys/useKeys";
import type { ElevationRequest, MayElevate, Role } from "../../ipc/types.gen";
import { Boxes } from "./Boxes";
import { MINUTES, ROLES } from "./words";
import css from "./Access.module.css";

export function ElevateDialog({ may, titleOf, busy, error, onClose, onElevate }: { may: MayElevate; titleOf: (queue: string) => string; busy: boolean; error: string | undefined; onClose: () => void; onElevate: (asked: ElevationRequest) => Promise<boolean> }) {
  const [roles, setRoles] = useState<readonly string[]>(may.roles);
  const [queues, setQueues] = useState<readonly string[]>(may.queues);
  const [ceiling, setCeiling] = useState(may.ceiling !== null);
  const [minutes, setMinutes] = useState(Math.min(60, may.minutes));
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const [failed, setFailed] = useState(false);
  const raise = async () => {
    setMissing(reason.trim() === "");
    if (reason.trim() === "") return;
    const done = await onElevate({ roles: roles as Role[], queues: [...queues], ceiling: ceiling ? may.ceiling : null, reason: reason.trim(), minutes });
    setFailed(!done);
    if (done) onClose();
  };
  useKeys({ close: onClose, commit: { run: () => void raise(), unlisted: true } }, "overlay", { modal: true });
  const times = MINUTES.filter((one) => Number(one.value) <= may.minutes);
  return (
    <Dialog label="Raise for a while" onClose={onClose} width={460}>
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); void raise(); }}>
        <DialogBody title="Raise for a while" buttons={<><Button type="submit" tone="primary" size="tall" disabled={busy} cap="Ctrl ↵">Raise</Button><Button size="tall" onClick={onClose}>Cancel</Button></>}>
          {failed && error !== undefined && <Note tone="bad" live>{error}</Note>}
          <p className={css.says}>It ends by itself. That you did, and why, stands in the audit.</p>
          {may.roles.length > 0 && <Boxes legend="Roles" options={ROLES.filter((role) => may.roles.includes(role.value as Role))} picked={roles} onPick={setRoles} />}
          {may.queues.length > 0 && <Boxes legend="Queues" options={may.queues.map((name) => ({ value: name, label: titleOf(name) }))} picked={queues} onPick={setQueues} />}
          {may.ceiling !== null && <Boxes legend="Ceiling" options={[{ value: may.ceiling, label: `cases up to ${may.ceiling}` }]} picked={ceiling ? [may.ceiling] : []} onPick={(picked) => setCeiling(picked.length > 0)} />}
          <div className={css.fields}>
            <Select label="For" value={String(minutes)} options={times.some((one) => one.value === String(minutes)) ? times : [{ value: String(minutes), label: `${minutes} minutes` }, ...times]} onPick={(value) => setMinutes(Number(value))} />
            <Area label="Why" autoFocus value={reason} onChange={(e) => setReason(e.target.value)} error={missing ? "Say why, in a few words" : undefined} />
          </div>
        </DialogBody>
      </form>
    </Dialog>
  );
}
