// The address of one case: it is put on the screen of its queue, if it is on this computer, or free and then claimed. To open it
// changes something and is asked anew each time: kept as an answer, a case that went on meanwhile would be shown as it was.
import { useEffect } from "react";
import { Page, PageBody, PageHead } from "../kit/Page";
import { Button } from "../kit/Button";
import { go } from "../kit/place";
import { Loading, State } from "../kit/State";
import { useChange } from "../ipc/queries";
import type { WorkDesk } from "./WorkDesk";

/** `audited`: this person may read what happened to it. */
export function OpenCase({ id, desk, audited }: { id: string; desk: WorkDesk; audited: boolean }) {
  const open = useChange("open_case");
  const { mutate } = open;
  useEffect(() => {
    mutate({ case_id: id }, {
      onSuccess: (shown) => {
        desk.show(shown);
        go({ page: "queue", queue: shown.queue }, { replace: true });
      },
    });
  }, [id, mutate, desk]);
  return (
    <Page name="Case">
      <PageHead title="Case" />
      <PageBody narrow>
        {open.error === null ? <Loading what="Opening the case" /> : (
          <State icon="warn" tone="warn" title="This case can’t be opened here" actions={<><Button size="tall" onClick={() => window.history.back()}>Back</Button>{audited && <Button size="tall" onClick={() => go({ page: "audit", case: id })}>What happened to it</Button>}</>}><p>{open.error.message}</p></State>
        )}
      </PageBody>
    </Page>
  );
}
