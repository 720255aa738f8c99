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
  /** Files that wait for the store to be open, in words. */
  waiting?: string | undefined;
  /** What was wrong with the last try. */
  error: string | undefined;
  /** A store whose key was in the keychain has no passphrase: it asks for the recovery key first. */
  recoverFirst?: boolean;
  /** Given where the store has a recovery key. With it may come a new passphrase, so that the key isn't asked for at every start. */
  onRecoveryKey?: ((recoveryKey: string, newPassphrase: string | null) => void) | undefined;
  /** Whether a recovered store gets a new passphrase: there is nothing else to open it, it may, or the keychain has the key again. */
  newPassphrase?: "needed" | "offered" | "none";
  /** Looks at the keychain again. */
  onAgain?: (() => void) | undefined;
  onPassphrase: (passphrase: string) => void;
  /** Leaves the store locked and goes to the choice of places. */
  onLeave?: (() => void) | undefined;
  onStop: () => void;
  /** Where stopping is going back instead. */
  stop?: { label: string; says: string };
}

interface Complaint {
  at: "secret" | "fresh";
  words: string;
}

const SHORTEST = 8;

export function UnlockView({ mode, why, waiting, busy, error, recoverFirst = false, newPassphrase = "none", onPassphrase, onRecoveryKey, onAgain, onLeave, onStop, stop = { label: "Stop", says: "Stopping closes Tiebreak and changes nothing." } }: UnlockProps) {
  const [secret, setSecret] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [recovering, setRecovering] = useState(recoverFirst);
  const [complaint, setComplaint] = useState<Complaint | undefined>(undefined);
  const making = mode === "new";

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = complaintOf();
    setComplaint(found);
    if (found !== undefined) return;
    if (recovering) onRecoveryKey?.(secret.trim(), fresh === "" ? null : fresh);
    else onPassphrase(secret);
  };
  const complaintOf = (): Complaint | undefined => {
    if (!making && secret === "") return { at: "secret", words: recovering ? "Type the recovery key" : "Type the passphrase" };
    const made = making ? secret : fresh;
    if (!making && (!renewing || (made === "" && newPassphrase === "offered"))) return undefined;
    const at = making ? "secret" : "fresh";
    if (made.length < SHORTEST) return { at, words: `At least ${SHORTEST} characters` };
    return made === again ? undefined : { at, words: "The two are not the same" };
  };
  const says = (at: Complaint["at"]) => (complaint?.at === at ? complaint.words : undefined);
  const renewing = recovering && newPassphrase !== "none";
  const label = recovering ? "Recovery key" : "Passphrase";

  return (
    <main className={css.page}>
      <form className={css.card} onSubmit={submit}>
        <div className={css.mark}><Mark size={34} /></div>
        <h1>{making ? "Choose a passphrase, or stop" : "Your cases are locked"}</h1>
        <p className={css.why}>{why}</p>
        {making && <p className={css.why}>Cases and decisions are kept encrypted on this computer. Without a keychain the key comes from a passphrase, asked for at every start.</p>}
        {waiting !== undefined && <Note tone="accent">{waiting}</Note>}
        {error !== undefined && <Note tone="bad" live>{error}</Note>}
        <Field key={label} label={label} type={recovering ? "text" : "password"} mono={recovering} tall autoFocus value={secret} error={says("secret")} onChange={(e) => setSecret(e.target.value)} />
        {renewing && (
          <Field
            label="New passphrase" type="password" tall value={fresh} error={says("fresh")} onChange={(e) => setFresh(e.target.value)}
            help={newPassphrase === "offered" ? "Leave it empty, and the recovery key is asked for at every start until the keychain has the key." : "From now on it opens the store."}
          />
        )}
        {(making || (renewing && fresh !== "")) && <Field label="The same again" type="password" tall value={again} onChange={(e) => setAgain(e.target.value)} />}
        <div className={css.buttons}>
          <Button type="submit" tone="primary" size="tall" disabled={busy}>{making ? "Use this passphrase" : "Unlock"}</Button>
          {onAgain !== undefined && <Button size="tall" disabled={busy} onClick={onAgain}>Ask the keychain again</Button>}
          <Button size="tall" onClick={onStop}>{stop.label}</Button>
          {onLeave !== undefined && <Button tone="plain" size="tall" disabled={busy} onClick={onLeave}>Work elsewhere</Button>}
          {!making && onRecoveryKey !== undefined && (
            <Button tone="plain" size="tall" onClick={() => { setRecovering(!recovering); setSecret(""); setComplaint(undefined); }}>{recovering ? "Use the passphrase" : "Use the recovery key"}</Button>
          )}
        </div>
        <p className={css.foot}>{stop.says}{onLeave !== undefined && " Working elsewhere leaves this store as it is."}</p>
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
