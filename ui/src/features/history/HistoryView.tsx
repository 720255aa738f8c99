// The person's own decisions, newest first: what was decided, how far it has got, and whether it can be taken back.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Chip, type ChipTone } from "../../kit/Chip";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Area } from "../../kit/Field";
import { clock } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon, type IconName } from "../../kit/Icon";
import { kindIcon } from "../../kit/kinds";
import list from "../../kit/List.module.css";
import { Note } from "../../kit/Note";
import { hrefOf } from "../../kit/place";
import { State } from "../../kit/State";
import { useKeys } from "../../keys/useKeys";
import type { Agreement, HistoryRow, HistoryStanding, OutcomeView } from "../../ipc/types.gen";
import css from "./History.module.css";

export interface HistoryViewProps {
  rows: readonly HistoryRow[];
  more: boolean;
  busy: boolean;
  error: string | undefined;
  onMore: () => void;
  /** Inside the undo window without a reason; after it it corrects, with one. Answers whether one is needed after all. */
  onUndo: (row: HistoryRow, reason: string | null) => Promise<"reason_required" | undefined>;
}

const AGREED: Partial<Record<Agreement, string>> = { override: "overrode the suggestion", agree: "as suggested" };
const STANDING: Record<HistoryStanding, { tone: ChipTone; icon?: IconName }> = {
  waiting: { tone: "warn" }, wedged: { tone: "bad", icon: "warn" }, discarded: { tone: "quiet" }, pending: { tone: "accent" },
  awaiting_second: { tone: "accent", icon: "second" }, disputed: { tone: "warn", icon: "dispute" }, settling: { tone: "warn", icon: "dispute" },
  upheld: { tone: "ok", icon: "check" }, overruled: { tone: "warn", icon: "dispute" }, kept: { tone: "line" }, released: { tone: "ok" },
  done: { tone: "ok", icon: "check" }, failed: { tone: "bad", icon: "warn" }, compensated: { tone: "warn", icon: "undo" }, corrected: { tone: "warn" }, undone: { tone: "quiet" },
};

export function HistoryView({ rows, more, busy, error, onMore, onUndo }: HistoryViewProps) {
  const [correcting, setCorrecting] = useState<HistoryRow | undefined>(undefined);
  const undo = async (row: HistoryRow) => {
    // The window may have closed since the list was read.
    if ((await onUndo(row, null)) === "reason_required") setCorrecting(row);
  };
  if (rows.length === 0) return <State icon="history" title="No decisions yet">What you decide is listed here for 90 days.</State>;
  return (
    <>
      {error !== undefined && <div className={css.error}><Note tone="bad" live>{error}</Note></div>}
      <section className={list.card} aria-labelledby="decisions">
        <header className={list.head}><h2 id="decisions">My decisions</h2><span className={list.end}>kept here for 90 days</span></header>
        <ul>
          {rows.map((row) => (
            <li key={row.decision_id} className={list.row}>
              <Icon name={kindIcon(row.kind)} />
              <span className={css.what}>
                <span className={css.line}><b><HiddenText text={row.words} /></b> <HiddenText text={row.title} /></span>
                <span className={css.under}>
                  <a href={hrefOf({ page: "queue", queue: row.queue })}>{row.queue_title}</a> · {clock(row.at)}
                  {AGREED[row.agreement] !== undefined && <> · {AGREED[row.agreement]}</>}
                  {row.comment !== null && <> · “<HiddenText text={row.comment} />”</>}
                </span>
                {row.outcome !== null && <Outcome outcome={row.outcome} />}
              </span>
              <Chip {...STANDING[row.standing]}>{row.state_words}</Chip>
              <span className={css.do}>
                {row.can_undo && (row.corrects
                  ? <Button disabled={busy} onClick={() => setCorrecting(row)} aria-label={`Correct ${row.words}, ${row.title}`}>Correct</Button>
                  : <Button disabled={busy} onClick={() => void undo(row)} aria-label={`Undo ${row.words}, ${row.title}`}>Undo</Button>)}
              </span>
            </li>
          ))}
        </ul>
        {more && <div className={list.more}><Button tone="plain" onClick={onMore}>Show older</Button></div>}
      </section>
      {correcting !== undefined && (
        <CorrectDialog row={correcting} onClose={() => setCorrecting(undefined)} onCorrect={(reason) => { void onUndo(correcting, reason); setCorrecting(undefined); }} />
      )}
    </>
  );
}

/** What its executor reported, in the executor's words. */
function Outcome({ outcome: { status, detail, at } }: { outcome: OutcomeView }) {
  const words = { done: "Done", failed: "Failed", compensated: "Made good again" }[status];
  return <span className={status === "failed" ? `${css.outcome} ${css.failed}` : css.outcome}>{words} {clock(at)}{detail !== null && <>: <HiddenText text={detail} /></>}</span>;
}

function CorrectDialog({ row, onClose, onCorrect }: { row: HistoryRow; onClose: () => void; onCorrect: (reason: string) => void }) {
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const correct = () => {
    setMissing(reason.trim() === "");
    if (reason.trim() !== "") onCorrect(reason.trim());
  };
  useKeys({ close: onClose, commit: { run: correct, unlisted: true } }, "overlay", { modal: true });
  return (
    <Dialog label="Correct a released decision" onClose={onClose} width={460}>
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); correct(); }}>
        <DialogBody title="Correct a released decision" buttons={<><Button type="submit" tone="primary" size="tall" cap="Ctrl ↵">Take it back</Button><Button size="tall" onClick={onClose}>Cancel</Button></>}>
          <p className={css.said}><b><HiddenText text={row.words} /></b>, <HiddenText text={row.title} />. It was released: those who took it are told, its labels are withdrawn, and the case is open again.</p>
          <Area label="Why" autoFocus value={reason} onChange={(e) => setReason(e.target.value)} error={missing ? "Say why, in a few words" : undefined} />
        </DialogBody>
      </form>
    </Dialog>
  );
}
