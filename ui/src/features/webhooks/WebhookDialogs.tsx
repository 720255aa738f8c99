// Adding a webhook; and its secret, shown this once.
import { useState, type FormEvent } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogBody } from "../../kit/Dialog";
import { Choice, Field } from "../../kit/Field";
import { Note } from "../../kit/Note";
import { useKeys } from "../../keys/useKeys";
import type { EventChoice, NewWebhook, Signing, WebhookMade } from "../../ipc/types.gen";
import css from "./Webhooks.module.css";

const SIGNINGS: readonly { value: Signing; label: string }[] = [{ value: "hmac", label: "A shared secret" }, { value: "ed25519", label: "A public key" }];

export interface AddWebhookProps {
  events: readonly EventChoice[];
  busy: boolean;
  error: { text: string; pointer: string | undefined } | undefined;
  onAdd: (hook: NewWebhook) => void;
  onClose: () => void;
}

export function AddWebhook({ events, busy, error, onAdd, onClose }: AddWebhookProps) {
  const [url, setUrl] = useState("");
  const [wanted, setWanted] = useState<readonly string[]>([]);
  const [signing, setSigning] = useState<Signing>("hmac");
  const all = wanted.includes("*");
  const add = () => onAdd({ url, events: all ? ["*"] : [...wanted], signing });
  const pick = (name: string, on: boolean) => setWanted(on ? [...wanted, name] : wanted.filter((other) => other !== name));
  const ofUrl = error !== undefined && (error.pointer === "/url" || error.pointer === "");
  const ofEvents = error?.pointer?.startsWith("/events") === true;
  useKeys({ close: onClose, commit: { run: add, unlisted: true } }, "overlay", { modal: true });
  return (
    <Dialog label="Add a webhook" onClose={onClose} width={600}>
      <form onSubmit={(event: FormEvent) => { event.preventDefault(); add(); }}>
        <DialogBody title="Add a webhook" note="told of what happens from now on" buttons={<><Button type="submit" tone="primary" size="tall" cap="Ctrl ↵" disabled={busy}>Add it</Button><Button size="tall" onClick={onClose}>Cancel</Button></>}>
          <div className={css.fields}>
            {error !== undefined && !ofUrl && !ofEvents && <Note tone="bad" live>{error.text}</Note>}
            <Field label="Address" autoFocus value={url} onChange={(e) => setUrl(e.target.value)} placeholder="https://example.com/tiebreak" error={ofUrl ? error.text : undefined} help="https, and not in a private network unless the hub allows it" />
            <fieldset aria-describedby={ofEvents ? "events-error" : undefined}>
              <legend className={css.note}>Told of</legend>
              <div className={css.events}>
                {events.map((event) => (
                  <label key={event.name} className={css.check}>
                    <input type="checkbox" aria-label={event.words} checked={wanted.includes(event.name) || all} disabled={all && event.name !== "*"} onChange={(e) => pick(event.name, e.target.checked)} />
                    <span>{event.words}<small>{event.name}</small></span>
                  </label>
                ))}
              </div>
              {ofEvents && <p className={css.error} id="events-error" role="alert">{error.text}</p>}
            </fieldset>
            <div><p className={css.note}>Signed with</p><Choice label="Signed with" options={SIGNINGS} value={signing} onPick={(next) => setSigning(next as Signing)} /></div>
          </div>
        </DialogBody>
      </form>
    </Dialog>
  );
}

export function WebhookAdded({ made, onCopy, onClose }: { made: WebhookMade; onCopy: (text: string) => void; onClose: () => void }) {
  const shown = made.secret ?? made.public_key ?? "";
  const secret = made.secret != null;
  useKeys({ close: onClose }, "overlay", { modal: true });
  return (
    <Dialog label="The webhook is added" onClose={onClose} width={560}>
      <DialogBody title="The webhook is added" buttons={<><Button tone="primary" size="tall" onClick={() => onCopy(shown)}>Copy it</Button><Button size="tall" onClick={onClose}>{secret ? "I have kept it" : "Close"}</Button></>}>
        <p>{secret ? "This is its secret. The receiver verifies with it that a message comes from this hub. It is shown this once." : "The receiver verifies with this public key that a message comes from this hub."}</p>
        <code className={css.secret}>{shown}</code>
      </DialogBody>
    </Dialog>
  );
}
