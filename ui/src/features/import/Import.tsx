// The import dialog with the import itself, which goes on when the dialog is closed: then what became of it is said as of files
// handed over from outside. Files dropped on the open dialog begin it anew, unless an import is under way.
import { useCallback, useMemo, useState } from "react";
import { call } from "../../ipc/call";
import { useChange } from "../../ipc/queries";
import type { HandedOver, ImportArgs } from "../../ipc/types.gen";
import { useKeys } from "../../keys/useKeys";
import { Afterwards } from "./HandedOver";
import { ImportView, type Format, type ImportViewProps } from "./ImportView";

export interface Start {
  format: Format;
  paths: readonly string[];
}

/** `start` is another one for every drop. `onClose` ends it all: nothing is under way any more. */
export function Import({ start, onClose }: { start: Start; onClose: () => void }) {
  const { mutate, isPending, data, error, variables } = useChange("import");
  const [begun, setBegun] = useState({ start, nth: 0 });
  /** Which of them the import is of. */
  const [ran, setRan] = useState<number | undefined>(undefined);
  const [seen, setSeen] = useState(start);
  const [closed, setClosed] = useState(false);
  if (seen !== start) {
    setSeen(start);
    setClosed(false);
    if (!isPending) setBegun({ start, nth: begun.nth + 1 });
  }
  const became = useMemo<HandedOver[]>(
    () => (variables === undefined ? [] : [{ files: namesOf(variables), imported: data ?? null, failed: error?.message ?? null }]),
    [variables, data, error],
  );
  const close = useCallback(() => (isPending ? setClosed(true) : onClose()), [isPending, onClose]);
  if (closed) return isPending ? null : <Afterwards done={became} onSeen={onClose} />;
  const ours = ran === begun.nth;
  return (
    <Open
      key={begun.nth} start={begun.start} busy={isPending} late={isPending && start !== begun.start && start.paths.length > 0}
      error={ours ? error?.message : undefined} done={ours ? data : undefined} onClose={close}
      onPickFiles={async (what) => (await call("pick_files", what)).paths} onReadHeader={readHeader} onImport={(args) => { setRan(begun.nth); mutate(args); }}
    />
  );
}

const readHeader = (records: string) => call("records_header", { records });

function Open(props: ImportViewProps) {
  useKeys({ close: props.onClose }, "overlay", { modal: true });
  return <ImportView {...props} />;
}

/** Names of the files, without where they lie. */
function namesOf(args: ImportArgs): string[] {
  const paths = args.format === "cases" ? args.paths : args.format === "splink" ? [args.records, args.pairs] : [args.path];
  return paths.map((path) => path.split(/[\\/]/).at(-1) ?? path);
}
