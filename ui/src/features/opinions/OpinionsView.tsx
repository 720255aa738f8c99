// Cases that wait for one more opinion: those this person is asked for, and the own decisions that wait for others. Nothing of what
// others decided is here.
import { Button } from "../../kit/Button";
import { Chip } from "../../kit/Chip";
import { clock } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { kindIcon } from "../../kit/kinds";
import list from "../../kit/List.module.css";
import { Note } from "../../kit/Note";
import { hrefOf } from "../../kit/place";
import { State } from "../../kit/State";
import { capOf } from "../../keys/table";
import { useRows } from "../../keys/useRows";
import type { AskedRow, HistoryRow } from "../../ipc/types.gen";
import css from "./Opinions.module.css";

export interface OpinionsViewProps {
  which: "awaiting" | "disputed";
  asked: readonly AskedRow[];
  own: readonly HistoryRow[];
  /** Why the hub couldn't be asked. */
  fault: string | undefined;
  /** Why a case couldn't be taken. */
  error: string | undefined;
  /** The case that is being taken. */
  taking: string | undefined;
  onTake: (caseId: string) => void;
  onUndo: (decisionId: string) => void;
}

const WORDS = {
  awaiting: {
    asked: "Second opinions you are asked for", how: "what the first decided isn’t shown", do: "Decide", own: "Yours, waiting for another", nothing: "Nobody waits for your second opinion",
    why: "Cases that policy wants two people for come here once the first has decided.",
  },
  disputed: {
    asked: "Disputes to settle", how: "you see both decisions side by side", do: "Settle", own: "Yours, disputed", nothing: "No dispute to settle",
    why: "Where two people don’t agree, an adjudicator sees both decisions and settles it.",
  },
} as const;

export function OpinionsView({ which, asked, own, fault, error, taking, onTake, onUndo }: OpinionsViewProps) {
  const words = WORDS[which];
  const first = asked[0];
  const rows = useRows<HTMLUListElement>(first === undefined ? undefined : () => onTake(first.case_id));
  return (
    <>
      {fault !== undefined && <div className={css.note}><Note tone="warn" live>{`The hub can’t be asked now: ${fault}`}</Note></div>}
      {error !== undefined && <div className={css.note}><Note tone="bad" live>{error}</Note></div>}
      {asked.length === 0 && fault === undefined && <State icon="check" tone="ok" title={words.nothing}>{words.why}</State>}
      {asked.length > 0 && (
        <section className={list.card} aria-labelledby="asked">
          <header className={list.head}><h2 id="asked">{words.asked}</h2><span className={list.end}>{words.how}</span></header>
          <ul ref={rows}>
            {asked.map((row, index) => (
              <li key={row.case_id} className={list.row}>
                <Icon name={kindIcon(row.kind)} />
                <span className={list.what}><b><HiddenText text={row.title} /></b> <span className={list.quiet}><HiddenText text={row.external_id} /></span></span>
                {row.priority >= 3 && <Chip tone="warn">{row.priority === 4 ? "urgent" : "high priority"}</Chip>}
                {row.due !== null && <Chip tone={row.due.late ? "bad" : "warn"} icon="clock">{row.due.words}</Chip>}
                <span className={list.small}>{row.queue_title}</span>
                <Button
                  data-row tone={index === 0 ? "primary" : "edge"} cap={index === 0 ? capOf("commit") : undefined} disabled={taking !== undefined} aria-busy={taking === row.case_id}
                  aria-label={`${words.do} ${row.title}`} onClick={() => onTake(row.case_id)}
                >{words.do}</Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {own.length > 0 && (
        <section className={`${list.card} ${css.own}`} aria-labelledby="own">
          <header className={list.head}><h2 id="own">{words.own}</h2><span className={list.end}><a href={hrefOf({ page: "history" })}>all of my decisions</a></span></header>
          <ul>
            {own.map((row) => (
              <li key={row.decision_id} className={list.row}>
                <Icon name={kindIcon(row.kind)} />
                <span className={list.what}><b><HiddenText text={row.words} /></b> <HiddenText text={row.title} /> <span className={list.quiet}>{row.queue_title} · {clock(row.at)}</span></span>
                <Chip tone={row.standing === "disputed" ? "warn" : "accent"} icon={row.standing === "disputed" ? "dispute" : "second"}>{row.state_words}</Chip>
                {row.can_undo && <Button onClick={() => onUndo(row.decision_id)} aria-label={`Undo ${row.words}, ${row.title}`}>Undo</Button>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
