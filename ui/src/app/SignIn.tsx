// Signing in again at the hub the window already works with: in the browser where that is how it was begun, else with a new token. The
// address stays: another hub is another store.
import { useState, type FormEvent } from "react";
import { Button, IconButton } from "../kit/Button";
import { Dialog, DialogBody } from "../kit/Dialog";
import { Field } from "../kit/Field";
import { Note } from "../kit/Note";
import { useChange } from "../ipc/queries";
import { useKeys } from "../keys/useKeys";

export interface SignInProps {
  place: string;
  person: string;
  /** Whom they sign in with; none: a token. */
  provider: string | null;
  onClose: () => void;
}

export function SignIn(props: SignInProps) {
  return props.provider === null ? <ByToken {...props} /> : <ByBrowser {...props} provider={props.provider} />;
}

function ByBrowser({ place, person, provider, onClose }: SignInProps & { provider: string }) {
  const signIn = useChange("browser_sign_in");
  const cancel = useChange("cancel_sign_in");
  const close = () => {
    if (signIn.isPending) cancel.mutate({});
    onClose();
  };
  useKeys({ close }, "overlay", { modal: true });
  return (
    <Dialog label="Sign in again" onClose={close} width={460}>
      <DialogBody
        title="Sign in again"
        buttons={<><Button tone="primary" size="tall" disabled={signIn.isPending} onClick={() => signIn.mutate({ address: null, passphrase: null }, { onSuccess: onClose })}>Open the browser</Button><Button size="tall" onClick={close}>Cancel</Button></>}
      >
        <p>{person === "" ? `To ${place}.` : `To ${place}, as ${person}.`} What you decided is kept here and goes out afterwards.</p>
        {signIn.isPending ? <Note live>Sign in on the page of {provider} that has opened in your browser.</Note> : signIn.error !== null && signIn.error.code !== "sign_in_cancelled" && <Note tone="bad" live>{signIn.error.message}</Note>}
      </DialogBody>
    </Dialog>
  );
}

function ByToken({ place, person, onClose }: SignInProps) {
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
