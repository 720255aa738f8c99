// When a case is due, when it expires, and to whom it goes when nobody decided it in time, as controls.
import { Field, Select } from "../../kit/Field";
import type { Fault, JsonValue } from "../../ipc/types.gen";
import { faultAt, member, textMember, type Json } from "./draft";
import { NumberField } from "./TypedFields";
import css from "./Policies.module.css";

const ON_EXPIRY = [{ value: "escalate", label: "stays, to be rejected or answered" }, { value: "return", label: "goes back to its source" }, { value: "reject", label: "is rejected (actions only)" }] as const;
const TO = [
  { value: "", label: "nobody" }, { value: "lead", label: "the leads of the queue" }, { value: "steward", label: "its stewards" }, { value: "approver", label: "its approvers" },
  { value: "person", label: "a person" }, { value: "queue", label: "another queue" },
] as const;
const AFTER_MINUTES = 60;

/** Places beside which what is wrong is shown. */
export const TIMES_SHOWN = ["/due_minutes", "/expire_minutes", "/on_expiry", "/escalate"];

export function TimesFields({ policy, fault, set }: { policy: Json; fault: Fault | undefined; set: (name: string, value: JsonValue) => void }) {
  const at = (pointer: string) => faultAt(fault, pointer);
  const onExpiry = textMember(policy, "on_expiry");
  return (
    <>
      <div className={css.row}>
        <div className={css.short}><NumberField label="due, in minutes" value={policy["due_minutes"]} onNumber={(n) => set("due_minutes", n ?? null)} error={at("/due_minutes")} placeholder="never" help="1440 is a day" /></div>
        <div className={css.short}><NumberField label="expires, in minutes" value={policy["expire_minutes"]} onNumber={(n) => set("expire_minutes", n ?? null)} error={at("/expire_minutes")} placeholder="never" /></div>
        <Select label="a case that expires" value={onExpiry === "" ? "escalate" : onExpiry} onPick={(next) => set("on_expiry", next)} options={ON_EXPIRY} error={at("/on_expiry")} />
      </div>
      <p className={css.note}>From when it came in, where its source says nothing else. Nothing is approved by expiring.</p>
      <Escalation escalation={policy["escalate"] === undefined || policy["escalate"] === null ? undefined : member(policy, "escalate")} fault={fault} onChange={(next) => set("escalate", next)} />
    </>
  );
}

function Escalation({ escalation, fault, onChange }: { escalation: Json | undefined; fault: Fault | undefined; onChange: (escalation: JsonValue) => void }) {
  const to = escalation === undefined ? {} : member(escalation, "to");
  const sort = escalation === undefined ? "" : "person" in to ? "person" : "queue" in to ? "queue" : textMember(to, "role");
  const after = escalation?.["after_minutes"];
  const pick = (next: string) => {
    if (next === "") return onChange(null);
    onChange({ after_minutes: after ?? AFTER_MINUTES, to: next === "person" || next === "queue" ? { [next]: "" } : { role: next } });
  };
  const known = TO.some((option) => option.value === sort);
  const named = sort === "person" || sort === "queue";
  const fields = (
    <>
      {named && <div className={css.grow}><Field label={sort === "person" ? "name of the person" : "name of the queue"} value={textMember(to, sort)} onChange={(e) => onChange({ ...escalation, to: { [sort]: e.target.value } })} error={faultAt(fault, "/escalate/to")} /></div>}
      <div className={css.short}><NumberField label="minutes after due" value={after} onNumber={(n) => onChange({ ...escalation, after_minutes: n ?? null })} error={faultAt(fault, "/escalate/after_minutes")} /></div>
    </>
  );
  const whole = fault?.pointer === "/escalate" || (!named && faultAt(fault, "/escalate/to") !== undefined) ? fault?.text : undefined;
  return (
    <>
      <div className={css.row}>
        <Select label="a late case is escalated to" value={sort} onPick={pick} options={known ? TO : [...TO, { value: sort, label: sort }]} />
        {escalation !== undefined && fields}
      </div>
      {whole !== undefined && <p className={css.error} role="alert">{whole}</p>}
    </>
  );
}
