// What an agent wants to do: one or more calls, each approved, edited, rejected or answered. Nothing is chosen beforehand, and what
// can't be undone is chosen with one key and committed with another, held.
import { useContext, useEffect, useRef, useState } from "react";
import type { Answered, CallView } from "../../ipc/types.gen";
import { BenchBody } from "../BenchBody";
import type { BenchProps } from "../contract";
import { DecisionBar, REFUSAL_ID } from "../DecisionBar";
import { OnlyLooking } from "../onlyLooking";
import { Reasons } from "../Reasons";
import { useTyping } from "../useTyping";
import { keepFocus } from "../../kit/Button";
import { CommitButton } from "../../kit/CommitButton";
import { Area } from "../../kit/Field";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import type { KeyAction } from "../../keys/dispatch";
import { capOf, capText, type KeyId } from "../../keys/table";
import { HoldByPress, useHold } from "../../keys/useHold";
import { useKeys } from "../../keys/useKeys";
import { Call } from "./Call";
import { prefetchMarkdown } from "./markdownChunk";
import type { Answering } from "./reducer";
import { useAction } from "./useAction";
import css from "./Action.module.css";

const ANSWERS: readonly { answered: Answered; key: KeyId; label: string; done: string; not: string }[] = [
  { answered: "approve", key: "approve", label: "Approve", done: "Approve", not: "Approving isn’t allowed here" },
  { answered: "edit", key: "edit", label: "Edit", done: "Edit", not: "Editing isn’t allowed here" },
  { answered: "reject", key: "reject", label: "Reject", done: "Reject", not: "Rejecting isn’t allowed here" },
  { answered: "respond", key: "reply", label: "Reply", done: "Reply", not: "A reply isn’t allowed here" },
];

const refusedWords = (call: CallView, answered: Answered): string | undefined => (call.allowed.includes(answered) ? undefined : ANSWERS.find((a) => a.answered === answered)?.not);

export function ActionBench(props: BenchProps<"proposed_action">) {
  const { case: shown, view, busy, onSkip } = props;
  const acting = useAction(props);
  const { state, draft, act, proceed, goesTo } = acting;
  const { typing, around } = useTyping();
  const [asWritten, setAsWritten] = useState(false);
  const fields = useFocus();
  const byPress = useContext(HoldByPress);
  useEffect(prefetchMarkdown, []);

  const call = view.calls[state.at];
  const answering = state.calls[state.at];
  const { assessment } = draft;
  const committing = goesTo === undefined;
  const refusal = committing ? assessment.refusal?.text : undefined;
  // Until the desk has judged the draft as it is, the key waits for it instead of repeating an older refusal.
  const known = draft.settled ? refusal : undefined;
  // The same for holding: who presses at once holds from the press on, as for any call that can't be undone.
  const runs = state.calls.some(({ answered }, index) => (answered === "approve" || answered === "edit") && view.calls[index]?.reversible === false);
  const mustHold = committing && (draft.settled ? assessment.irreversible && refusal === undefined : runs);
  const writing = busy ? "The decision is being written" : undefined;
  const hold = useHold({ onCommit: () => proceed(mustHold), mustHold, unavailable: writing ?? known });

  const looking = useContext(OnlyLooking);
  const barred = looking ? assessment.refusal?.text : undefined;
  const answer = (answered: Answered) => {
    if (looking) return;
    const again = answering?.answered === answered;
    act({ do: "answer", answered });
    // Why it is rejected may be said; an answer must be, and an edit is typed.
    if (answered === "edit" || answered === "respond" || (answered === "reject" && again)) fields.want(answered);
  };
  const keyOf = (answered: Answered): KeyAction | undefined => call && { run: () => answer(answered), unavailable: barred ?? refusedWords(call, answered) };
  const onAsWritten = () => setAsWritten((before) => !before);
  useKeys(
    {
      approve: keyOf("approve"), edit: keyOf("edit"), reject: keyOf("reject"), reply: keyOf("respond"),
      cannot_tell: { run: acting.cannotTell, label: "Can’t tell", unavailable: writing ?? barred },
      commit: hold.commit, proceed: hold.proceed, ...(hold.close === undefined ? {} : { close: hold.close }),
      ...(call?.message != null ? { reveal: { run: onAsWritten, label: "The message as it is written" } } : {}),
      ...(view.calls.length > 1 ? { row: ({ step }) => act({ do: "move", to: state.at + (step ?? 1) }) } : {}),
    },
    "case",
  );
  if (call === undefined || answering === undefined) return null;

  const enter = typing ? capText("Ctrl ↵") : capOf("commit");
  const missing = ANSWERS.filter(({ answered }) => !call.allowed.includes(answered));
  const label = committing ? assessment.commit_label : `Next: ${goesTo + 1} of ${view.calls.length}`;
  return (
    <div className={css.bench} {...around}>
      <BenchBody>
        {view.calls.length > 1 && <Calls calls={view.calls} at={state.at} answers={state.calls} onOpen={(to) => act({ do: "move", to })} />}
        <Call
          key={call.id} call={call} view={view} answering={answering} preview={assessment.call_previews.find((p) => p.id === call.id)}
          asWritten={asWritten} onAsWritten={onAsWritten} onEdit={looking ? undefined : () => answer("edit")} form={fields.form} editor={fields.editor} byPress={byPress} ahead={assessment.ahead?.waits === true ? assessment.ahead : null}
          onArguments={(value, pace) => act({ do: "edit", arguments: value }, pace)}
        />
      </BenchBody>
      {(answering.answered === "reject" || answering.answered === "respond") && (
        <div className={css.say}>
          <Area
            ref={fields.say} rows={2} value={answering.answered === "reject" ? answering.why : answering.reply}
            label={answering.answered === "reject" ? `Why, for the agent. ${capOf("reject")} again to write it` : "Reply, instead of the action"}
            onChange={(event) => act({ do: "say", text: event.target.value }, "typing")}
          />
        </div>
      )}
      <DecisionBar
        shown={shown} assessment={assessment} refusal={barred ?? draft.fault ?? (answering.answered === undefined ? undefined : refusal)} signing={!looking}
        tray={looking ? undefined : <Reasons reasons={shown.reasons} draft={draft} place="tray" label="Because" negative={assessment.negative} />}
        hints={missing.map(({ not }) => ({ caps: [], label: not }))}
        onSkip={answering.answered === undefined ? onSkip : undefined} tight={hold.armed}
      >
        {ANSWERS.map(({ answered, key, label: words }) => (
          <CommitButton
            key={answered} label={words} cap={capOf(key)} chosen={answering.answered === answered} onClick={() => answer(answered)}
            why={barred ?? refusedWords(call, answered)} whyId={barred === undefined ? `no-${answered}` : REFUSAL_ID}
          />
        ))}
        {missing.map(({ answered, not }) => <span key={answered} id={`no-${answered}`} className={css.vh}>{not}</span>)}
        {answering.answered !== undefined && (
          <CommitButton
            label={label} cap={mustHold && !byPress && !typing ? `hold ${enter}` : enter} tone={committing && (assessment.negative || assessment.irreversible) ? "danger" : "primary"}
            hold={mustHold} holding={hold.holding} why={refusal} whyId={REFUSAL_ID} aria-busy={busy} {...(mustHold ? hold.buttonProps : { onClick: () => proceed(false) })}
          />
        )}
        {hold.proceed !== undefined && <CommitButton label="Proceed" cap={capOf("proceed")} tone="danger" onClick={() => hold.proceed?.run({ id: "proceed" })} />}
      </DecisionBar>
    </div>
  );
}

/** Which field takes the focus after E, M or a second R. */
function useFocus() {
  const form = useRef<HTMLDivElement>(null);
  const editor = useRef<HTMLTextAreaElement>(null);
  const say = useRef<HTMLTextAreaElement>(null);
  const [wanted, setWanted] = useState<{ field: Answered } | undefined>(undefined);
  useEffect(() => {
    if (wanted === undefined) return;
    const target = wanted.field === "edit" ? (editor.current ?? form.current?.querySelector<HTMLElement>("input,textarea,select")) : say.current;
    target?.focus();
  }, [wanted]);
  return { form, editor, say, want: (field: Answered) => setWanted({ field }) };
}

function Calls({ calls, at, answers, onOpen }: { calls: readonly CallView[]; at: number; answers: readonly Answering[]; onOpen: (index: number) => void }) {
  return (
    <ol className={css.calls} aria-label="Calls, decided one by one">
      {calls.map((call, index) => {
        const done = ANSWERS.find((one) => one.answered === answers[index]?.answered)?.done;
        return (
          <li key={call.id}>
            <button type="button" aria-current={index === at ? "step" : undefined} onMouseDown={keepFocus} onClick={() => onOpen(index)}>
              <span className={css.nth}>{index + 1}</span>
              <span className={css.what}><HiddenText text={call.headline} /></span>
              <span className={done === undefined ? css.open : css.done}>{done !== undefined && <Icon name="check" small />}{done ?? "open"}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
