// One value of the arguments: read as a box with its hidden characters drawn, edited by its shape. The JSON type of what is there is
// kept; what is wrong with it is said by the desk.
import { useState } from "react";
import type { JsonValue, Segment } from "../../ipc/types.gen";
import { Choice, Area, Field, Select } from "../../kit/Field";
import { Button } from "../../kit/Button";
import { HiddenText } from "../../kit/HiddenText";
import { Segments } from "../../kit/Segments";
import { Icon } from "../../kit/Icon";
import { emptyOf, numberOf, shapeOf, type Schema } from "./schema";
import css from "./Arguments.module.css";

export function valueText(value: JsonValue): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function ReadLeaf({ label, hideLabel, value, segments, fault }: { label: string; hideLabel: boolean; value: JsonValue; segments: readonly Segment[] | undefined; fault: string | undefined }) {
  return (
    <div>
      <span className={hideLabel ? css.vh : css.label}><HiddenText text={label} /></span>
      <div className={fault === undefined ? css.box : `${css.box} ${css.bad}`}>{segments === undefined || segments.length === 0 ? <HiddenText text={valueText(value)} /> : <Segments segments={segments} plain />}</div>
      {fault !== undefined && <p className={css.fault}><Icon name="warn" small />{fault}</p>}
    </div>
  );
}

export interface LeafProps {
  label: string;
  /** Read, not shown: it stands over the item before. */
  hideLabel: boolean;
  root: JsonValue | null;
  schema: Schema | undefined;
  value: JsonValue;
  fault: string | undefined;
  onChange: (value: JsonValue, pace: "now" | "typing") => void;
}

export function EditLeaf({ label, hideLabel, root, schema, value, fault, onChange }: LeafProps) {
  const shape = shapeOf(schema, value);
  const said = typeof schema?.["description"] === "string" ? schema["description"] : undefined;
  const around = { label, hideLabel, error: fault, ...(said === undefined ? {} : { help: said }) };
  switch (shape.is) {
    case "choice": {
      const options = shape.options.map((option) => ({ value: JSON.stringify(option), label: valueText(option) }));
      const now = JSON.stringify(value);
      const strange = options.some((option) => option.value === now) ? [] : [{ value: now, label: value === "" || value === null ? "Choose" : `${valueText(value)} (as proposed)` }];
      return <Select {...around} options={[...strange, ...options]} value={now} onPick={(picked) => onChange(JSON.parse(picked) as JsonValue, "now")} />;
    }
    case "boolean":
      return (
        <div>
          <span className={hideLabel ? css.vh : css.label} aria-hidden="true"><HiddenText text={label} /></span>
          <Choice label={label} options={[{ value: "true", label: "Yes" }, { value: "false", label: "No" }]} value={String(value)} onPick={(picked) => onChange(picked === "true", "now")} />
          {fault !== undefined && <p className={css.fault} role="alert"><Icon name="warn" small />{fault}</p>}
        </div>
      );
    case "number":
      return <NumberField {...around} value={value} onChange={onChange} />;
    case "date":
      return <Field {...around} mono placeholder="YYYY-MM-DD" value={String(value)} onChange={(event) => onChange(event.target.value, "typing")} />;
    case "nothing":
      return (
        <div>
          <span className={hideLabel ? css.vh : css.label}><HiddenText text={label} /></span>
          <div className={css.none}>none <Button tone="link" aria-label={`Give ${label} a value`} onClick={() => onChange(emptyOf(root, withoutNull(schema)), "now")}>Give a value</Button></div>
          {fault !== undefined && <p className={css.fault} role="alert"><Icon name="warn" small />{fault}</p>}
        </div>
      );
    default: {
      const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
      const change = (typed: string) => onChange(typed, "typing");
      return shape.is === "text" && shape.long
        ? <Area {...around} rows={Math.min(12, Math.max(3, text.split("\n").length + 1))} value={text} onChange={(event) => change(event.target.value)} />
        : <Field {...around} mono value={text} onChange={(event) => change(event.target.value)} />;
    }
  }
}

function withoutNull(schema: Schema | undefined): Schema | undefined {
  const types = schema?.["type"];
  return Array.isArray(types) ? { ...schema, type: types.filter((type) => type !== "null"), default: null } as Schema : schema;
}

/** What is typed stays as typed ("12." on the way to "12.5"); the value is a number as soon as it says exactly that. */
function NumberField({ value, onChange, ...around }: { label: string; hideLabel: boolean; error: string | undefined; help?: string; value: JsonValue; onChange: LeafProps["onChange"] }) {
  const [typed, setTyped] = useState(valueText(value));
  const shown = numberOf(typed) === value || typed === value ? typed : valueText(value);
  return (
    <Field
      {...around} mono inputMode="decimal" value={shown}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(numberOf(event.target.value), "typing");
      }}
    />
  );
}
