// One webhook: what it is, what became of each message, and what was given up, to be tried again.
import { useState } from "react";
import { Button } from "../../kit/Button";
import { Chip, type ChipTone } from "../../kit/Chip";
import { Choice } from "../../kit/Field";
import { clock, count } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Note } from "../../kit/Note";
import { hrefOf } from "../../kit/place";
import { Loading } from "../../kit/State";
import table from "../../kit/Table.module.css";
import text from "../../styles/text.module.css";
import type { DeliveryRow, DeliveryState, Webhook } from "../../ipc/types.gen";
import { StateChip, toldOf } from "./WebhooksView";
import css from "./Webhooks.module.css";

const STATES = [{ value: "", label: "All" }, { value: "waiting", label: "Waiting" }, { value: "delivered", label: "Taken" }, { value: "dead", label: "Given up" }] as const;
const TONE: Record<DeliveryState, { tone: ChipTone; words: string }> = { waiting: { tone: "quiet", words: "waiting" }, delivered: { tone: "ok", words: "taken" }, dead: { tone: "bad", words: "given up" } };

export interface WebhookViewProps {
  hook: Webhook;
  rows: readonly DeliveryRow[] | undefined;
  state: DeliveryState | "";
  more: boolean;
  busy: boolean;
  /** What came of the last thing that was done here. */
  said: { words: string; good: boolean } | undefined;
  onState: (state: DeliveryState | "") => void;
  onMore: () => void;
  onTest: () => void;
  onEnable: (enable: boolean) => void;
  onRemove: () => void;
  /** One delivery, or all that was given up. */
  onReplay: (delivery: string | null) => void;
}

export function WebhookView({ hook, rows, state, more, busy, said, onState, onMore, onTest, onEnable, onRemove, onReplay }: WebhookViewProps) {
  const [removing, setRemoving] = useState(false);
  const off = hook.state === "disabled" ? "Enable it first" : undefined;
  return (
    <div className={css.body}>
      {said !== undefined && <Note tone={said.good ? "quiet" : "bad"} icon={said.good ? "check" : "warn"} live>{said.words}</Note>}
      <dl className={css.facts}>
        <dt>Address</dt><dd><HiddenText text={hook.url} /></dd>
        <dt>Told of</dt><dd><HiddenText text={toldOf(hook)} /></dd>
        <dt>State</dt><dd><StateChip hook={hook} /></dd>
        <dt>Last taken</dt><dd>{hook.last_success_at === null ? "never" : clock(hook.last_success_at)}</dd>
        <dt>Signed with</dt><dd>{hook.signing === "hmac" ? "a shared secret" : <>a key; public: <code className={table.mono}>{hook.public_key}</code></>}</dd>
        <dt>Added</dt><dd>{clock(hook.created_at)}</dd>
      </dl>
      <div className={css.do}>
        <Button disabled={busy} onClick={onTest}>Send a test</Button>
        {hook.state === "active" ? <Button disabled={busy} onClick={() => onEnable(false)}>Disable</Button> : <Button tone="primary" disabled={busy} onClick={() => onEnable(true)}>Enable</Button>}
        {removing ? (
          <><Button tone="danger" disabled={busy} onClick={onRemove}>Delete it</Button><Button tone="plain" onClick={() => setRemoving(false)}>Keep it</Button><span className={css.note} role="status">{hook.waiting + hook.dead > 0 ? `${count(hook.waiting + hook.dead)} not taken yet ${hook.waiting + hook.dead === 1 ? "is" : "are"} forgotten.` : "It is told nothing more."}</span></>
        ) : <Button tone="plain" disabled={busy} onClick={() => setRemoving(true)}>Delete</Button>}
      </div>
      <section className={css.panel} aria-labelledby="deliveries">
        <header>
          <h2 id="deliveries">Deliveries</h2>
          <Choice label="Which deliveries" options={STATES} value={state} onPick={(next) => onState(next as DeliveryState | "")} />
          <span className={css.end}>{hook.dead > 0 && <Button disabled={busy} why={off} onClick={() => onReplay(null)}>{hook.dead === 1 ? "Try it again" : `Try all ${count(hook.dead)} again`}</Button>}</span>
        </header>
        {rows === undefined ? <Loading what="Asking the hub" /> : rows.length === 0 ? <p className={css.note}>{state === "dead" ? "Nothing was given up." : state === "waiting" ? "Nothing waits." : "Nothing yet. What was taken is shown for a week."}</p> : (
          <table className={table.table} aria-labelledby="deliveries">
            <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col" className={table.num}>In its case</th><th scope="col">State</th><th scope="col">What became of it</th><th scope="col"><span className={text.vh}>Do</span></th></tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td className={table.quiet}>{clock(row.created_at)}</td>
                  <th scope="row">{row.event}</th>
                  <td className={table.num}>{count(row.sequence)}</td>
                  <td><Chip tone={TONE[row.state].tone}>{TONE[row.state].words}</Chip></td>
                  <td className={table.wrap}><HiddenText text={row.words} />{row.next_at !== null && row.tried_at !== null && <span className={css.note}> · next {clock(row.next_at)}</span>}</td>
                  <td className={table.end}>
                    {row.state === "dead" && off === undefined && <Button disabled={busy} aria-label={`Try again: ${row.event}`} onClick={() => onReplay(row.id)}>Try again</Button>}
                    {row.correlation_id !== null && <> <a href={hrefOf({ page: "audit", request: row.correlation_id })} aria-label={`Cause of ${row.event}, in the audit`}>Cause</a></>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {more && <div className={css.do}><Button tone="plain" onClick={onMore}>Show older</Button></div>}
      </section>
    </div>
  );
}
