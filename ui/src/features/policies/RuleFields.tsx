// One rule of a policy as controls: when it applies, and how many people then agree.
import { Button } from "../../kit/Button";
import { PickChip } from "../../kit/Chip";
import { Choice, Field, Select } from "../../kit/Field";
import type { Fault, JsonValue } from "../../ipc/types.gen";
import { EFFECTS, faultAt, listMember, member, textMember, withMember, type Json } from "./draft";
import { Names, NumberField } from "./TypedFields";
import css from "./Policies.module.css";

const APPROVERS = [{ value: "1", label: "One person" }, { value: "2", label: "Two people" }] as const;

function yesNo(value: JsonValue | undefined): string {
  return typeof value === "boolean" ? String(value) : "";
}

export function RuleFields({ rule, index, fault, onChange, onRemove }: { rule: Json; index: number; fault: Fault | undefined; onChange: (rule: Json) => void; onRemove: () => void }) {
  const when = member(rule, "when");
  const above = member(when, "above");
  const place = `/rules/${index}`;
  const set = (name: string, value: JsonValue | undefined) => onChange(withMember(rule, "when", withMember(when, name, value)));
  const setAbove = (name: string, value: string) => {
    const next = { value: textMember(above, "value"), currency: textMember(above, "currency"), [name]: value };
    set("above", next.value === "" && next.currency === "" ? undefined : next);
  };
  const effects = listMember(when, "effects");
  const pick = (effect: string) => {
    const next = effects.includes(effect) ? effects.filter((e) => e !== effect) : [...effects, effect];
    set("effects", next.length === 0 ? undefined : next);
  };
  const whole = fault?.pointer === `${place}/when` ? fault.text : undefined;
  return (
    <fieldset className={css.rule} aria-label={`Rule ${index + 1}`}>
      <div className={css.ruleHead}>
        <b>Rule {index + 1}</b>
        <Choice label={`Rule ${index + 1} asks for`} options={APPROVERS} value={textMember(rule, "approvers")} onPick={(n) => onChange(withMember(rule, "approvers", Number(n)))} />
        <span><Button tone="plain" onClick={onRemove} aria-label={`Remove rule ${index + 1}`}>Remove</Button></span>
      </div>
      <div role="group" aria-label={`Rule ${index + 1}, where a call`}>
        <p className={css.label}>where a call would</p>
        <div className={css.effects}>{EFFECTS.map((effect) => <PickChip key={effect} label={effect} picked={effects.includes(effect)} onPick={() => pick(effect)} />)}</div>
      </div>
      <div className={css.row}>
        <div className={css.short}><Field label="above" value={textMember(above, "value")} onChange={(e) => setAbove("value", e.target.value)} error={faultAt(fault, `${place}/when/above/value`)} placeholder="1000.00" inputMode="decimal" /></div>
        <div className={css.tiny}><Field label="currency" value={textMember(above, "currency")} onChange={(e) => setAbove("currency", e.target.value.toUpperCase())} error={faultAt(fault, `${place}/when/above/currency`)} placeholder="EUR" /></div>
        <div className={css.short}><NumberField label="confidence below" value={when["below_confidence"]} onNumber={(n) => set("below_confidence", n)} error={faultAt(fault, `${place}/when/below_confidence`)} placeholder="0.8" /></div>
        <Select label="can it be undone" value={yesNo(when["irreversible"])} onPick={(v) => set("irreversible", v === "" ? undefined : v === "true")} options={[{ value: "", label: "either" }, { value: "true", label: "can’t be undone" }, { value: "false", label: "can be undone" }]} />
        <Select label="arguments" value={yesNo(when["edited"])} onPick={(v) => set("edited", v === "" ? undefined : v === "true")} options={[{ value: "", label: "either" }, { value: "true", label: "edited" }, { value: "false", label: "as proposed" }]} />
      </div>
      <Names label="tools, by name" value={listMember(when, "tools")} onNames={(tools) => set("tools", tools.length === 0 ? undefined : tools)} error={faultAt(fault, `${place}/when/tools`)} help="Separated by commas; nothing for every tool" />
      {whole !== undefined && <p className={css.error} role="alert">{whole}</p>}
    </fieldset>
  );
}
