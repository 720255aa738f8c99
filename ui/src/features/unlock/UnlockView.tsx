// When the key of the store can't be had from the keychain: a passphrase, or stop. And the recovery key, shown once.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Field } from "../../kit/Field";
import { Mark } from "../../kit/Icon";
import { Note } from "../../kit/Note";
import css from "./Unlock.module.css";

export interface UnlockProps {
  /** Whether a store is there already, or is made now. */
  mode: "new" | "existing";
  /** Why the keychain gave no key, in words. */
  why: string;
  busy: boolean;
  /** What was wrong with the last try. */
  error: string | undefined;
  /** A store whose key was in the keychain has no passphrase: it asks for the recovery key first. */
  recoverFirst?: boolean;
  /** Given where the store has a recovery key. */
  onRecoveryKey?: ((recoveryKey: string) => void) | undefined;
  /** Looks at the keychain again. */
  onAgain?: (() => void) | undefined;
  onPassphrase: (passphrase: string) => void;
  onStop: () => void;
  /** Where stopping is going back instead. */
  stop?: { label: string; says: string };
}

const SHORTEST = 8;

export function UnlockView({ mode, why, busy, error, recoverFirst = false, onPassphrase, onRecoveryKey, onAgain, onStop, stop = { label: "Stop", says: "Stopping closes Tiebreak and changes nothing." } }: UnlockProps) {
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [recovering, setRecovering] = useState(recoverFirst);
  const [complaint, setComplaint] = useState<string | undefined>(undefined);
  const making = mode === "new";

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (making && passphrase.length < SHORTEST) setComplaint(`At least ${SHORTEST} characters`);
    else if (making && passphrase !== again) setComplaint("The two are not the same");
    else if (passphrase === "") setComplaint(recovering ? "Type the recovery key" : "Type the passphrase");
    else {
      setComplaint(undefined);
      if (recovering) onRecoveryKey?.(passphrase.trim());
      else onPassphrase(passphrase);
    }
  };
  const label = recovering ? "Recovery key" : "Passphrase";

  return (
    <main className={css.page}>
      <form className={css.card} onSubmit={submit}>
        <div className={css.mark}><Mark size={34} /></div>
        <h1>{making ? "Choose a passphrase, or stop" : "Your cases are locked"}</h1>
        <p className={css.why}>{why}</p>
        {making && <p className={css.why}>Cases and decisions are kept encrypted on this computer. Without a keychain the key comes from a passphrase, asked for at every start.</p>}
        {error !== undefined && <Note tone="bad" live>{error}</Note>}
        <Field key={label} label={label} type={recovering ? "text" : "password"} mono={recovering} tall autoFocus value={passphrase} error={complaint} onChange={(e) => setPassphrase(e.target.value)} />
        {making && <Field label="The same again" type="password" tall value={again} onChange={(e) => setAgain(e.target.value)} />}
        <div className={css.buttons}>
          <Button type="submit" tone="primary" size="tall" disabled={busy}>{making ? "Use this passphrase" : "Unlock"}</Button>
          {onAgain !== undefined && <Button size="tall" onClick={onAgain}>Ask the keychain again</Button>}
          <Button size="tall" onClick={onStop}>{stop.label}</Button>
          {!making && onRecoveryKey !== undefined && (
            <Button tone="plain" size="tall" onClick={() => { setRecovering(!recovering); setPassphrase(""); setComplaint(undefined); }}>{recovering ? "Use the passphrase" : "Use the recovery key"}</Button>
          )}
        </div>
        <p className={css.foot}>{stop.says}</p>
      </form>
    </main>
  );
}

/** Shown once, at first run; and again from the settings. */
export function RecoveryKeyView({ recoveryKey, onDone, onCopy }: { recoveryKey: string; onDone: () => void; onCopy: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <main className={css.page}>
      <div className={css.card}>
        <div className={css.mark}><Mark size={34} /></div>
        <h1>Keep this recovery key</h1>
        <p className={css.why}>It opens the store on this computer if the keychain is lost. It is not kept anywhere else and opens nothing but this store.</p>
        <code className={css.key} aria-label="Recovery key">{recoveryKey}</code>
        <div className={css.buttons}><Button onClick={onCopy}>Copy</Button></div>
        <label className={css.kept}><input type="checkbox" checked={kept} onChange={(e) => setKept(e.target.checked)} /> I have kept it somewhere safe</label>
        <div className={css.buttons}>
          <Button tone="primary" size="tall" disabled={!kept} onClick={onDone}>Go on</Button>
          <Button tone="plain" size="tall" onClick={onDone}>Go on without it</Button>
        </div>
      </div>
    </main>
  );
}
