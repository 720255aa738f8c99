// Who is told of what happens: where to, of what, and how it goes.
import { Button } from "../../kit/Button";
import { Chip } from "../../kit/Chip";
import { clock, count } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { hrefOf } from "../../kit/place";
import { State } from "../../kit/State";
import table from "../../kit/Table.module.css";
import type { Webhook } from "../../ipc/types.gen";
import css from "./Webhooks.module.css";

export function WebhooksView({ webhooks, onAdd }: { webhooks: readonly Webhook[]; onAdd: () => void }) {
  if (webhooks.length === 0) {
    return <State icon="webhook" title="Nobody is told yet" actions={<Button tone="primary" size="tall" onClick={onAdd}>Add a webhook</Button>}>A webhook tells another system what was decided, signed, at least once and in order for each case.</State>;
  }
  return (
    <div className={css.body}>
      <table className={table.table} aria-label="Webhooks">
        <thead><tr><th scope="col">Address</th><th scope="col">Told of</th><th scope="col">State</th><th scope="col">Last taken</th><th scope="col" className={table.num}>Waiting</th><th scope="col" className={table.num}>Given up</th></tr></thead>
        <tbody>
          {webhooks.map((hook) => (
            <tr key={hook.id}>
              <th scope="row" className={css.url}><a href={hrefOf({ page: "webhooks", id: hook.id })}><HiddenText text={hook.url} /></a></th>
              <td className={table.wrap}><HiddenText text={toldOf(hook)} /></td>
              <td><StateChip hook={hook} /></td>
              <td className={table.quiet}>{hook.last_success_at === null ? "never" : clock(hook.last_success_at)}</td>
              <td className={table.num}>{count(hook.waiting)}</td>
              <td className={table.num}>{hook.dead > 0 ? <span className={css.dead}>{count(hook.dead)}</span> : "0"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function toldOf(hook: Webhook): string {
  return hook.events.includes("*") ? "everything" : hook.events.join(", ");
}

export function StateChip({ hook }: { hook: Webhook }) {
  switch (hook.standing) {
    case "delivering": return <Chip tone="ok" icon="check">delivering</Chip>;
    case "untried": return <Chip tone="line">not yet delivered</Chip>;
    case "failing": return <Chip tone="bad" icon="warn">{hook.failing_since === null ? "failing" : `failing since ${clock(hook.failing_since)}`}</Chip>;
    case "disabled": return <Chip tone="warn" icon="warn">disabled</Chip>;
  }
}
