// Importing files: which format, which files, into which queue; and afterwards what became of every row. It reads no file itself.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Choice, Field } from "../../kit/Field";
import { Note } from "../../kit/Note";
import type { ImportArgs, Imported } from "../../ipc/types.gen";
import { Outcome } from "./Outcome";
import css from "./Import.module.css";

export type Format = ImportArgs["format"];

export interface Picking {
  title: string;
  extensions: string[];
  several: boolean;
}

export interface ImportViewProps {
  start: { format: Format; paths: readonly string[] };
  busy: boolean;
  error: string | undefined;
  done: Imported | undefined;
  onPickFiles: (what: Picking) => Promise<string[]>;
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
  const { start, busy, error, done, onPickFiles, onImport, onClose } = props;
  const [format, setFormat] = useState<Format>(start.format);
  const parquet = start.paths.find((path) => path.endsWith(".parquet"));
  const [paths, setPaths] = useState<string[]>([...start.paths]);
  const [records, setRecords] = useState(start.paths.find((path) => path.endsWith(".csv") && /record/i.test(path)) ?? "");
  const [pairs, setPairs] = useState(parquet ?? start.paths.find((path) => /predict|pair/i.test(path)) ?? "");
  const [idColumn, setIdColumn] = useState("unique_id");
  const [low, setLow] = useState("0.2");
  const [high, setHigh] = useState("0.99");
  const [queue, setQueue] = useState("");
  const [source, setSource] = useState("");
  const [complaint, setComplaint] = useState<string | undefined>(undefined);

  if (done !== undefined) return <Result done={done} onClose={onClose} />;

  const args = (): ImportArgs | string => {
    const into = queue.trim();
    const from = source.trim() === "" ? null : source.trim();
    if (format === "cases") return paths.length === 0 ? "Choose a file" : { format, paths, queue: into === "" ? null : into };
    if (into === "") return "Name the queue the cases go to";
    if (format === "claims") return paths[0] === undefined ? "Choose a file" : { format, path: paths[0], queue: into, source: from };
    const [least, most] = [Number(low), Number(high)];
    if (records === "" || pairs === "") return "Choose the records and the pairs";
    if (idColumn.trim() === "") return "Name the column with the record’s id";
    return Number.isFinite(least) && Number.isFinite(most) ? { format, records, pairs, id: idColumn.trim(), low: least, high: most, queue: into, source: from } : "Probabilities are numbers, such as 0.2";
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = args();
    setComplaint(typeof given === "string" ? given : undefined);
    if (typeof given !== "string") onImport(given);
  };
  const pick = async (what: Picking, take: (picked: string[]) => void) => {
    try {
      const picked = await onPickFiles(what);
      if (picked.length > 0) take(picked);
    } catch (thrown) {
      setComplaint(thrown instanceof Error ? thrown.message : "The file dialog did not open");
    }
  };

  return (
    <Dialog label="Import" onClose={onClose} width={540}>
      <form onSubmit={submit}>
        <DialogBody title="Import" buttons={<><Button type="submit" tone="primary" size="tall" disabled={busy}>{busy ? "Importing" : "Import"}</Button><Button size="tall" onClick={onClose}>{busy ? "Close" : "Cancel"}</Button></>}>
          <div className={css.form}>
            <Choice label="Format" options={FORMATS} value={format} onPick={(value) => setFormat(value as Format)} />
            <p className={css.said}>{SAID[format]}</p>
            {format === "splink" ? (
              <>
                <FileLine label="Records" path={records} onPick={() => void pick({ title: "Records", extensions: ["csv"], several: false }, ([path]) => setRecords(path ?? ""))} />
                <FileLine label="Pairs" path={pairs} onPick={() => void pick({ title: "Pairs", extensions: ["parquet", "csv"], several: false }, ([path]) => setPairs(path ?? ""))} />
                <div className={css.three}>
                  <Field label="Column with the record’s id" value={idColumn} onChange={(e) => setIdColumn(e.target.value)} />
                  <Field label="Cases from" value={low} inputMode="decimal" onChange={(e) => setLow(e.target.value)} />
                  <Field label="Links from" value={high} inputMode="decimal" onChange={(e) => setHigh(e.target.value)} />
                </div>
              </>
            ) : (
              <FileLine
                label={format === "cases" ? "Files" : "File"} path={format === "cases" ? paths.join(", ") : (paths[0] ?? "")}
                onPick={() => void pick({ title: "Import", extensions: format === "cases" ? ["jsonl", "ndjson", "json"] : ["csv"], several: format === "cases" }, setPaths)}
              />
            )}
            <Field label="Queue" value={queue} onChange={(e) => setQueue(e.target.value)} help={format === "cases" ? "Leave it empty to keep the cases’ own." : "It is made when there is none of that name."} />
            {format !== "cases" && <Field label="Source" value={source} placeholder={format} onChange={(e) => setSource(e.target.value)} help="Give each set of data its own: the same id of another source is another case." />}
            {complaint !== undefined && <Note tone="bad" live>{complaint}</Note>}
            {error !== undefined && <Note tone="bad" live>{error}</Note>}
            {busy && <p className={css.said} role="status">Reading the files. You can close this; the import goes on.</p>}
          </div>
        </DialogBody>
      </form>
    </Dialog>
  );
}

function FileLine({ label, path, onPick }: { label: string; path: string; onPick: () => void }) {
  return (
    <div className={css.file}>
      <Field label={label} value={path} readOnly mono placeholder="nothing chosen" />
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
