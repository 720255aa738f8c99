// The first page: where the cases are. It asks and does nothing by itself; nothing is sent anywhere before a choice is made.
import { useRef, useState, type FormEvent, type RefObject } from "react";
import { Button, IconButton } from "../../kit/Button";
import { Field } from "../../kit/Field";
import { plural } from "../../kit/format";
import { Icon, Mark, type IconName } from "../../kit/Icon";
import { KeyCap } from "../../kit/KeyCap";
import { Note } from "../../kit/Note";
import { useKeys } from "../../keys/useKeys";
import css from "./FirstRun.module.css";

export type ImportFormat = "splink" | "claims" | "cases";

export interface FirstRunProps {
  version: string;
  keychain: boolean;
  busy: boolean;
  error: string | undefined;
  /** Files that wait for the choice, in words. */
  waiting?: string | undefined;
  /** What was found at the address, or why nothing was. */
  hub: { found: string | undefined; encrypted: boolean; error: string | undefined; /** Whom people sign in with there; none: by token alone. */ provider?: string | undefined };
  /** The browser is open, and the person is expected back from it. */
  browsing?: boolean;
  /** Decisions of people who signed out before these were delivered. */
  sealed?: number;
  onSample: () => void;
  onImport: (format: ImportFormat) => void;
  onAddress: (address: string) => void;
  onTeam: (address: string, token: string) => void;
  onBrowser?: (address: string) => void;
  onGiveUp?: () => void;
  onHelp: () => void;
}

const IMPORTS: readonly { format: ImportFormat; icon: IconName; title: string; note: string }[] = [
  { format: "splink", icon: "match", title: "Import Splink predictions", note: "records CSV and pairs, CSV or Parquet" },
  { format: "claims", icon: "table", title: "Import claims", note: "CSV: entity, attribute, system, value" },
  { format: "cases", icon: "code", title: "Import cases", note: "JSONL, as the hub takes them" },
];

export function FirstRunView(props: FirstRunProps) {
  const { version, keychain, busy, error, waiting, sealed = 0, onSample, onImport, onHelp } = props;
  const [side, setSide] = useState<"solo" | "team">("solo");
  const sample = useRef<HTMLButtonElement>(null);
  const address = useRef<HTMLInputElement>(null);
  useKeys(
    {
      option: ({ digit }) => {
        // The focus goes there, and with it the side.
        if (digit === 1) sample.current?.focus();
        if (digit === 2) address.current?.focus();
      },
      commit: { run: () => side === "solo" && !busy && onSample(), label: "Try the sample queues", unlisted: true },
      help: onHelp,
    },
    "place",
  );

  return (
    <main className={css.page} id="page">
      <div className={css.width}>
        <header className={css.top}>
          <div className={css.mark}><Mark size={34} /></div>
          <h1>Where are your cases?</h1>
          <p>You can change this later.</p>
        </header>
        {error !== undefined && <div className={css.error}><Note tone="bad" live>{error}</Note></div>}
        {waiting !== undefined && <div className={css.error}><Note tone="accent">{waiting}</Note></div>}
        {sealed > 0 && <div className={css.error}><Note icon="lock">{plural(sealed, "decision")} of somebody who signed out {sealed === 1 ? "waits" : "wait"} here, sealed until they sign in again.</Note></div>}
        <div className={css.sides}>
          <section className={side === "solo" ? `${css.side} ${css.at}` : css.side} aria-labelledby="solo" onFocus={() => setSide("solo")}>
            <div className={css.sideHead}><Icon name="laptop" /><h2 id="solo">On this computer</h2><span className={css.end}><KeyCap cap="1" /></span></div>
            <p className={css.words}>
              No account, no server. The store is encrypted; {keychain ? "its key stays in your keychain." : "there is no keychain here, so you choose a passphrase."}
            </p>
            <button type="button" className={`${css.option} ${css.first}`} ref={sample} disabled={busy} onClick={onSample}>
              <span className={css.ic}><Icon name="play" /></span>
              <span><span className={css.title}>Try the sample queues</span><span className={css.note}>matches, conflicts and actions to practise on</span></span>
              <KeyCap cap="↵" />
            </button>
            {IMPORTS.map(({ format, icon, title, note }) => (
              <button key={format} type="button" className={css.option} disabled={busy} onClick={() => onImport(format)}>
                <span className={css.ic}><Icon name={icon} /></span>
                <span><span className={css.title}>{title}</span><span className={css.note}>{note}</span></span>
                <Icon name="right" />
              </button>
            ))}
            <p className={css.foot}>Or drop files anywhere in this window.</p>
          </section>
          <Team {...props} first={address} at={side === "team"} onAt={() => setSide("team")} />
        </div>
        <footer className={css.bottom}>Tiebreak {version} · keys: <button type="button" className={css.help} onClick={onHelp} aria-label="Keys"><KeyCap cap="?" /></button> · nothing is sent anywhere before you choose</footer>
      </div>
    </main>
  );
}

function Team({ first, at, onAt, busy, browsing = false, keychain, hub, onAddress, onTeam, onBrowser, onGiveUp }: FirstRunProps & { first: RefObject<HTMLInputElement | null>; at: boolean; onAt: () => void }) {
  const [address, setAddress] = useState("");
  const [token, setToken] = useState("");
  const [seen, setSeen] = useState(false);
  const [missing, setMissing] = useState<"address" | "token" | undefined>(undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lacks = address.trim() === "" ? "address" : token.trim() === "" ? "token" : undefined;
    setMissing(lacks);
    if (lacks === undefined) onTeam(address.trim(), token.trim());
  };
  return (
    <section className={at ? `${css.side} ${css.at}` : css.side} aria-labelledby="team" onFocus={onAt}>
      <div className={css.sideHead}><Icon name="hub" /><h2 id="team">Team hub</h2><span className={css.end}><KeyCap cap="2" /></span></div>
      <p className={css.words}>Shared queues. Only what you claim is kept here.</p>
      <form className={css.form} onSubmit={submit}>
        <Field
          ref={first} label="Address" tall value={address} placeholder="https://" inputMode="url" onChange={(e) => setAddress(e.target.value)} onBlur={() => address.trim() !== "" && onAddress(address.trim())}
          error={missing === "address" ? "Where the hub is" : hub.error}
          help={hub.found !== undefined && !hub.encrypted ? "Not encrypted: only for a hub on this computer or behind a tunnel." : undefined}
          end={hub.found !== undefined && <span className={css.found} role="status"><Icon name="check" small />found, version {hub.found}</span>}
        />
        {hub.provider !== undefined && (
          <div className={css.browser}>
            {browsing ? (
              <><Note live>Sign in on the page of {hub.provider} that has opened in your browser.</Note><Button size="tall" onClick={onGiveUp}>Cancel</Button></>
            ) : (
              <><Button tone="primary" size="tall" disabled={busy} onClick={() => onBrowser?.(address.trim())}>Sign in with {hub.provider}</Button><p className={css.note}>Opens your browser. Or with a token:</p></>
            )}
          </div>
        )}
        <Field
          label="Access token" tall type={seen ? "text" : "password"} mono={seen} value={token} onChange={(e) => setToken(e.target.value)} error={missing === "token" ? "The token you were given" : undefined}
          help={`From your team lead. Kept in ${keychain ? "your keychain" : "the encrypted store on this computer"}.`}
          end={<IconButton icon={seen ? "eyeoff" : "eye"} label={seen ? "Hide token" : "Show token"} onClick={() => setSeen(!seen)} />}
        />
        <div><Button type="submit" tone={hub.provider === undefined ? "primary" : "edge"} size="tall" disabled={busy}>{hub.provider === undefined ? "Sign in" : "Sign in with the token"}</Button></div>
      </form>
      <p className={css.foot}>Signing in shows your name to the hub, and nothing else from this computer.</p>
    </section>
  );
}
