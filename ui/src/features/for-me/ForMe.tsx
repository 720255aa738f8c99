import { Page, PageBody, PageHead } from "../../kit/Page";
import { Button } from "../../kit/Button";
import { Loading, State } from "../../kit/State";
import { useCall } from "../../ipc/queries";
import { ForMeView } from "./ForMeView";

export function ForMe({ onAssign }: { onAssign: (caseId: string, title: string) => void }) {
  const found = useCall("for_me", {});
  return (
    <Page name="For me">
      <PageHead title="For me" />
      <PageBody narrow>
        {found.error !== null ? (
          <State icon="warn" tone="warn" title="The hub can’t be asked now" actions={<Button size="tall" onClick={() => void found.refetch()}>Try again</Button>}><p>{found.error.message}</p></State>
        ) : found.data === undefined ? <Loading what="Asking the hub" /> : <ForMeView rows={found.data.rows} onAssign={onAssign} />}
      </PageBody>
    </Page>
  );
}
