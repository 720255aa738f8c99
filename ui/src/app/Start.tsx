// Before there are cases: first run, a locked store, or nothing that can be done here. It asks the desk and shows what it answers.
import { useEffect, useRef, useState } from "react";
import { FirstRunView, type ImportFormat } from "../features/first-run/FirstRunView";
import { formatOf } from "../features/import/formatOf";
import { UnlockView } from "../features/unlock/UnlockView";
import { Button } from "../kit/Button";
import { go } from "../kit/place";
import { State } from "../kit/State";
import { asCallError, call } from "../ipc/call";
import { onFilesDropped } from "../ipc/events";
import { useChange } from "../ipc/queries";
import { closeWindow } from "../ipc/window";
import type { HubFound, StartView } from "../ipc/types.gen";
import css from "./Start.module.css";

export interface Importing {
  format: ImportFormat;
  paths: readonly string[];
}

export type Choice = { place: "solo"; sample: boolean; importing?: Importing } | { place: "team"; address: string; token: string } | { place: "browser"; address: string };

/** What a choice is refused with when no keychain keeps the key. */
const NO_KEYCHAIN = new Set(["passphrase_required", "keychain_locked"]);

/** No key typed: whether the keychain answers now, or what stood in the way is gone. */
const LOOK_AGAIN = { passphrase: null, recovery_key: null };

export interface StartProps {
  view: StartView;
  /** Files that wait for an open store, in words. */
  waiting: string | undefined;
  /** Gives the recovery key, once (none: the store was there before and is locked), and what to import next. */
  onChosen: (recoveryKey: string | null, importing: Importing | undefined) => void;
  onHelp: () => void;
}

interface Of<S extends StartView["state"]> {
  view: Extract<StartView, { state: S }>;
  waiting: string | undefined;
}

export function Start({ view, waiting, onChosen, onHelp }: StartProps) {
  // Signed out: the address of a page that was is nobody's any more.
  useEffect(() => {
    if (view.state === "first_run") go({ page: "start" }, { replace: true });
  }, [view.state]);
  if (view.state === "first_run") return <FirstRun view={view} waiting={waiting} onChosen={onChosen} onHelp={onHelp} />;
  if (view.state === "locked") return <Locked view={view} waiting={waiting} />;
  if (view.state === "stopped") return <Stopped view={view} waiting={waiting} />;
  return null;
}

function Stopped({ view, waiting }: Of<"stopped">) {
  const again = useChange("unlock");
  return (
    <main className={css.page} id="page">
      <State
        icon="warn" tone="bad" alone title="Tiebreak can’t go on"
        actions={<><Button tone="primary" size="tall" disabled={again.isPending} onClick={() => again.mutate(LOOK_AGAIN)}>Try again</Button><Button size="tall" onClick={() => void closeWindow()}>Stop</Button></>}
      >
        <p>{view.words}</p>
        {waiting !== undefined && <p>{waiting}</p>}
        <p><code>{view.code}</code> · Tiebreak {view.version}</p>
        {again.error !== null && <p role="alert">{again.error.message}</p>}
      </State>
    </main>
  );
}

function FirstRun({ view, waiting, onChosen, onHelp }: Of<"first_run"> & Pick<StartProps, "onChosen" | "onHelp">) {
  const [asking, setAsking] = useState<{ choice: Choice; why: string } | undefined>(undefined);
  const [hub, setHub] = useState<{ address: string; found?: HubFound; error?: string } | undefined>(undefined);
  const solo = useChange("choose_solo");
  const team = useChange("choose_team");
  const browser = useChange("browser_sign_in");
  const giveUp = useChange("cancel_sign_in");
  const busy = solo.isPending || team.isPending || browser.isPending;
  const error = solo.error?.message ?? team.error?.message ?? (browser.error?.code === "sign_in_cancelled" ? undefined : browser.error?.message);

  const ask = (choice: Choice, why: string) => {
    solo.reset();
    team.reset();
    browser.reset();
    setAsking({ choice, why });
  };
  const choose = (choice: Choice, passphrase: string | null) => {
    const chosen = choice.place === "solo" ? solo.mutateAsync({ sample: choice.sample, passphrase })
      : choice.place === "browser" ? browser.mutateAsync({ address: choice.address, passphrase })
      : team.mutateAsync({ address: choice.address, token: choice.token, passphrase });
    chosen.then(
      // Also when this page has gone meanwhile, since the store was seen to be open: the recovery key is given this once.
      ({ recovery_key }) => onChosen(recovery_key, choice.place === "solo" ? choice.importing : undefined),
      (thrown: unknown) => {
        const { code, message } = asCallError(thrown);
        // There seemed to be a keychain, and it didn't take the key.
        if (NO_KEYCHAIN.has(code)) ask(choice, message);
      },
    );
  };
  // Without a keychain the key comes from a passphrase: asked for before anything is written.
  const begin = (choice: Choice) => (view.keychain ? choose(choice, null) : ask(choice, "This computer has no keychain that Tiebreak could keep the key in."));
  const dropped = useRef(begin);
  dropped.current = begin;
  useEffect(() => onFilesDropped((paths) => {
    if (paths.length > 0) dropped.current({ place: "solo", sample: false, importing: { format: formatOf(paths), paths } });
  }), []);
  const look = async (address: string) => {
    if (hub?.address === address) return;
    setHub({ address });
    try {
      const found = await call("check_hub", { address });
      setHub((now) => (now?.address === address ? { address, found } : now));
    } catch (thrown) {
      const { message } = asCallError(thrown);
      setHub((now) => (now?.address === address ? { address, error: message } : now));
    }
  };

  if (asking !== undefined) {
    return (
      <UnlockView
        mode="new" why={asking.why} waiting={waiting} busy={busy} error={error}
        onPassphrase={(passphrase) => choose(asking.choice, passphrase)} onStop={() => setAsking(undefined)} stop={{ label: "Back", says: "Going back changes nothing." }}
      />
    );
  }
  return (
    <FirstRunView
      version={view.version} keychain={view.keychain} waiting={waiting} busy={busy} error={error} sealed={view.sealed} browsing={browser.isPending}
      hub={{ found: hub?.found?.version, encrypted: hub?.found?.encrypted ?? true, error: hub?.error, provider: hub?.found?.provider ?? undefined }}
      onSample={() => begin({ place: "solo", sample: true })} onImport={(format) => begin({ place: "solo", sample: false, importing: { format, paths: [] } })}
      onAddress={(address) => void look(address)} onTeam={(address, token) => begin({ place: "team", address, token })}
      onBrowser={(address) => begin({ place: "browser", address })} onGiveUp={() => giveUp.mutate({})} onHelp={onHelp}
    />
  );
}

function Locked({ view, waiting }: Of<"locked">) {
  const unlock = useChange("unlock");
  const leave = useChange("sign_out");
  const byKeychain = view.reason !== "passphrase";
  const renew = { passphrase: "needed", no_keychain: "offered", keychain_locked: "offered", key_missing: "none", wrong_key: "none" } as const;
  return (
    <UnlockView
      mode="existing" why={view.words} waiting={waiting} busy={unlock.isPending || leave.isPending} error={unlock.error?.message ?? leave.error?.message} newPassphrase={renew[view.reason]} recoverFirst={byKeychain}
      onPassphrase={(passphrase) => unlock.mutate({ passphrase, recovery_key: null })} onRecoveryKey={(recovery_key, passphrase) => unlock.mutate({ passphrase, recovery_key })}
      onLeave={view.mode === "solo" ? () => leave.mutate({}) : undefined}
      onAgain={byKeychain && view.reason !== "no_keychain" ? () => unlock.mutate(LOOK_AGAIN) : undefined} onStop={() => void closeWindow()}
    />
  );
}
