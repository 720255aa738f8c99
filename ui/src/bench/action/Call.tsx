// One call of a proposed action: our headline, what was checked, its arguments or its message. The agent's own words are fenced.
import type { Ref } from "react";
import type { ActionView, Ahead, CallPreview, CallView, JsonValue } from "../../ipc/types.gen";
import { Chip } from "../../kit/Chip";
import { HiddenText } from "../../kit/HiddenText";
import { KeyCap } from "../../kit/KeyCap";
import { Button } from "../../kit/Button";
import { capOf } from "../../keys/table";
import { Arguments } from "./Arguments";
import { Changes, Checks, checksOf } from "./Checks";
import { Message } from "./Message";
import { isObject, write } from "./pointer";
import { finalArguments, type Answering } from "./reducer";
import css from "./Action.module.css";

export interface CallProps {
  call: CallView;
  view: ActionView;
  answering: Answering;
  preview: CallPreview | undefined;
  asWritten: boolean;
  onAsWritten: () => void;
  /** None: it is only looked at. */
  onEdit: (() => void) | undefined;
  onArguments: (value: JsonValue, pace: "now" | "typing") => void;
  form: Ref<HTMLDivElement>;
  editor: Ref<HTMLTextAreaElement>;
  byPress: boolean;
  /** Who else has a say. */
  ahead: Ahead | null;
}

export function Call({ call, view, answering, preview, asWritten, onAsWritten, onEdit, onArguments, form, editor, byPress, ahead }: CallProps) {
  const { message } = call;
  const editing = answering.answered === "edit";
  const final = finalArguments(call, answering);
  const checks = checksOf(call.checks, preview, editing);
  // Beside a message there is less room, and what to look at must stay in sight while it is edited.
  const alerts = message === null ? [] : checks.filter((check) => check.level !== "passed");
  const words = <OwnWords view={view} />;
  // In the card while they are read; to and subject are edited in the form.
  const inCard = message === null ? [] : editing ? [message.body_pointer] : [message.body_pointer, message.to_pointer, message.subject_pointer];
  const without = new Set(inCard.filter((pointer) => pointer !== null));
  const more = isObject(final) && Object.keys(final).some((name) => !without.has(`/${name}`));
  const faults = editing ? new Map(preview?.faults.flatMap((f) => (f.pointer === null ? [] : [[f.pointer, f.title] as const]))) : new Map(call.fields.flatMap((f) => (f.fault === null ? [] : [[f.pointer, f.fault] as const])));
  const fields = (more || editing) && (
    <section className={css.block} ref={form}>
      <h3><span className={css.tool}><HiddenText text={call.tool} /></span>{call.target_system !== null && <span className={css.n}>in <HiddenText text={call.target_system} /></span>}
        {!editing && onEdit !== undefined && call.allowed.includes("edit") && <span className={css.end}><Button tone="link" cap={capOf("edit")} onClick={onEdit}>Edit</Button></span>}
      </h3>
      <Arguments
        value={final} root={call.schema} editing={editing} faults={faults} without={without} onChange={onArguments}
        segments={new Map(call.fields.map((field) => [field.pointer, field.segments]))}
      />
    </section>
  );
  return (
    <>
      <h2 className={message === null ? css.headline : `${css.headline} ${css.smaller}`}><HiddenText text={preview?.headline ?? call.headline} /></h2>
      <div className={css.under}>
        <span>Written by Tiebreak from the arguments, not by the agent</span>
        {!call.reversible && (
          <span className={css.irreversible}><Chip tone="bad">can’t be undone</Chip> <span>approve takes <KeyCap cap={capOf("approve")} spoken /> then {byPress ? <><KeyCap cap={capOf("commit")} spoken />, <KeyCap cap={capOf("proceed")} spoken /></> : <>hold <KeyCap cap={capOf("commit")} spoken /></>}</span></span>
        )}
      </div>
      {message === null ? (
        <>
          <Changes preview={editing ? preview : undefined} without={null} />
          <Checks checks={checks} ahead={ahead} />
          {fields}
          {words}
        </>
      ) : (
        <>
          <Checks title="Look here first" checks={alerts} />
          <Message
            message={message} final={final} editing={editing} preview={preview} asWritten={asWritten} onAsWritten={onAsWritten} editor={editor}
            onBody={(text) => message.body_pointer !== null && onArguments(write(final, message.body_pointer, text), "typing")}
            drafted={draftedBy(view)}
            beside={<div className={editing ? `${css.beside} ${css.edited}` : css.beside}><Changes preview={editing ? preview : undefined} without={message.body_pointer} /><Checks checks={checks.filter((check) => !alerts.includes(check))} ahead={ahead} />{fields}{words}</div>}
          />
        </>
      )}
    </>
  );
}

function agentOf({ agent }: ActionView): string {
  return [agent?.name, agent?.version].filter((part) => part != null && part !== "").join(", ");
}

function draftedBy(view: ActionView): string {
  const agent = agentOf(view);
  return agent === "" ? "" : `Drafted by ${agent}`;
}

function OwnWords({ view }: { view: ActionView }) {
  const agent = agentOf(view);
  return (
    <section className={`${css.block} ${css.said}`} aria-label="The agent’s own words">
      <span className={css.who}>the agent’s own words · not checked{agent !== "" && <> · <HiddenText text={agent} /></>}</span>
      {view.own_words === null ? <p className={css.nothing}>No reason given for this call.</p> : <div className={css.words} tabIndex={0} role="region" aria-label="What the agent says">“<HiddenText text={view.own_words} />”</div>}
    </section>
  );
}
