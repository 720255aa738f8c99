import { call } from "../../ipc/call";
import { useChange } from "../../ipc/queries";
import { useKeys } from "../../keys/useKeys";
import { ImportView, type Format } from "./ImportView";

export function Import({ start, onClose }: { start: { format: Format; paths: readonly string[] }; onClose: () => void }) {
  const change = useChange("import");
  useKeys({ close: onClose }, "overlay", { modal: true });
  return (
    <ImportView
      start={start} busy={change.isPending} error={change.error?.message} done={change.data} onClose={onClose}
      onPickFiles={async (what) => (await call("pick_files", what)).paths} onImport={(args) => change.mutate(args)}
    />
  );
}
