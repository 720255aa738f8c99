// A new token for the hub the window already works with. The address stays: another hub is another store.
import { useState, type FormEvent } from "react";
import { Button, IconButton } from "../kit/Button";
import { Dialog, DialogBody } from "../kit/Dialog";
import { Field } from "../kit/Field";
import { useChange } from "../ipc/queries";
import { useKeys } from "../keys/useKeys";

export function SignIn({ place, person, onClose }: { place: string; person: string; onClose: () => void }) {
  const signIn = useChange("sign_in");
  const [token, setToken] = useState("");
  const [seen, setSeen] = useState(false);
  const [missing, setMissing] = useState(false);
  useKeys({ close: onClose }, "overlay", { modal: true });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = token.trim();
    setMissing(given === "");
    if (given !== "") signIn.mutate({ token: given }, { onSuccess: onClose });
  };
  return (
    <Dialog label="Sign in again" onClose={onClose} width={460}>
      <form onSubmit={submit}>
        <DialogBody
          title="Sign in again"
          buttons={<><Button type="submit" tone="primary" size="tall" disabled={signIn.isPending}>Sign in</Button><Button size="tall" onClick={onClose}>Cancel</Button></>}
        >
          <p>{person === "" ? `To ${place}.` : `To ${place}, as ${person}.`} What you decided is kept here and goes out afterwards.</p>
          <Field
            label="New access token" tall autoFocus type={seen ? "text" : "password"} mono={seen} value={token} onChange={(e) => setToken(e.target.value)}
            error={missing ? "The token you were given" : signIn.error?.message} help="From your team lead."
            end={<IconButton icon={seen ? "eyeoff" : "eye"} label={seen ? "Hide token" : "Show token"} onClick={() => setSeen(!seen)} />}
          />
        </DialogBody>
      </form>
    </Dialog>
  );
}
