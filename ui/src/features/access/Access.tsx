import { Page, PageBody, PageHead } from "../../kit/Page";
import { Loading, State } from "../../kit/State";
import { Button } from "../../kit/Button";
import { useToast } from "../../kit/Toasts";
import { useCall, useChange } from "../../ipc/queries";
import { AccessView } from "./AccessView";

export function Access() {
  const access = useCall("access", {});
  const change = useChange("change_person");
  const revoke = useChange("revoke_token");
  const make = useChange("make_token");
  const elevate = useChange("elevate");
  const end = useChange("end_elevation");
  const say = useToast();
  return (
    <Page name="Access">
      <PageHead title="Access" />
      <PageBody>
        {access.data === undefined && (access.error === null ? <Loading what="Asking the hub" /> : <State icon="cloudoff" tone="warn" title="Access can’t be read" actions={<Button size="tall" onClick={() => void access.refetch()}>Try again</Button>}><p>{access.error.message}</p></State>)}
        {access.data !== undefined && (
          <AccessView
            me={access.data.me} all={access.data.all} titles={access.data.titles} busy={change.isPending || revoke.isPending || make.isPending || elevate.isPending || end.isPending}
            error={change.error?.message ?? revoke.error?.message ?? elevate.error?.message ?? end.error?.message}
            onChange={(id, wanted) => change.mutateAsync({ id, change: wanted }).then(() => { say("Holds from their next request on"); return true; }, () => false)}
            onRevoke={(id) => revoke.mutate({ id }, { onSuccess: () => say("Refused from its next request on") })}
            onMake={(wanted) => make.mutateAsync(wanted)}
            onCopy={(text) => void navigator.clipboard.writeText(text).then(() => say("Copied"), () => say("It could not be copied: select it instead"))}
            onElevate={(asked) => elevate.mutateAsync(asked).then(() => true, () => false)}
            onEnd={(id) => end.mutate({ id })}
          />
        )}
      </PageBody>
    </Page>
  );
}
