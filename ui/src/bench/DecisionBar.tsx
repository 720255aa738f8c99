// The foot of every workbench: the buttons that decide, and at the right end what the machine suggested, what the draft overrides,
// what is being signed or why it can't be. All words are the desk's; the bar stands in the same place for every case.
import { useContext, type ReactNode } from "react";
import type { Assessment, CaseOnScreen } from "../ipc/types.gen";
import { Why } from "../kit/Button";
import { Chip } from "../kit/Chip";
import { CommitButton } from "../kit/CommitButton";
import { HiddenText } from "../kit/HiddenText";
import { Icon } from "../kit/Icon";
import { KeyCap } from "../kit/KeyCap";
import { shortHash } from "../kit/format";
import { capOf } from "../keys/table";
import { OnlyLooking } from "./onlyLooking";
import css from "./DecisionBar.module.css";

/** Where the refusal stands when the bar shows it at its right end: for `whyId` of the button it is about. */
export const REFUSAL_ID = "decision-refusal";

export interface DecisionBarProps {
  shown: CaseOnScreen;
  assessment: Assessment;
  /** The buttons, in the order of the keys; what commits the choice comes last. */
  children: ReactNode;
  onSkip?: (() => void) | undefined;
  /** Shown at the right end under `REFUSAL_ID`, so that no button moves when it comes and goes. */
  refusal?: string | undefined;
  /** Says the hash beside the committing button, as actions and messages need it. */
  signing?: boolean;
  /** Reasons and comment, when they belong above the bar and not below the case. */
  tray?: ReactNode;
  /** Said beside it in a few words, whatever else stands there: what the draft leaves open. */
  said?: string | undefined;
  hints?: readonly { caps: readonly string[]; label: string }[];
  /** The buttons need nearly all the room: of what is signed only the hash and what it overrides are said. */
  tight?: boolean;
}

export function DecisionBar({ shown, assessment, children, onSkip, refusal, signing = false, tray, said, hints = [], tight = false }: DecisionBarProps) {
  // What isn't one's own can't be given back.
  const skips = !useContext(OnlyLooking) && onSkip !== undefined;
  return (
    <div className={css.frame}>
      {tray !== undefined && <div className={css.tray}>{tray}</div>}
      <div className={css.bar} role="group" aria-label="Decision">
        {children}
        {skips && <><span className={css.gap} /><CommitButton label="Skip" cap={capOf("skip")} tone="plain" onClick={onSkip} /></>}
        <div className={css.end}>
          {signing ? <Signed {...{ shown, assessment, refusal, hints, tight }} /> : refusal === undefined ? <Leads {...{ shown, assessment, said }} /> : <Refused {...{ shown, assessment, refusal, said }} />}
          {!signing && said === undefined && refusal === undefined && hints.length > 0 && (
            <span className={css.hints} aria-hidden="true">
              {hints.map(({ caps, label }) => <span key={label} className={css.hint}>{caps.map((cap) => (cap === "–" ? cap : <KeyCap key={cap} cap={cap} />))} {label}</span>)}
            </span>
          )}
        </div>
      </div>
    </div>
  );
}

/** What the machine suggested, quietly, or what the draft overrides. Nothing of it when policy withholds it. */
function Machine({ shown, assessment, quiet, short = false }: { shown: CaseOnScreen; assessment: Assessment; quiet: boolean; short?: boolean }) {
  if (!shown.show_machine) return <Chip tone="blind" icon="eyeoff" title="blind: suggestion after you decide">{short ? "blind until decided" : "blind: suggestion after you decide"}</Chip>;
  if (assessment.overrides !== null) return <span className={`${css.said} ${css.over}`} role="status" title={assessment.overrides}><Icon name="warn" small /><HiddenText text={assessment.overrides} /></span>;
  if (shown.suggestion === null || quiet) return null;
  const { words, by_words } = shown.suggestion;
  const comma = words.indexOf(",");
  const [choice, rest] = comma === -1 ? [words, ""] : [words.slice(0, comma), words.slice(comma)];
  const title = [words, by_words, shown.suggestion.rationale].filter((part) => part !== null).join(" · ");
  return (
    <span className={css.said} title={title}>
      Suggested: <b><HiddenText text={choice} /></b><HiddenText text={rest} />{by_words !== null && <> · <HiddenText text={by_words} /></>}
    </span>
  );
}

/** Where committing leads when others have a say; why, in its title. */
function Ahead({ ahead }: { ahead: NonNullable<Assessment["ahead"]> }) {
  const why = [ahead.text, ...ahead.because].join(". ");
  return <span className={css.ahead} role="status" title={why}><Icon name={ahead.waits ? "second" : "info"} small /><HiddenText text={ahead.text} /></span>;
}

/** Where it leads or what was suggested, and below it what the draft leaves open. */
function Leads({ shown, assessment, said }: Pick<DecisionBarProps, "shown" | "assessment" | "said">) {
  if (said !== undefined) {
    return (
      <span className={css.refused}>
        <span className={css.first}>{assessment.ahead === null ? <Machine shown={shown} assessment={assessment} quiet={false} short /> : <Ahead ahead={assessment.ahead} />}</span>
        <LeftOpen said={said}>{assessment.ahead !== null && assessment.overrides !== null && <Machine shown={shown} assessment={assessment} quiet short />}</LeftOpen>
      </span>
    );
  }
  if (assessment.ahead === null) return <Machine shown={shown} assessment={assessment} quiet={false} />;
  return (
    <span className={css.refused}>
      <span className={css.first}><Ahead ahead={assessment.ahead} /></span>
      <span className={css.first}><Machine shown={shown} assessment={assessment} quiet={false} short /></span>
    </span>
  );
}

/** What is left open, and beside it what else belongs on the second line. */
function LeftOpen({ said, children }: { said: string; children?: ReactNode }) {
  return <span className={css.first}><span role="status" title={said}><Chip tone="blind">{said}</Chip></span>{children !== undefined && children !== false && <> {children}</>}</span>;
}

/** Why not, over what the machine suggested. That nothing is chosen yet is where everybody begins: it is said quietly. */
function Refused({ shown, assessment, refusal, said }: Pick<DecisionBarProps, "shown" | "assessment" | "said"> & { refusal: string }) {
  const beginning = assessment.refusal?.code === "nothing_chosen";
  return (
    <span className={css.refused}>
      <span className={beginning ? `${css.first} ${css.begin}` : css.first} role="status" title={refusal}>{beginning ? <span id={REFUSAL_ID}><HiddenText text={refusal} /></span> : <Why id={REFUSAL_ID}><HiddenText text={refusal} /></Why>}</span>
      {said === undefined ? <span className={css.first}><Machine shown={shown} assessment={assessment} quiet={false} short /></span> : <LeftOpen said={said} />}
    </span>
  );
}

/** The hash, and over it the one thing that matters more just now: why not, what is overridden, what isn't offered here. */
function Signed({ shown, assessment, refusal, hints = [], tight = false }: Pick<DecisionBarProps, "shown" | "assessment" | "refusal" | "hints" | "tight">) {
  if (tight && assessment.overrides === null) return <span className={css.sign}><span>Signing <span className={css.hash} title={shown.content_hash}>{shortHash(shown.content_hash)}</span></span></span>;
  const hint = hints[0]?.label;
  const blind = !shown.show_machine;
  const over =
    refusal !== undefined ? <span role="status" title={refusal} className={css.deny} id={REFUSAL_ID}><Icon name="warn" small /><HiddenText text={refusal} /></span>
    : assessment.overrides !== null ? <Machine shown={shown} assessment={assessment} quiet short />
    : assessment.ahead !== null ? <Ahead ahead={assessment.ahead} />
    : blind ? <Machine shown={shown} assessment={assessment} quiet short />
    : hint !== undefined && <span className={css.hint} title={hint}>{hint}</span>;
  return (
    <span className={over ? css.signed : undefined}>
      {over && <span className={css.first}>{over}</span>}
      <span className={css.sign}>{!over && <Icon name="sign" />}<span>{refusal === undefined && assessment.overrides === null && !blind ? "You are signing" : "Signing"} <span className={css.hash} title={shown.content_hash}>{shortHash(shown.content_hash)}</span></span></span>
    </span>
  );
}
