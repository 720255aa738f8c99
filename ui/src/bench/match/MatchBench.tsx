// Records that may be one: two to five as columns, six to fifty as rows. A pair is decided at once; more are put into groups, by
// number or by dragging.
import { useContext } from "react";
import type { KeyActions } from "../../keys/dispatch";
import { capOf } from "../../keys/table";
import { useKeys } from "../../keys/useKeys";
import { CommitButton } from "../../kit/CommitButton";
import { BenchBody } from "../BenchBody";
import type { BenchProps } from "../contract";
import { DecisionBar, REFUSAL_ID } from "../DecisionBar";
import { OnlyLooking } from "../onlyLooking";
import { Reasons } from "../Reasons";
import { AttributeTable } from "./AttributeTable";
import { Golden } from "./Golden";
import { InHand } from "./InHand";
import { landing } from "./landing";
import { Legend, Matrix } from "./Matrix";
import { Meaning } from "./Meaning";
import { PairEvidence } from "./PairEvidence";
import { RecordTable } from "./RecordTable";
import { together } from "./reducer";
import { useDrag } from "./useDrag";
import { covered, useMatch, type Match } from "./useMatch";
import cards from "./Cards.module.css";
import columns from "./Columns.module.css";
import rows from "./Rows.module.css";

export function MatchBench(props: BenchProps<"identity_match">) {
  const { case: shown, view, busy, onSkip } = props;
  const match = useMatch(props);
  const { assessment } = match.draft;
  const pair = view.records.length === 2;
  const asRows = view.layout === "rows";
  const looking = useContext(OnlyLooking);
  const drag = useDrag({ active: !pair && !looking, onDrop: (record, place) => landing(match.state.groups, record, place)?.puts.forEach((put) => match.send(put)) });
  // That nothing is chosen yet is no obstacle to keys that choose and commit at once; every other refusal is.
  const barred = assessment.refusal !== null && pair && assessment.refusal.code !== "nothing_chosen" ? assessment.refusal.text : undefined;
  const refusal = pair ? barred : (match.draft.fault ?? assessment.refusal?.text);
  // Until the desk has judged the draft as it is, the key waits for it instead of repeating an older refusal.
  const known = pair || match.draft.settled ? refusal : undefined;
  useKeys(keysOf(match, { pair, asRows, busy, refusal: known }), "case");
  return (
    <>
      <BenchBody>
        {asRows ? <RecordTable match={match} drag={drag} /> : <AttributeTable match={match} drag={drag} showMachine={shown.show_machine} />}
        {!pair && <GroupCards match={match} showMachine={shown.show_machine} asRows={asRows} />}
        <Golden match={match} />
      </BenchBody>
      <InHand match={match} drag={drag} />
      <Reasons reasons={shown.reasons} draft={match.draft} label="Reason" place="below" />
      <DecisionBar
        shown={shown} assessment={assessment} onSkip={onSkip} refusal={refusal}
        said={pair ? undefined : (assessment.match_preview?.unsure_words ?? undefined)}
        hints={pair ? [] : [{ caps: asRows ? ["↑", "↓"] : ["Shift ←", "→"], label: "record" }, { caps: ["1", "–", "9"], label: "group" }]}
      >
        {!pair && <CommitButton label={assessment.commit_label} cap={capOf("commit")} tone={refusal === undefined ? "primary" : "edge"} why={refusal} whyId={REFUSAL_ID} onClick={match.save} />}
        <CommitButton label={pair ? "Same" : "All the same"} cap={capOf("same")} why={barred} whyId={REFUSAL_ID} onClick={match.same} />
        <CommitButton label={pair ? "Different" : "All different"} cap={capOf("different")} why={barred} whyId={REFUSAL_ID} onClick={match.different} />
        <CommitButton label="Can’t tell" cap={capOf("cannot_tell")} why={barred} whyId={REFUSAL_ID} onClick={match.cannotTell} />
      </DecisionBar>
    </>
  );
}

function GroupCards({ match, showMachine, asRows }: { match: Match; showMachine: boolean; asRows: boolean }) {
  const scored = showMachine && match.view.links.length > 0;
  return (
    <>
      {asRows && scored && <Legend match={match} right />}
      <div className={asRows ? rows.cards : columns.cards}>
        <div className={columns.cardStack}>
          {!asRows && scored && <section className={cards.card} aria-label="Links"><h2>Links</h2><Matrix match={match} /><Legend match={match} /></section>}
          <Meaning match={match} showMachine={showMachine} />
        </div>
        <PairEvidence match={match} scored={scored} live={!asRows || !scored} />
      </div>
    </>
  );
}

function keysOf(match: Match, { pair, asRows, busy, refusal }: { pair: boolean; asRows: boolean; busy: boolean; refusal: string | undefined }): KeyActions {
  const { send, view, state } = match;
  const unavailable = busy ? "The decision is being written" : pair ? refusal : undefined;
  const row = view.rows[state.attribute];
  const unmasked = row === undefined || !row.masked ? "What is in focus isn’t masked" : covered(row, state) ? undefined : "It is shown already";
  const keys: KeyActions = {
    same: { run: match.same, label: pair ? "Same" : "All the same", unavailable },
    different: { run: match.different, label: pair ? "Different" : "All different", unavailable },
    cannot_tell: { run: match.cannotTell, label: "Can’t tell", unavailable },
    row: ({ step = 1 }) => send({ type: asRows ? "record" : "attribute", step }),
    // As rows the table itself moves by column, since it may have to scroll.
    column: asRows ? undefined : ({ step = 1 }) => send({ type: "record", step }),
    reveal: view.rows.some((row) => row.masked) ? { run: () => row !== undefined && send({ type: "reveal", attribute: row.attribute }), label: "Show what is masked", unavailable: unmasked } : undefined,
  };
  if (pair) return keys;
  return {
    ...keys,
    against: ({ step = 1 }) => send({ type: "against", step }),
    unsure: { run: () => send({ type: "unsure" }), unavailable: together(state) ? "They lie in one group" : undefined },
    option: ({ digit = 0 }) => send({ type: "group", number: digit }),
    commit: { run: match.save, label: "Save groups", unavailable: unavailable ?? refusal },
  };
}
