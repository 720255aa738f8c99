// A lead gives a case to one person, or back to whoever may decide it.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { HiddenText } from "../../kit/HiddenText";
import { Note } from "../../kit/Note";
import { Loading } from "../../kit/State";
import { useKeys } from "../../keys/useKeys";
import { useCall, useChange } from "../../ipc/queries";
import { People } from "./People";
import css from "./PassOn.module.css";

export function Assign({ caseId, title, onClose, onDone }: { caseId: string; title: string; onClose: () => void; onDone: () => void }) {
  const colleagues = useCall("assignees", { case_id: caseId });
  const assign = useChange("assign");
  const [to, setTo] = useState<string | undefined>(undefined);
  const [missing, setMissing] = useState(false);
  const give = (id: string | null) => assign.mutate({ case_id: caseId, to: id }, { onSuccess: () => { onDone(); onClose(); } });
  const chosen = () => {
    setMissing(to === undefined);
    if (to !== undefined && !assign.isPending) give(to);
  };
  useKeys({ close: onClose, commit: { run: chosen, unlisted: true } }, "overlay", { modal: true });
  const people = colleagues.data?.people;
  return (
    <Dialog label="Assign this case" onClose={onClose} width={460}>
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); chosen(); }}>
        <DialogBody
          title="Assign this case"
          buttons={<><Button type="submit" tone="primary" size="tall" cap="Ctrl ↵" disabled={assign.isPending}>Assign</Button><Button size="tall" disabled={assign.isPending} onClick={() => give(null)}>To whoever may</Button><Button size="tall" onClick={onClose}>Cancel</Button></>}
        >
          <div className={css.parts}>
            <p className={css.case}><HiddenText text={title} /></p>
            {assign.error !== null && <Note tone="bad" live>{assign.error.message}</Note>}
            {colleagues.error !== null ? <Note tone="warn">{colleagues.error.message}</Note> : people === undefined ? <Loading what="Asking the hub" /> : people.length === 0 ? (
              <Note>Nobody else may decide this case.</Note>
            ) : (
              <People label="To" people={people} value={to} error={missing ? "Choose who gets it" : undefined} onPick={(id) => { setTo(id); setMissing(false); }} />
            )}
            <p className={css.says}>Nobody else is given it then. Whoever has it now loses it.</p>
          </div>
        </DialogBody>
      </form>
    </Dialog>
  );
}
