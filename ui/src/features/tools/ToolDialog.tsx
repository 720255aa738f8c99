// Registering a tool, or registering it anew.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Area, Choice, Field } from "../../kit/Field";
import { Note } from "../../kit/Note";
import { useKeys } from "../../keys/useKeys";
import type { Effect, RegisterToolArgs, ToolView } from "../../ipc/types.gen";
import css from "./Tools.module.css";

const EFFECTS: readonly { value: Effect; label: string }[] = [
  { value: "read", label: "reads" }, { value: "write", label: "writes" }, { value: "send", label: "sends" }, { value: "pay", label: "pays" }, { value: "delete", label: "deletes" },
];

export interface ToolDialogProps {
  /** None: a new one. */
  tool: ToolView | undefined;
  busy: boolean;
  error: { text: string; pointer: string | undefined } | undefined;
  onRegister: (args: RegisterToolArgs) => void;
  onClose: () => void;
}

export function ToolDialog({ tool, busy, error, onRegister, onClose }: ToolDialogProps) {
  const known = tool?.tool;
  const [name, setName] = useState(tool?.name ?? "");
  const [effect, setEffect] = useState<Effect>(known?.effect ?? "write");
  const [reversible, setReversible] = useState(known?.reversible ?? false);
  const [headline, setHeadline] = useState(known?.headline ?? "");
  const [value, setValue] = useState(known?.amount?.value ?? "");
  const [currency, setCurrency] = useState(known?.amount?.currency ?? "");
  const [recipient, setRecipient] = useState(known?.recipient ?? "");
  const [schema, setSchema] = useState(tool?.schema_text ?? "");
  const at = (pointer: string) => (error !== undefined && error.pointer === pointer ? error.text : undefined);
  const placed = ["/name", "/headline", "/amount/value", "/recipient", "/schema"].some((pointer) => at(pointer) !== undefined);
  const text = (typed: string) => (typed.trim() === "" ? null : typed.trim());
  const register = () => onRegister({
    name, schema_text: schema,
    tool: { effect, reversible, schema: null, headline: text(headline), amount: value.trim() === "" ? null : { value: value.trim(), currency: text(currency) }, recipient: text(recipient) },
  });
  useKeys({ close: onClose, commit: { run: register, unlisted: true } }, "overlay", { modal: true });
  const title = tool === undefined ? "Register a tool" : `Change ${tool.name}`;
  return (
    <Dialog label={title} onClose={onClose} width={600}>
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); register(); }}>
        <DialogBody title={title} note="what is decided from now on is judged by it" buttons={<><Button type="submit" tone="primary" size="tall" cap="Ctrl ↵" disabled={busy}>{tool === undefined ? "Register" : "Save"}</Button><Button size="tall" onClick={onClose}>Cancel</Button></>}>
          <div className={css.fields}>
            {error !== undefined && !placed && <Note tone="bad" live>{error.text}</Note>}
            <Field label="Name" mono autoFocus={tool === undefined} readOnly={tool !== undefined} value={name} onChange={(e) => setName(e.target.value)} error={at("/name")} help="As agents call it" />
            <div className={css.row}>
              <Choice label="What it does" options={EFFECTS} value={effect} onPick={(next) => setEffect(next as Effect)} />
              <label className={css.check}><input type="checkbox" checked={reversible} onChange={(e) => setReversible(e.target.checked)} />Can be undone</label>
            </div>
            <Field label="How a call reads" value={headline} onChange={(e) => setHeadline(e.target.value)} error={at("/headline")} placeholder="Refund {/amount} to {/to}" help="JSON pointers in braces stand for arguments; empty: made from the name" />
            <div className={css.row}>
              <div className={css.grow}><Field label="Amount at" mono value={value} onChange={(e) => setValue(e.target.value)} error={at("/amount/value")} placeholder="/amount" /></div>
              <div className={css.grow}><Field label="Currency, or where it stands" mono value={currency} onChange={(e) => setCurrency(e.target.value)} placeholder="/currency or EUR" /></div>
              <div className={css.grow}><Field label="Recipient at" mono value={recipient} onChange={(e) => setRecipient(e.target.value)} error={at("/recipient")} placeholder="/to" /></div>
            </div>
            <Area label="Schema of its arguments, as JSON" mono rows={6} value={schema} onChange={(e) => setSchema(e.target.value)} error={at("/schema")} help="Calls that don’t fit it can be edited or rejected, not approved; empty: not checked" />
          </div>
        </DialogBody>
      </form>
    </Dialog>
  );
}
