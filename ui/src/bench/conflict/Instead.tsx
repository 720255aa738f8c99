// What can be answered beside the claimed values: a value of one's own, several, unknown, a question to an owner; and what is the
// matter with a value that is not the answer.
import type { Ref } from "react";
import type { AttributeClaims, ValueGroup } from "../../ipc/types.gen";
import { Button } from "../../kit/Button";
import { PickChip } from "../../kit/Chip";
import { Area, Field, Select } from "../../kit/Field";
import { HiddenText } from "../../kit/HiddenText";
import { KeyCap } from "../../kit/KeyCap";
import { capOf } from "../../keys/table";
import { MARK_WORDS } from "./Group";
import { MARKS, type Chosen, type ConflictAction, type Mark } from "./reducer";
import css from "./Conflict.module.css";

export interface InsteadProps {
  attribute: AttributeClaims;
  chosen: Chosen;
  act: (action: ConflictAction, pace?: "now" | "typing") => void;
  onType: () => void;
  onAsk: () => void;
  onUnknown: () => void;
  /** The field in use takes the focus; so that Esc leaves it, it says when it has it. */
  field: Ref<HTMLInputElement>;
  question: Ref<HTMLTextAreaElement>;
  onTyping: (typing: boolean) => void;
}

const OTHER = "\u0000other";

export function Instead({ attribute, chosen, act, onType, onAsk, onUnknown, field, question, onTyping }: InsteadProps) {
  const typing = { onFocus: () => onTyping(true), onBlur: () => onTyping(false) };
  const systems = [...new Set(attribute.groups.flatMap((group) => group.claims.map((claim) => claim.system)))].sort();
  const listed = chosen.system === "" || systems.includes(chosen.system);
  return (
    <>
      <div className={css.instead} role="group" aria-label="Or instead">
        <span className={css.caption}>Or instead</span>
        <Button cap={capOf("type_value")} aria-pressed={chosen.mode === "type"} onClick={onType}>Type a value</Button>
        <Button cap={capOf("several")} aria-pressed={chosen.mode === "several"} onClick={() => act({ do: "several" })}>Several are right</Button>
        <Button cap={capOf("cannot_tell")} aria-pressed={chosen.mode === "unknown"} onClick={onUnknown}>Unknown</Button>
        <Button cap={capOf("ask_owner")} aria-pressed={chosen.mode === "ask"} onClick={onAsk}>Ask the owner</Button>
      </div>
      {chosen.mode === "type" && (
        <div className={css.own} data-field>
          <Field
            ref={field} label={`${attribute.label}, typed`} value={chosen.typed} {...typing}
            end={<KeyCap cap="Ctrl ↵" />} onChange={(event) => act({ do: "typed", text: event.target.value }, "typing")}
            onKeyDown={(event) => {
              // Typed: the keys mean what they mean again, and the next one settles.
              if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.currentTarget.blur();
            }}
          />
        </div>
      )}
      {chosen.mode === "several" && (
        <p className={css.hint}>{chosen.options.length} chosen. <KeyCap cap="1" spoken /> to <KeyCap cap={String(Math.min(9, attribute.groups.length))} spoken /> put a value in or take it out; <KeyCap cap={capOf("several")} spoken /> goes back to one.</p>
      )}
      {chosen.mode === "ask" && (
        <div className={css.ask} data-field>
          <div>
            <Select
              label="Whom to ask" value={listed ? chosen.system : OTHER}
              options={[{ value: "", label: "Choose a system" }, ...systems.map((system) => ({ value: system, label: system })), { value: OTHER, label: "Another" }]}
              onPick={(system) => act({ do: "asked", system: system === OTHER ? " " : system })} {...typing}
            />
            {!listed && <Field label="Its name" value={chosen.system.trimStart()} {...typing} onChange={(event) => act({ do: "asked", system: event.target.value === "" ? " " : event.target.value }, "typing")} />}
          </div>
          <Area ref={question} label="Question" rows={2} value={chosen.question} {...typing} onChange={(event) => act({ do: "asked", question: event.target.value }, "typing")} />
        </div>
      )}
    </>
  );
}

export interface MarksProps {
  group: ValueGroup | undefined;
  mark: Mark | undefined;
  /** It is the answer, and needs no mark. */
  isAnswer: boolean;
  onMark: (mark: Mark) => void;
  ref: Ref<HTMLDivElement>;
}

export function Marks({ group, mark, isAnswer, onMark, ref }: MarksProps) {
  if (group === undefined || isAnswer) {
    return <div className={css.marks} ref={ref}><span className={css.note}>A value that isn’t the answer can be marked as stale, wrong or less specific.</span></div>;
  }
  return (
    <div className={css.marks} ref={ref} role="group" aria-label={`Mark ${group.text} as`}>
      <span className={css.caption}>Mark <HiddenText text={group.text} /> as</span>
      {MARKS.map((one) => <PickChip key={one} label={MARK_WORDS[one]} picked={mark === one} onPick={() => onMark(one)} />)}
      {mark !== undefined && <span className={css.note}>{mark === "wrong" ? "Counts against who says so." : "Will not count against who says so."}</span>}
    </div>
  );
}
