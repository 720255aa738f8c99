// The two pages of opinions with their figures: what waits for this person is asked of the hub each time the page is opened.
import { useEffect } from "react";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { Loading } from "../../kit/State";
import { useToast } from "../../kit/Toasts";
import { asCallError } from "../../ipc/call";
import { useCall, useChange } from "../../ipc/queries";
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
  const opening = useChange("open_case");
  const { refetch } = found;
  // Others decide too: what the list said a while ago is asked for again.
  useEffect(() => void refetch(), [refetch]);
  const take = (caseId: string) => opening.mutate({ case_id: caseId }, { onSuccess: onTaken, onError: () => void refetch() });
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
            fault={view.fault ?? undefined} error={opening.error?.message ?? found.error?.message} taking={opening.isPending ? opening.variables.case_id : undefined} onTake={take} onUndo={undo}
          />
        )}
      </PageBody>
    </Page>
  );
}
