import { Page, PageBody, PageHead } from "../../kit/Page";
import { Loading } from "../../kit/State";
import { Note } from "../../kit/Note";
import { useCall, useChange } from "../../ipc/queries";
import type { CaseOnScreen } from "../../ipc/types.gen";
import { useKeys } from "../../keys/useKeys";
import { OutboxView } from "./OutboxView";

/** The outbox as a card, also for pages that have something else to say. */
export function OutboxCard({ onOpenCase }: { onOpenCase: (opened: CaseOnScreen) => void }) {
  const outbox = useCall("outbox", {});
  const retry = useChange("retry_outbox");
  const discard = useChange("discard_outbox");
  const again = useChange("decide_again");
  const changing = [retry, discard, again];
  const busy = changing.find((change) => change.isPending)?.variables?.id;
  const error = changing.find((change) => change.error !== null)?.error?.message;
  const entries = outbox.data?.entries ?? [];
  const first = entries.find((entry) => entry.wedged?.can_decide_again);
  const decideAgain = (id: string) => again.mutate({ id }, { onSuccess: onOpenCase });
  useKeys({ go: first === undefined ? undefined : { run: () => decideAgain(first.id), label: "Decide again" } }, "place");
  if (outbox.error !== null) return <Note tone="bad" live>{outbox.error.message}</Note>;
  if (outbox.isPending) return <Loading what="Reading the outbox" />;
  return <OutboxView entries={entries} busy={busy} error={error} onDecideAgain={decideAgain} onRetry={(id) => retry.mutate({ id })} onDiscard={(id) => discard.mutate({ id })} />;
}

export function Outbox({ onOpenCase }: { onOpenCase: (opened: CaseOnScreen) => void }) {
  return (
    <Page name="Outbox">
      <PageHead title="Outbox" />
      <PageBody narrow><OutboxCard onOpenCase={onOpenCase} /></PageBody>
    </Page>
  );
}
