// A token for a program or a person: what it may and until when; then the token itself, shown this once.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Field, Select } from "../../kit/Field";
import { HiddenText } from "../../kit/HiddenText";
import { Note } from "../../kit/Note";
import { useKeys } from "../../keys/useKeys";
import type { MakeToken, Role, TokenMade } from "../../ipc/types.gen";
import { Boxes } from "./Boxes";
import { DAYS, ROLES } from "./words";
import css from "./Access.module.css";

export interface TokenDialogProps {
  busy: boolean;
  onClose: () => void;
  /** Refused: an error with its words, and where in what was asked. */
  onMake: (wanted: MakeToken) => Promise<TokenMade>;
  onCopy: (text: string) => void;
}

interface Refused { text: string; at: string }

export function TokenDialog({ busy, onClose, onMake, onCopy }: TokenDialogProps) {
  const [made, setMade] = useState<TokenMade | undefined>(undefined);
  return made === undefined ? <Ask busy={busy} onClose={onClose} onMake={onMake} onMade={setMade} /> : <Made made={made} onClose={onClose} onCopy={onCopy} />;
}

function Ask({ busy, onClose, onMake, onMade }: Omit<TokenDialogProps, "onCopy"> & { onMade: (made: TokenMade) => void }) {
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<readonly string[]>(["source"]);
  const [sources, setSources] = useState("");
  const [days, setDays] = useState("90");
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const writes = roles.includes("source");
  const make = async () => {
    const names = sources.split(",").map((one) => one.trim()).filter((one) => one !== "");
    try {
      onMade(await onMake({ name: name.trim(), roles: roles as Role[], sources: writes ? names : [], days: days === "" ? null : Number(days) }));
    } catch (error) {
      const { message, pointer } = error as { message: string; pointer?: string | null };
      setRefused({ text: message, at: pointer ?? "" });
    }
  };
  useKeys({ close: onClose, commit: { run: () => void make(), unlisted: true } }, "overlay", { modal: true });
  const ofName = refused?.at === "/name";
  return (
    <Dialog label="Make a token" onClose={onClose} width={480}>
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); void make(); }}>
        <DialogBody title="Make a token" buttons={<><Button type="submit" tone="primary" size="tall" disabled={busy} cap="Ctrl ↵">Make it</Button><Button size="tall" onClick={onClose}>Cancel</Button></>}>
          {refused !== undefined && !ofName && <Note tone="bad" live>{refused.text}</Note>}
          <div className={css.fields}>
            <Field label="For" autoFocus value={name} onChange={(e) => setName(e.target.value)} placeholder="site-matcher" help="A program or a person; a name that is known gets one more token" error={ofName ? refused.text : undefined} />
            <Boxes legend="It may act as" options={ROLES} picked={roles} onPick={setRoles} />
            {writes && <Field label="Sources it writes" value={sources} onChange={(e) => setSources(e.target.value)} placeholder="crm, billing" help="Separated by commas; none: any" />}
            <Select label="Taken for" value={days} options={DAYS} onPick={setDays} />
          </div>
        </DialogBody>
      </form>
    </Dialog>
  );
}

function Made({ made, onClose, onCopy }: { made: TokenMade; onClose: () => void; onCopy: (text: string) => void }) {
  useKeys({ close: onClose }, "overlay", { modal: true });
  return (
    <Dialog label="The token is made" onClose={onClose} width={560}>
      <DialogBody title="The token is made" buttons={<><Button tone="primary" size="tall" autoFocus onClick={() => onCopy(made.token)}>Copy it</Button><Button size="tall" onClick={onClose}>I have kept it</Button></>}>
        <p>This is the token of <b><HiddenText text={made.name} /></b>. Whoever has it may act as {made.roles.join(", ")}. It is shown this once.</p>
        <code className={css.token}>{made.token}</code>
      </DialogBody>
    </Dialog>
  );
}
