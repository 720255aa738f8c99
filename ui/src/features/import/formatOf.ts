import type { Format } from "./asked";

/** What kind of file it is, by its name: for files dropped on the window. */
export function formatOf(paths: readonly string[]): Format {
  if (paths.some((path) => /\.parquet$/i.test(path))) return "splink";
  if (paths.some((path) => /\.(jsonl|ndjson|json)$/i.test(path))) return "cases";
  return paths.length > 1 || paths.some((path) => /predict|pair|record/i.test(path)) ? "splink" : "claims";
}
