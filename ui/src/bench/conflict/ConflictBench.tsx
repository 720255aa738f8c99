// Systems disagree about an entity's attributes. One attribute at a time, its claims by value; those already answered or still
// open stand folded above and below it.
import { useContext, useEffect, useRef, useState, type RefObject } from "react";
import type { AttributeClaims } from "../../ipc/types.gen";
import { BenchBody } from "../BenchBody";
import type { BenchProps } from "../contract";
import { DecisionBar, REFUSAL_ID } from "../DecisionBar";
import { OnlyLooking } from "../onlyLooking";
import { Reasons } from "../Reasons";
import { keepFocus } from "../../kit/Button";
import { CommitButton } from "../../kit/CommitButton";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { capOf } from "../../keys/table";
import { useKeys } from "../../keys/useKeys";
import { Axis } from "./Axis";
import { Group } from "./Group";
import { Instead, Marks } from "./Instead";
import { answerWords, markOf, type Chosen } from "./reducer";
import { useConflict, type Conflict } from "./useConflict";
import text from "../../styles/text.module.css";
import css from "./Conflict.module.css";

export function ConflictBench(props: BenchProps<"data_conflict">) {
  const { case: shown, view, busy, onSkip } = props;
  const conflict = useConflict(props);
  const { state, draft, act, unknown, proceed, goesTo } = conflict;
  const fields = useFields(conflict);
  const writing = busy ? "The decision is being written" : undefined;
  const refusal = goesTo === undefined ? draft.assessment.refusal?.text : undefined;
  // Until the desk has judged the draft as it is, the key waits for it instead of repeating an older refusal.
  const known = draft.settled ? refusal : undefined;
  const attribute = view.attributes[state.at];
  const barred = useContext(OnlyLooking) ? refusal : undefined;
  // Before anything is chosen the bar keeps the room for the suggestion; the hint says what to press.
  const nothing = draft.draft.verdict === null;
  const next = goesTo === undefined ? undefined : view.attributes[goesTo];

  useKeys(
    {
      option: { run: ({ digit }) => act({ do: "choose", option: digit ?? 0 }), unavailable: barred },
      type_value: { run: fields.type, label: "Type a value", unavailable: barred },
      several: { run: () => act({ do: "several" }), unavailable: barred },
      ask_owner: { run: fields.ask, unavailable: barred },
      cannot_tell: { run: unknown, label: `Unknown: ${attribute?.label ?? ""}`, unavailable: writing ?? barred, beside: { label: "Can’t tell, the whole case", run: conflict.cannotTell } },
      commit: { run: proceed, label: next === undefined ? draft.assessment.commit_label : `Next: ${next.label}`, unavailable: writing ?? known },
      ...(view.attributes.length > 1 ? { row: ({ step }) => act({ do: "move", to: state.at + (step ?? 1) }) } : {}),
    },
    "case",
  );

  return (
    <>
      <BenchBody>
        {view.attributes.map((one, index) => {
          const chosen = state.chosen[index];
          if (chosen === undefined) return null;
          if (index !== state.at) return <Folded key={one.name} attribute={one} chosen={chosen} onOpen={() => act({ do: "move", to: index })} />;
          return <Attribute key={one.name} attribute={one} chosen={chosen} conflict={conflict} fields={fields} />;
        })}
      </BenchBody>
      <Reasons reasons={shown.reasons} draft={draft} label="Reason" place="below" />
      <DecisionBar
        shown={shown} assessment={draft.assessment} onSkip={onSkip} refusal={draft.fault ?? (nothing && barred === undefined ? undefined : refusal)}
        hints={attribute === undefined ? [] : [{ caps: ["1", "–", String(Math.min(9, attribute.groups.length))], label: "choose" }]}
      >
        <CommitButton
          label={next === undefined ? draft.assessment.commit_label : `Next: ${next.label}`} cap={fields.typing ? "Ctrl ↵" : capOf("commit")} tone="primary"
          why={refusal} whyId={nothing && barred === undefined ? "nothing-chosen" : REFUSAL_ID} aria-busy={busy} onClick={proceed}
        />
        {nothing && barred === undefined && <span id="nothing-chosen" className={text.vh}>{refusal}</span>}
      </DecisionBar>
    </>
  );
}

interface Fields {
  type: () => void;
  ask: () => void;
  typing: boolean;
  onTyping: (typing: boolean) => void;
  field: RefObject<HTMLInputElement | null>;
  question: RefObject<HTMLTextAreaElement | null>;
}

/** The fields that T and O open: they take the focus when asked for, and Esc leaves them. */
function useFields({ act }: Conflict): Fields {
  const field = useRef<HTMLInputElement>(null);
  const question = useRef<HTMLTextAreaElement>(null);
  const [typing, onTyping] = useState(false);
  const [wanted, setWanted] = useState(0);
  useEffect(() => {
    const wantsIt = wanted > 0 ? (field.current ?? question.current) : null;
    wantsIt?.focus({ preventScroll: true });
    wantsIt?.closest("[data-field]")?.scrollIntoView({ block: "nearest" });
  }, [wanted]);
  useKeys({ close: { run: () => (document.activeElement as HTMLElement | null)?.blur(), unlisted: true } }, "case", { active: typing });
  const open = (mode: "type" | "ask") => () => {
    act({ do: mode });
    setWanted((before) => before + 1);
  };
  return { type: open("type"), ask: open("ask"), typing, onTyping, field, question };
}

function Attribute({ attribute, chosen, conflict, fields }: { attribute: AttributeClaims; chosen: Chosen; conflict: Conflict; fields: Fields }) {
  const { act, unknown } = conflict;
  const looking = useContext(OnlyLooking);
  const [at, setAt] = useState<number | undefined>(undefined);
  const marks = useRef<HTMLDivElement>(null);
  const focused = attribute.groups.find((group) => group.option === at);
  const rated = attribute.groups.some((group) => group.claims.some((claim) => claim.right_before !== null));
  const long = attribute.groups.some((group) => group.text.length > 8);
  const here = useRef<HTMLElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <section className={css.attribute} aria-label={attribute.label} ref={here}>
      <header className={css.head}><h2><HiddenText text={attribute.label} /></h2><span>{attribute.words}</span></header>
      <Axis attribute={attribute} chosen={chosen.options} />
      <div className={rated ? `${css.columns} ${css.rated}` : css.columns} aria-hidden="true">
        <span>Who says so</span>
        {rated && <span className={css.scale}><span>0</span><span>right before</span><span>100 %</span></span>}
      </div>
      <div className={long ? `${css.groups} ${css.long}` : css.groups} role="group" aria-label="Values claimed">
        {attribute.groups.map((group) => {
          const isChosen = chosen.options.includes(group.option);
          return (
            <Group
              key={group.option} group={group} chosen={isChosen} rated={rated} mark={isChosen ? undefined : markOf(group, chosen)}
              onChoose={() => act({ do: "choose", option: group.option })} onFocus={() => setAt(group.option)}
              onMark={isChosen || looking ? undefined : (byKey) => {
                setAt(group.option);
                if (byKey) requestAnimationFrame(() => marks.current?.querySelector("button")?.focus());
              }}
            />
          );
        })}
      </div>
      {!looking && (
        <>
          <Instead {...{ attribute, chosen, act }} onType={fields.type} onAsk={fields.ask} onUnknown={unknown} field={fields.field} question={fields.question} onTyping={fields.onTyping} />
          <Marks
            ref={marks} group={focused} isAnswer={at !== undefined && chosen.options.includes(at)} mark={focused === undefined ? undefined : markOf(focused, chosen)}
            onMark={(mark) => at !== undefined && act({ do: "mark", option: at, mark })}
          />
        </>
      )}
    </section>
  );
}

function Folded({ attribute, chosen, onOpen }: { attribute: AttributeClaims; chosen: Chosen; onOpen: () => void }) {
  const words = answerWords(attribute, chosen);
  return (
    <button type="button" className={css.folded} onMouseDown={keepFocus} onClick={onOpen}>
      <Icon name={words === undefined ? "right" : "check"} small />
      <span className={css.label}><HiddenText text={attribute.label} /></span>{" "}
      <span className={css.answer}>{words === undefined ? <span className={css.open}>{attribute.words}</span> : <HiddenText text={words} />}</span>
    </button>
  );
}
