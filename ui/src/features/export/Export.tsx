import { useState } from "react";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { asCallError, call } from "../../ipc/call";
import { useCall } from "../../ipc/queries";
import type { Exported } from "../../ipc/types.gen";
import { ExportView, type Wanted } from "./ExportView";

export function Export() {
  const overview = useCall("overview", {});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const [done, setDone] = useState<Exported | undefined>(undefined);

  const write = async (args: Wanted) => {
    setBusy(true);
    setError(undefined);
    setDone(undefined);
    try {
      const { paths } = await call("pick_save", { title: "Write labels", name: args.source === null ? args.format : `${args.source}-${args.format}` });
      if (paths[0] !== undefined) setDone(await call("export", { ...args, path: paths[0] }));
    } catch (thrown) {
      setError(asCallError(thrown).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page name="Export">
      <PageHead title="Export" />
      <PageBody narrow>
        <ExportView queues={overview.data?.queues ?? []} busy={busy} error={error} done={done} onExport={(args) => void write(args)} />
      </PageBody>
    </Page>
  );
}
