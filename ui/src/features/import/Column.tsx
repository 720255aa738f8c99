// One of the records' columns: chosen where they are known, else typed.
import { Field, Select } from "../../kit/Field";

interface ColumnProps {
  label: string;
  help?: string;
  error?: string | undefined;
  /** What no column stands for. */
  none: string;
  value: string;
  /** None known: it is typed. */
  columns: readonly string[] | undefined;
  onType: (column: string) => void;
}

export function Column({ label, help, error, none, value, columns = [], onType }: ColumnProps) {
  const said = { label, error, ...(help === undefined ? {} : { help }) };
  if (columns.length === 0) return <Field {...said} value={value} placeholder={none.toLowerCase()} mono onChange={(e) => onType(e.target.value)} />;
  const options = [{ value: "", label: none }, ...columns.map((column) => ({ value: column, label: column }))];
  return <Select {...said} options={options} value={value} wide onPick={onType} />;
}
