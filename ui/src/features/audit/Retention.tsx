import { Note } from "../../kit/Note";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { hrefOf } from "../../kit/place";
import { Loading } from "../../kit/State";
import { useToast } from "../../kit/Toasts";
import { useCall, useChange } from "../../ipc/queries";
import { RetentionView } from "./RetentionView";

export function Retention() {
  const found = useCall("retention", {}, { fresh: true });
  const save = useChange("set_retention");
  const say = useToast();
  return (
    <Page name="What is erased when">
      <PageHead crumb={{ label: "Audit", href: hrefOf({ page: "audit" }) }} title="What is erased when" />
      <PageBody>
        {found.error !== null && <Note tone="bad" live>{found.error.message}</Note>}
        {found.data === undefined ? found.error === null && <Loading what="Asking the hub" /> : (
          <RetentionView
            key={JSON.stringify(found.data.retention)} facts={found.data} busy={save.isPending} error={save.error === null ? undefined : { text: save.error.message, pointer: save.error.pointer }}
            onSave={(retention) => save.mutate(retention, { onSuccess: () => say("Saved: it counts from now on") })}
          />
        )}
      </PageBody>
    </Page>
  );
}
