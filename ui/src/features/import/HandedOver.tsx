// What became of files that were handed to the program from outside, or that were imported while nobody waited for it. All well is
// said in passing; what was refused stays until seen.
import { useCallback, useEffect, useMemo } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { plural } from "../../kit/format";
import { Note } from "../../kit/Note";
import { useToast } from "../../kit/Toasts";
import { useCall, useChange } from "../../ipc/queries";
import type { HandedOver as Became } from "../../ipc/types.gen";
import { useKeys } from "../../keys/useKeys";
import { Outcome } from "./Outcome";
import css from "./Import.module.css";

export function HandedOver() {
  const handed = useCall("handed_over", {});
  const { mutate } = useChange("handed_over_seen");
  const seen = useCallback(() => mutate({}), [mutate]);
  return <Afterwards done={handed.data?.done} onSeen={seen} />;
}

/** `done` and `onSeen` keep their identity as long as it is the same outcome: it is said once. */
export function Afterwards({ done, onSeen }: { done: readonly Became[] | undefined; onSeen: () => void }) {
  const say = useToast();
  const well = useMemo(() => done?.every(({ imported }) => imported !== null && imported.refused_count === 0), [done]);
  useEffect(() => {
    if (done === undefined || done.length === 0 || !well) return;
    const created = done.reduce((sum, { imported }) => sum + (imported?.created ?? 0), 0);
    say(`${plural(created, "new case")} from ${done.flatMap(({ files }) => files).join(", ")}`);
    onSeen();
  }, [done, well, say, onSeen]);
  if (done === undefined || done.length === 0 || well) return null;
  return <HandedOverView done={done} onClose={onSeen} />;
}

export function HandedOverView({ done, onClose }: { done: readonly Became[]; onClose: () => void }) {
  useKeys({ close: onClose }, "overlay", { modal: true });
  return (
    <Dialog label="Not everything came in" onClose={onClose} width={540}>
      <DialogBody title="Not everything came in" buttons={<Button tone="primary" size="tall" onClick={onClose}>Close</Button>}>
        {done.map(({ files, imported, failed }, n) => (
          <section key={n} className={css.handed} aria-label={files.join(", ")}>
            <p className={css.place}>{files.join(", ")}</p>
            {failed !== null && <Note tone="bad" live>{failed}</Note>}
            {imported !== null && <Outcome done={imported} />}
          </section>
        ))}
      </DialogBody>
    </Dialog>
  );
}
