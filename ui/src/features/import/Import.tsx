import { call } from "../../ipc/call";
import { useChange } from "../../ipc/queries";
import { useKeys } from "../../keys/useKeys";
import { ImportView, type Format } from "./ImportView";

/** What kind of file it is, by its name: for files dropped on the window. */
export function formatOf(paths: readonly string[]): Format {
  if (paths.some((path) => /\.parquet$/i.test(path))) return "splink";
  if (paths.some((path) => /\.(jsonl|ndjson|json)$/i.test(path))) return "cases";
  return paths.length > 1 || paths.some((path) => /predict|pair|record/i.test(path)) ? "splink" : "claims";
}

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
