// The two pages of opinions with their figures: what waits for this person is asked of the hub each time the page is opened.
import { useEffect, useState } from "react";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { Loading } from "../../kit/State";
import { useToast } from "../../kit/Toasts";
import { asCallError, call } from "../../ipc/call";
import { useCall } from "../../ipc/queries";
import type { CaseOnScreen } from "../../ipc/types.gen";
import { OpinionsView } from "./OpinionsView";

export interface OpinionsProps {
  which: "awaiting" | "disputed";
  onTaken: (shown: CaseOnScreen) => void;
  onUndo: (decisionId: string, reason: string | null) => Promise<void>;
}

export function Opinions({ which, onTaken, onUndo }: OpinionsProps) {
  const found = useCall("opinions", {}, { keep: true });
  const say = useToast();
  const [taking, setTaking] = useState<string | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const { refetch } = found;
  // Others decide too: what the list said a while ago is asked for again.
  useEffect(() => void refetch(), [refetch]);
  const take = async (caseId: string) => {
    setTaking(caseId);
    setError(undefined);
    try {
      onTaken(await call("open_case", { case_id: caseId }));
    } catch (thrown) {
      setError(asCallError(thrown).message);
      void refetch();
    } finally {
      setTaking(undefined);
    }
  };
  const undo = (decisionId: string) => void onUndo(decisionId, null).catch((thrown: unknown) => say(asCallError(thrown).message));
  const title = which === "awaiting" ? "Awaiting a second" : "Disputed";
  const state = which === "awaiting" ? "awaiting_second" : "disputed";
  const view = found.data;
  return (
    <Page name={title}>
      <PageHead title={title} />
      <PageBody narrow>
        {view === undefined ? (found.error === null ? <Loading what="Asking the hub" /> : null) : (
          <OpinionsView
            which={which} asked={view.asked.filter((row) => row.state === state)} own={view.own.filter((row) => (row.standing === "disputed") === (which === "disputed"))}
            fault={view.fault ?? undefined} error={error ?? found.error?.message} taking={taking} onTake={(id) => void take(id)} onUndo={undo}
          />
        )}
      </PageBody>
    </Page>
  );
}
