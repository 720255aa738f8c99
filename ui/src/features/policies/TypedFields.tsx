// Fields whose value is a number or a list of names. What is typed stays as it is typed while it means the value: "0." on the way
// to "0.8", a comma at the end.
import { useState } from "react";
import { Field } from "../../kit/Field";
import type { JsonValue } from "../../ipc/types.gen";
import { names, number } from "./draft";

interface Typed {
  label: string;
  help?: string;
  placeholder?: string;
  error: string | undefined;
}

export function NumberField({ value, onNumber, ...field }: Typed & { value: JsonValue | undefined; onNumber: (value: JsonValue | undefined) => void }) {
  const [text, setText] = useState("");
  const given = value === null ? undefined : value;
  const shown = number(text) === given ? text : given === undefined ? "" : String(given);
  return <Field {...field} inputMode="decimal" value={shown} onChange={(e) => { setText(e.target.value); onNumber(number(e.target.value)); }} />;
}

export function Names({ value, onNames, ...field }: Typed & { value: readonly string[]; onNames: (names: string[]) => void }) {
  const [text, setText] = useState("");
  const shown = names(text).join("\n") === value.join("\n") ? text : value.join(", ");
  return <Field {...field} value={shown} onChange={(e) => { setText(e.target.value); onNames(names(e.target.value)); }} />;
}
