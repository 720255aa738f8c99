// Importing files: which format, which files, into which queue; and afterwards what became of every row. It reads no file itself.
import { useCallback, useEffect, useRef, useState, type FormEvent, type Ref } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Choice, Field } from "../../kit/Field";
import { Note } from "../../kit/Note";
import type { ImportArgs, Imported, RecordsHeader } from "../../ipc/types.gen";
import { asked, inColumns, inFormat, typedFor, type Format, type Place, type Typed } from "./asked";
import { Column } from "./Column";
import { More } from "./More";
import { Outcome } from "./Outcome";
import { useHeader } from "./useHeader";
import css from "./Import.module.css";

export type { Format };

export interface Picking {
  title: string;
  extensions: string[];
  several: boolean;
}

export interface ImportViewProps {
  start: { format: Format; paths: readonly string[] };
  busy: boolean;
  /** Other files were dropped while it was busy, and not taken. */
  late?: boolean;
  error: string | undefined;
  done: Imported | undefined;
  onPickFiles: (what: Picking) => Promise<string[]>;
  /** Keeps its identity. */
  onReadHeader: (records: string) => Promise<RecordsHeader>;
  onImport: (args: ImportArgs) => void;
  onClose: () => void;
}

const FORMATS: readonly { value: Format; label: string }[] = [{ value: "splink", label: "Splink" }, { value: "claims", label: "Claims" }, { value: "cases", label: "Cases" }];

const SAID: Record<Format, string> = {
  splink: "Pairs between the two probabilities become cases; those above become known links. Splink 4 and 5, with their evidence.",
  claims: "CSV with the columns entity, attribute, system, value and updated_at. One case for each attribute on which systems differ.",
  cases: "JSONL, one case a line, as the hub takes them. The same file again changes nothing.",
};

export function ImportView(props: ImportViewProps) {
  const { start, busy, late = false, error, done, onPickFiles, onReadHeader, onImport, onClose } = props;
  const [typed, setTyped] = useState<Typed>(() => typedFor(start.format, start.paths));
  const [complaint, setComplaint] = useState<{ place?: Place; words: string } | undefined>(undefined);
  const commit = useRef<HTMLButtonElement>(null);
  const queue = useRef<HTMLInputElement>(null);
  const type = (part: Partial<Typed>) => setTyped((before) => ({ ...before, ...part }));
  const header = useHeader(typed.format === "splink" ? typed.records : "", onReadHeader, useCallback((found: RecordsHeader) => setTyped((before) => inColumns(before, found)), []));

  // The files are there: ↵ imports them.
  useEffect(() => {
    if (start.paths.length > 0) commit.current?.focus();
  }, [start]);

  if (done !== undefined) return <Result done={done} onClose={onClose} />;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const request = asked(typed, header?.columns);
    if ("format" in request) {
      setComplaint(undefined);
      onImport(request);
    } else {
      setComplaint(request);
      if (request.place === "queue") queue.current?.focus();
    }
  };
  const pick = async (what: Picking, take: (picked: string[]) => Partial<Typed>) => {
    try {
      const picked = await onPickFiles(what);
      if (picked.length === 0) return;
      const next = { ...typed, ...take(picked) };
      setTyped(next);
      setComplaint(undefined);
      if ("format" in asked(next)) commit.current?.focus();
    } catch (thrown) {
      setComplaint({ words: thrown instanceof Error ? thrown.message : "The file dialog did not open" });
    }
  };
  const at = (place: Place) => (complaint?.place === place ? complaint.words : undefined);

  return (
    <Dialog label="Import" onClose={onClose} width={540}>
      <form onSubmit={submit}>
        <DialogBody title="Import" buttons={<><Button ref={commit} type="submit" tone="primary" size="tall" disabled={busy}>{busy ? "Importing" : "Import"}</Button><Button size="tall" onClick={onClose}>{busy ? "Close" : "Cancel"}</Button></>}>
          <div className={css.form}>
            <Choice label="Format" options={FORMATS} value={typed.format} onPick={(value) => setTyped(inFormat(typed, value as Format))} />
            <p className={css.said}>{SAID[typed.format]}</p>
            {typed.format === "splink" ? (
              <>
                <FileLine label="Records" path={typed.records} error={header?.unread} onPick={() => void pick({ title: "Records", extensions: ["csv"], several: false }, ([path]) => ({ records: path ?? "" }))} />
                <FileLine label="Pairs" path={typed.pairs} onPick={() => void pick({ title: "Pairs", extensions: ["parquet", "csv"], several: false }, ([path]) => ({ pairs: path ?? "" }))} />
                <div className={css.three}>
                  <Column label="Column with the record’s id" none="Choose a column" value={typed.idColumn} columns={header?.columns} error={at("idColumn")} onType={(idColumn) => type({ idColumn })} />
                  <Field label="Cases from" value={typed.low} inputMode="decimal" onChange={(e) => type({ low: e.target.value })} />
                  <Field label="Links from" value={typed.high} inputMode="decimal" onChange={(e) => type({ high: e.target.value })} />
                </div>
              </>
            ) : (
              <FileLine
                label={typed.format === "cases" ? "Files" : "File"} path={typed.format === "cases" ? typed.paths.join(", ") : (typed.paths[0] ?? "")}
                onPick={() => void pick({ title: "Import", extensions: typed.format === "cases" ? ["jsonl", "ndjson", "json"] : ["csv"], several: typed.format === "cases" }, (paths) => ({ paths }))}
              />
            )}
            <div className={typed.format === "cases" ? undefined : css.two}>
              <QueueField typed={typed} at={queue} error={at("queue")} onType={type} />
              {typed.format !== "cases" && <Field label="Source" value={typed.source} placeholder={typed.format} onChange={(e) => type({ source: e.target.value })} help="One for each set of data: the same id of another source is another case." />}
            </div>
            <More typed={typed} columns={header?.columns} error={at("map")} onType={type} />
            {complaint !== undefined && (complaint.place === undefined || complaint.place === "files" || complaint.place === "band") && <Note tone="bad" live>{complaint.words}</Note>}
            {error !== undefined && <Note tone="bad" live>{error}</Note>}
            {busy && <p className={css.said} role="status">Reading the files. You can close this; the import goes on.</p>}
            {late && <Note tone="warn" live>An import is under way. Drop the other files again when it is done.</Note>}
          </div>
        </DialogBody>
      </form>
    </Dialog>
  );
}

function QueueField({ typed, at, error, onType }: { typed: Typed; at: Ref<HTMLInputElement>; error: string | undefined; onType: (part: Partial<Typed>) => void }) {
  const own = typed.format === "cases";
  return (
    <Field
      label="Queue" value={typed.queue} ref={at} error={error} {...(own ? { placeholder: "as the cases say" } : {})} onChange={(e) => onType({ queue: e.target.value })}
      help={own ? "Leave it empty to keep the cases’ own." : "It is made when there is none of that name."}
    />
  );
}

function FileLine({ label, path, error, onPick }: { label: string; path: string; error?: string | undefined; onPick: () => void }) {
  return (
    <div className={css.file}>
      <Field label={label} value={path} readOnly mono placeholder="nothing chosen" error={error} />
      <Button onClick={onPick} aria-label={`Choose ${label.toLowerCase()}`}>Choose</Button>
    </div>
  );
}

function Result({ done, onClose }: { done: Imported; onClose: () => void }) {
  return (
    <Dialog label="Imported" onClose={onClose} width={540}>
      <DialogBody title="Imported" buttons={<Button tone="primary" size="tall" onClick={onClose}>Close</Button>}>
        <Outcome done={done} />
      </DialogBody>
    </Dialog>
  );
}
