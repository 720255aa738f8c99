// The registry: what each tool does, by an admin's word. Policies read the stricter of this and what the case says.
import { Button } from "../../kit/Button";
import { Chip } from "../../kit/Chip";
import { clock } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { State } from "../../kit/State";
import table from "../../kit/Table.module.css";
import text from "../../styles/text.module.css";
import type { ToolView } from "../../ipc/types.gen";
import css from "./Tools.module.css";

export function ToolsView({ tools, mayRegister, onOpen }: { tools: readonly ToolView[]; mayRegister: boolean; onOpen: (tool: ToolView | undefined) => void }) {
  if (tools.length === 0) {
    return (
      <State icon="tool" title="No tools registered" actions={mayRegister && <Button tone="primary" size="tall" onClick={() => onOpen(undefined)}>Register a tool</Button>}>
        A tool that isn’t registered counts as a write that can’t be undone, whatever the agent says of it.
      </State>
    );
  }
  return (
    <div className={css.body}>
      <table className={table.table} aria-label="Registered tools">
        <thead><tr><th scope="col">Tool</th><th scope="col">Does</th><th scope="col">Reads as</th><th scope="col">Amount</th><th scope="col">Recipient</th><th scope="col">Arguments</th><th scope="col">Registered</th>{mayRegister && <th scope="col"><span className={text.vh}>Change</span></th>}</tr></thead>
        <tbody>
          {tools.map((row) => (
            <tr key={row.name}>
              <th scope="row"><span className={table.mono}><HiddenText text={row.name} /></span></th>
              <td><Chip tone={row.tool.reversible ? "quiet" : "warn"}>{row.words}</Chip></td>
              <td className={table.wrap}>{row.tool.headline == null ? <Quiet>from its name</Quiet> : <HiddenText text={row.tool.headline} />}</td>
              <td className={table.tight}>{row.tool.amount == null ? <Quiet>none</Quiet> : <span className={table.mono}><HiddenText text={[row.tool.amount.value, row.tool.amount.currency].filter(Boolean).join(" ")} /></span>}</td>
              <td>{row.tool.recipient == null ? <Quiet>none</Quiet> : <span className={table.mono}><HiddenText text={row.tool.recipient} /></span>}</td>
              <td className={table.tight}>{row.schema_text === "" ? <Quiet>not checked</Quiet> : "checked"}</td>
              <td className={table.quiet}>{clock(row.at)}</td>
              {mayRegister && <td className={table.end}><Button tone="plain" aria-label={`Change ${row.name}`} onClick={() => onOpen(row)}>Change</Button></td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={css.note}>A tool that isn’t registered counts as a write that can’t be undone. Where the registry and a case say different things, the stricter counts.</p>
    </div>
  );
}

function Quiet({ children }: { children: string }) {
  return <span className={css.note}>{children}</span>;
}
