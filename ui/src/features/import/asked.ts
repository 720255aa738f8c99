// What is typed in the import dialog, and the request it makes. What is left empty stays for the importer to choose.
import type { ImportArgs, RecordsHeader } from "../../ipc/types.gen";

export type Format = ImportArgs["format"];

export interface Typed {
  format: Format;
  /** Of cases, and of claims the first. */
  paths: readonly string[];
  records: string;
  pairs: string;
  idColumn: string;
  low: string;
  high: string;
  queue: string;
  source: string;
  system: string;
  entityType: string;
  /** One `name = column` a line. */
  map: string;
}

/** The queue that is proposed. Cases have their own. */
const QUEUES: Record<Format, string> = { splink: "matches", claims: "conflicts", cases: "" };

export function typedFor(format: Format, paths: readonly string[]): Typed {
  const parquet = paths.find((path) => path.endsWith(".parquet"));
  return {
    format,
    paths,
    records: paths.find((path) => path.endsWith(".csv") && /record/i.test(path)) ?? "",
    pairs: parquet ?? paths.find((path) => /predict|pair/i.test(path)) ?? "",
    idColumn: "record_id", low: "0.2", high: "0.99", queue: QUEUES[format], source: "", system: "", entityType: "", map: "",
  };
}

/** The queue goes with the format until somebody has named one. */
export function inFormat(typed: Typed, format: Format): Typed {
  return { ...typed, format, queue: typed.queue === QUEUES[typed.format] ? QUEUES[format] : typed.queue };
}

/** Columns that the records don't have give way to what the desk takes for the id, and to its guess of the system. */
export function inColumns(typed: Typed, { columns, id }: RecordsHeader): Typed {
  const there = (column: string, otherwise: string) => (columns.includes(column) ? column : otherwise);
  return { ...typed, idColumn: there(typed.idColumn, id ?? ""), system: there(typed.system, "") };
}

export type Place = "files" | "queue" | "idColumn" | "band" | "map";

/** The request, or what is missing and where. Of `columns`, those the records are known to have, one is named as it stands there. */
export function asked(typed: Typed, columns: readonly string[] = []): ImportArgs | { place: Place; words: string } {
  const said = (text: string) => (text.trim() === "" ? null : text.trim());
  const column = (name: string) => (name !== "" && columns.includes(name) ? name : said(name));
  const [queue, source, entity_type] = [said(typed.queue), said(typed.source), said(typed.entityType)];
  if (typed.format === "cases") return typed.paths.length === 0 ? { place: "files", words: "Choose a file" } : { format: "cases", paths: [...typed.paths], queue, source };
  if (typed.format === "splink" && (typed.records === "" || typed.pairs === "")) return { place: "files", words: "Choose the records and the pairs" };
  const path = typed.paths[0];
  if (typed.format === "claims" && path === undefined) return { place: "files", words: "Choose a file" };
  if (queue === null) return { place: "queue", words: "Name the queue the cases go to" };
  if (typed.format === "claims") return { format: "claims", path: path ?? "", queue, source, entity_type };
  const id = column(typed.idColumn);
  if (id === null) return { place: "idColumn", words: "Name the column with the record’s id" };
  const [low, high] = [Number(typed.low), Number(typed.high)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { place: "band", words: "Probabilities are numbers, such as 0.2" };
  const map = mapped(typed.map);
  if (typeof map === "string") return { place: "map", words: `“${map}” is no pair: write name = column` };
  return { format: "splink", records: typed.records, pairs: typed.pairs, id, low, high, queue, source, system: column(typed.system), entity_type, map };
}

/** The pairs, or the line that is none. */
function mapped(text: string): [string, string][] | string {
  const pairs: [string, string][] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const at = line.indexOf("=");
    const name = line.slice(0, Math.max(at, 0)).trim();
    if (name === "") return line.trim();
    pairs.push([name, line.slice(at + 1).trim()]);
  }
  return pairs;
}
