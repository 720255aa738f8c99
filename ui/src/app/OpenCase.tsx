// The address of one case: it is put on the screen of its queue, if it is on this computer, or free and then claimed.
import { useEffect } from "react";
import { Page, PageBody, PageHead } from "../kit/Page";
import { Button } from "../kit/Button";
import { go } from "../kit/place";
import { Loading, State } from "../kit/State";
import { useCall } from "../ipc/queries";
import type { WorkDesk } from "./WorkDesk";

/** `audited`: this person may read what happened to it. */
export function OpenCase({ id, desk, audited }: { id: string; desk: WorkDesk; audited: boolean }) {
  const found = useCall("open_case", { case_id: id });
  useEffect(() => {
    if (found.data === undefined) return;
    desk.show(found.data);
    go({ page: "queue", queue: found.data.queue }, { replace: true });
  }, [found.data, desk]);
  return (
    <Page name="Case">
      <PageHead title="Case" />
      <PageBody narrow>
        {found.error === null ? <Loading what="Opening the case" /> : (
          <State icon="warn" tone="warn" title="This case can’t be opened here" actions={<><Button size="tall" onClick={() => window.history.back()}>Back</Button>{audited && <Button size="tall" onClick={() => go({ page: "audit", case: id })}>What happened to it</Button>}</>}><p>{found.error.message}</p></State>
        )}
      </PageBody>
    </Page>
  );
}
