// A policy as controls, and as JSON for whatever has none. What is wrong stands beside the field it is about.
import type { ReactNode } from "react";
import { Button } from "../../kit/Button";
import { Area, Choice, Select } from "../../kit/Field";
import { Note } from "../../kit/Note";
import type { Fault, JsonValue, PresetView } from "../../ipc/types.gen";
import { faultAt, listMember, objectOf, rulesOf, textMember, textOf, withMember } from "./draft";
import { RuleFields } from "./RuleFields";
import { TIMES_SHOWN, TimesFields } from "./TimesFields";
import { Names, NumberField } from "./TypedFields";
import css from "./Policies.module.css";

const APPROVERS = [{ value: "1", label: "One person" }, { value: "2", label: "Two people" }] as const;
const ORDERS = [{ value: "oldest", label: "the oldest" }, { value: "uncertain", label: "the least certain" }, { value: "random", label: "by chance" }] as const;
const VIEWS = [{ value: "form", label: "Form" }, { value: "json", label: "JSON" }] as const;

export interface PolicyFormProps {
  text: string;
  view: "form" | "json";
  presets: readonly PresetView[];
  fault: Fault | undefined;
  onText: (text: string) => void;
  onView: (view: "form" | "json") => void;
}

export function PolicyForm({ text, view, presets, fault, onText, onView }: PolicyFormProps) {
  const policy = objectOf(text);
  const set = (name: string, value: JsonValue | undefined) => policy !== undefined && onText(textOf(withMember(policy, name, value)));
  const rules = policy === undefined ? [] : rulesOf(policy);
  const setRule = (index: number, rule: JsonValue | undefined) => set("rules", rule === undefined ? rules.filter((_, at) => at !== index) : rules.map((old, at) => (at === index ? rule : old)));
  const at = (pointer: string) => faultAt(fault, pointer);
  const asJson = view === "json" || policy === undefined;
  return (
    <div className={css.form}>
      <div className={css.row}>
        <Choice label="Written as" options={VIEWS} value={asJson ? "json" : "form"} onPick={(next) => onView(next as "form" | "json")} />
        <Select label="Begin with" hideLabel value="" onPick={(name) => { const found = presets.find((preset) => preset.name === name); if (found !== undefined) onText(textOf(found.policy)); }} options={[{ value: "", label: "Begin with a preset" }, ...presets.map((preset) => ({ value: preset.name, label: preset.title }))]} />
      </div>
      {asJson || policy === undefined ? (
        <Area label="Policy, as JSON" mono rows={22} value={text} onChange={(e) => onText(e.target.value)} error={fault === undefined ? undefined : fault.pointer === "" ? fault.text : `${fault.pointer}: ${fault.text}`} />
      ) : (
        <>
          {fault !== undefined && !SHOWN.some((pointer) => at(pointer) !== undefined) && <Note tone="bad" live>{fault.pointer === "" ? fault.text : `${fault.pointer}: ${fault.text}`}</Note>}
          <Part title="Who decides">
            <div className={css.row}>
              <Choice label="Every decision needs" options={APPROVERS} value={textMember(policy, "approvers")} onPick={(n) => set("approvers", Number(n))} />
            </div>
            {at("/approvers") !== undefined && <p className={css.error} role="alert">{at("/approvers")}</p>}
            {rules.map((rule, index) => <RuleFields key={index} rule={rule} index={index} fault={fault} onChange={(next) => setRule(index, next)} onRemove={() => setRule(index, undefined)} />)}
            <div className={css.do}><Button icon="plus" onClick={() => set("rules", [...rules, { when: { effects: ["pay"] }, approvers: 2 }])}>Add a rule</Button><span className={css.note}>The strictest that applies counts.</span></div>
            {fault?.pointer === "/rules" && <p className={css.error} role="alert">{fault.text}</p>}
            <div className={css.row}>
              <div className={css.short}><NumberField label="drawn for a second" value={policy["second_share"]} onNumber={(n) => set("second_share", n)} error={at("/second_share")} help="0.1 is every tenth" /></div>
              <div className={css.grow}><Names label="who settles a dispute" value={listMember(policy, "adjudicators")} onNames={(all) => set("adjudicators", all)} error={at("/adjudicators")} help="Names, separated by commas; nobody: the leads of the queue" /></div>
            </div>
            <div className={css.row}>
              <div className={css.short}><NumberField label="audited" value={policy["audit_share"]} onNumber={(n) => set("audit_share", n)} error={at("/audit_share")} help="given to a second after release" /></div>
              <div className={css.short}><NumberField label="gold" value={policy["gold_share"]} onNumber={(n) => set("gold_share", n)} error={at("/gold_share")} help="planted with a known answer" /></div>
            </div>
          </Part>
          <Part title="What they see and say">
            <Check label="A reason is needed" checked={policy["require_reason"] === true} onCheck={(on) => set("require_reason", on)} />
            <Check label="Blind" says="Suggestion and scores are hidden until one has decided." checked={policy["blind"] === true} onCheck={(on) => set("blind", on)} />
            <Check label="Drafts only" says="Nothing is released to act on." checked={policy["draft_only"] === true} onCheck={(on) => set("draft_only", on)} />
          </Part>
          <Part title="Times and order">
            <div className={css.row}>
              <div className={css.short}><NumberField label="undo, in seconds" value={policy["undo_seconds"]} onNumber={(n) => set("undo_seconds", n ?? null)} error={at("/undo_seconds")} placeholder="the hub’s" /></div>
              <div className={css.short}><NumberField label="lease, in seconds" value={policy["lease_seconds"]} onNumber={(n) => set("lease_seconds", n)} error={at("/lease_seconds")} /></div>
              <Select label="after due and urgent ones" value={textMember(policy, "order")} onPick={(order) => set("order", order)} options={ORDERS} error={at("/order")} />
            </div>
            <TimesFields policy={policy} fault={fault} set={set} />
          </Part>
        </>
      )}
    </div>
  );
}

/** Places beside which what is wrong is shown. */
const SHOWN = ["/approvers", "/rules", "/second_share", "/adjudicators", "/undo_seconds", "/lease_seconds", "/order", "/audit_share", "/gold_share", ...TIMES_SHOWN];

function Part({ title, children }: { title: string; children: ReactNode }) {
  return <section className={css.part} aria-label={title}><h2>{title}</h2>{children}</section>;
}

function Check({ label, says, checked, onCheck }: { label: string; says?: string; checked: boolean; onCheck: (on: boolean) => void }) {
  return <label className={css.check}><input type="checkbox" checked={checked} onChange={(e) => onCheck(e.target.checked)} /><span>{label}{says !== undefined && <small>{says}</small>}</span></label>;
}
