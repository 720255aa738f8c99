// Labels out, as files that a trainer reads as they are. The hub writes them; here one says which, and sees what was left out.
import { useState } from "react";
import { Button } from "../../kit/Button";
import { Select } from "../../kit/Field";
import { count, plural } from "../../kit/format";
import { Note } from "../../kit/Note";
import type { Exported, Kind } from "../../ipc/types.gen";
import css from "./Export.module.css";

interface Format {
  name: string;
  says: string;
  kind?: Kind;
}

export const FORMATS: readonly Format[] = [
  { name: "labels.jsonl", says: "The ledger’s live labels, unchanged, of every kind" },
  { name: "splink-labels.csv", says: "Clerical labels for Splink’s accuracy analysis", kind: "identity_match" },
  { name: "splink-matches.csv", says: "Pairs that are the same, for Splink", kind: "identity_match" },
  { name: "source-trust.csv", says: "How often each system was right, by attribute", kind: "data_conflict" },
  { name: "trl-preference.jsonl", says: "Proposed against final actions, for preference training with TRL", kind: "proposed_action" },
  { name: "trl-kto.jsonl", says: "Wanted and unwanted actions, for KTO with TRL", kind: "proposed_action" },
];

export interface Wanted {
  format: string;
  queue: string | null;
  source: string | null;
  split: string | null;
}

export interface ExportViewProps {
  queues: readonly { name: string; title: string; kind: Kind }[];
  busy: boolean;
  error: string | undefined;
  done: Exported | undefined;
  onExport: (args: Wanted) => void;
}

export function ExportView({ queues, busy, error, done, onExport }: ExportViewProps) {
  const [format, setFormat] = useState("labels.jsonl");
  const [queue, setQueue] = useState("");
  const [split, setSplit] = useState("");
  const kind = FORMATS.find((f) => f.name === format)?.kind;
  const fitting = queues.filter((q) => kind === undefined || q.kind === kind);
  const chosen = fitting.some((q) => q.name === queue) ? queue : "";
  const wanted = { format, queue: chosen === "" ? null : chosen, split: split === "" ? null : split };
  const [last, setLast] = useState<Wanted>({ ...wanted, source: null });
  const write = (args: Wanted) => {
    setLast(args);
    onExport(args);
  };
  return (
    <>
      <fieldset className={css.formats}>
        <legend>Format</legend>
        {FORMATS.map((f) => (
          <label key={f.name} className={f.name === format ? `${css.format} ${css.at}` : css.format}>
            <input type="radio" name="format" checked={f.name === format} onChange={() => setFormat(f.name)} />
            <span><span className={css.name}>{f.name}</span><span className={css.says}>{f.says}</span></span>
          </label>
        ))}
      </fieldset>
      <div className={css.narrow}>
        <Select label="Queue" value={chosen} onPick={setQueue} options={[{ value: "", label: "All" }, ...fitting.map((q) => ({ value: q.name, label: q.title }))]} />
        <Select label="Split" value={split} onPick={setSplit} options={[{ value: "", label: "Train and test" }, { value: "train", label: "Train" }, { value: "test", label: "Test" }]} />
      </div>
      <div className={css.do}>
        <Button tone="primary" size="tall" disabled={busy} onClick={() => write({ ...wanted, source: null })}>{busy ? "Writing" : "Choose where and write"}</Button>
        <span>Only what is released. A manifest with counts and a checksum is written beside it.</span>
      </div>
      {error !== undefined && <Note tone="bad" live>{error}</Note>}
      {done !== undefined && <Done done={done} onSource={(source) => write({ ...last, source })} />}
    </>
  );
}

function Done({ done, onSource }: { done: Exported; onSource: (source: string) => void }) {
  return (
    <section className={css.done} aria-label="Written">
      <p role="status"><b>{plural(done.rows, "row")}</b> written to <code>{done.path}</code></p>
      <p>Manifest: <code>{done.manifest_path}</code></p>
      {done.left_out.length === 0
        ? <p>This format could say everything.</p>
        : <><p>What this format can’t say ({count(done.left_out.length)}):</p><ul>{done.left_out.map((words) => <li key={words}>{words}</li>)}</ul></>}
      {done.other_sources.length > 0 && (
        <p className={css.do}>
          <span>Left out, to be written by themselves:</span>
          {done.other_sources.map((source) => <Button key={source} onClick={() => onSource(source)}>{`Write ${source}`}</Button>)}
        </p>
      )}
    </section>
  );
}
