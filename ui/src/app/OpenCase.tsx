// The address of one case: it is put on the screen of its queue, if it is on this computer, or free and then claimed; what can't be
// opened is looked at. To open it changes something and is asked anew each time: kept as an answer, a case that went on meanwhile
// would be shown as it was.
import { useCallback, useEffect } from "react";
import { Page, PageBody, PageHead } from "../kit/Page";
import { go } from "../kit/place";
import { Loading } from "../kit/State";
import { useChange } from "../ipc/queries";
import { later } from "./later";
import type { LookProps } from "./Look";
import type { WorkDesk } from "./WorkDesk";

const Look = later("Look");

export function OpenCase({ id, desk, ...looking }: { id: string; desk: WorkDesk } & Omit<LookProps, "why" | "onOpen">) {
  const { mutate, error } = useChange("open_case");
  const open = useCallback(() => mutate({ case_id: id }, {
    onSuccess: (shown) => {
      desk.show(shown);
      go({ page: "queue", queue: shown.queue }, { replace: true });
    },
  }), [id, mutate, desk]);
  useEffect(open, [open]);
  if (error !== null) return <Look {...looking} id={id} why={error} onOpen={open} />;
  return (
    <Page name="Case">
      <PageHead title="Case" />
      <PageBody narrow><Loading what="Opening the case" /></PageBody>
    </Page>
  );
}
