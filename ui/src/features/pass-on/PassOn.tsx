// A case given to somebody else: handed over to a colleague with a note, or escalated with a reason. To whom it can go is the
// hub's word, so it is asked when the dialog opens.
import { useState } from "react";
import { useCall } from "../../ipc/queries";
import { asCallError } from "../../ipc/call";
import type { EscalateTo } from "../../ipc/types.gen";
import { PassOnView, type Way } from "./PassOnView";

export interface PassOnProps {
  caseId: string;
  title: string;
  way: Way;
  onClose: () => void;
  onHandOver: (to: string, note: string | null) => Promise<void>;
  onEscalate: (reason: string, to: EscalateTo | null) => Promise<void>;
}

export function PassOn({ caseId, title, way: first, onClose, onHandOver, onEscalate }: PassOnProps) {
  const colleagues = useCall("colleagues", { case_id: caseId });
  const [way, setWay] = useState(first);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | undefined>(undefined);
  const doing = async (what: Promise<void>) => {
    setBusy(true);
    setFailed(undefined);
    try {
      await what;
      onClose();
    } catch (thrown) {
      setFailed(asCallError(thrown).message);
      setBusy(false);
    }
  };
  return (
    <PassOnView
      title={title} way={way} onWay={setWay} people={colleagues.data?.people} queues={colleagues.data?.queues} unavailable={colleagues.error?.message} busy={busy} error={failed} onClose={onClose}
      onHandOver={(to, note) => void doing(onHandOver(to, note))} onEscalate={(reason, to) => void doing(onEscalate(reason, to))}
    />
  );
}
