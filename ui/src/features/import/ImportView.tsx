// Importing files: which format, which files, into which queue; and afterwards what became of every row. It reads no file itself.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Choice, Field } from "../../kit/Field";
import { count, plural } from "../../kit/format";
import { Note } from "../../kit/Note";
import type { ImportArgs, Imported } from "../../ipc/types.gen";
import { HiddenText } from "../../kit/HiddenText";
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
  const [complaint, setComplaint] = useState<string | undefined>(undefined);

  if (done !== undefined) return <Result done={done} onClose={onClose} />;

  const args = (): ImportArgs | string => {
    const into = queue.trim();
    if (format === "cases") return paths.length === 0 ? "Choose a file" : { format, paths, queue: into === "" ? null : into };
    if (into === "") return "Name the queue the cases go to";
    if (format === "claims") return paths[0] === undefined ? "Choose a file" : { format, path: paths[0], queue: into };
    const [from, to] = [Number(low), Number(high)];
    if (records === "" || pairs === "") return "Choose the records and the pairs";
    if (idColumn.trim() === "") return "Name the column with the record’s id";
    return Number.isFinite(from) && Number.isFinite(to) ? { format, records, pairs, id: idColumn.trim(), low: from, high: to, queue: into } : "Probabilities are numbers, such as 0.2";
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

const MOST_SHOWN = 50;

function Result({ done, onClose }: { done: Imported; onClose: () => void }) {
  const facts: [string, number][] = [["New cases", done.created], ["Revised", done.revised], ["Unchanged", done.unchanged], ["Decided before, left alone", done.left_alone], ["Known links", done.known_links], ["Refused", done.refused.length]];
  return (
    <Dialog label="Imported" onClose={onClose} width={540}>
      <DialogBody title="Imported" buttons={<Button tone="primary" size="tall" onClick={onClose}>Close</Button>}>
        <div role="status"><dl className={css.facts}>{facts.filter(([name, n]) => n > 0 || name === "New cases").map(([name, n]) => <div key={name}><dt>{name}</dt><dd>{count(n)}</dd></div>)}</dl></div>
        {done.notes.length > 0 && <ul className={css.notes}>{done.notes.map((note) => <li key={note}>{note}</li>)}</ul>}
        {done.refused.length > 0 && (
          <>
            <Note tone="warn">{plural(done.refused.length, "row")} could not be taken; the others are in.</Note>
            <ul className={css.refused} tabIndex={0} aria-label="Refused rows">
              {done.refused.slice(0, MOST_SHOWN).map((row) => <li key={`${row.file}:${row.line}`}><span className={css.place}>{row.file.split(/[\\/]/).at(-1)}, line {row.line}</span> <HiddenText text={row.words} /></li>)}
            </ul>
            {done.refused.length > MOST_SHOWN && <p className={css.said}>and {count(done.refused.length - MOST_SHOWN)} more</p>}
          </>
        )}
      </DialogBody>
    </Dialog>
  );
}
