// Over every page while it is so: the hub is away or refuses this token, or the recovery key was never offered.
import { useEffect, useState, useSyncExternalStore } from "react";
import { Button } from "../kit/Button";
import { clock, plural } from "../kit/format";
import { Banner } from "../kit/Note";
import { useToast } from "../kit/Toasts";
import { asCallError, call } from "../ipc/call";
import { useChange } from "../ipc/queries";
import type { Overview } from "../ipc/types.gen";
import { ASK_EVERY_MS, type Hearing } from "./hearing";

export interface StatusBannerProps {
  overview: Pick<Overview, "sync" | "queues" | "mode" | "recovery_key_due" | "clock_ahead_ms">;
  onTryNow: () => void;
  onSignIn: () => void;
  onRecoveryKey: (key: string) => void;
}

/** A new token helps where this one is refused; another hub at the address is no matter of tokens. */
export function signsInAgain({ sync, mode }: Pick<Overview, "sync" | "mode">): boolean {
  return sync.state === "refused" && mode === "team" && sync.code !== "other_hub";
}

export function StatusBanner({ overview, onTryNow, onSignIn, onRecoveryKey }: StatusBannerProps) {
  const { sync } = overview;
  if (sync.state === "offline") {
    const atHand = overview.queues.reduce((sum, queue) => sum + queue.at_hand, 0);
    return (
      <Banner icon="cloudoff" end={<><NextTry at={sync.next_try_at} clockAheadMs={overview.clock_ahead_ms} /><Button tone="plain" onClick={onTryNow}>Try now</Button></>}>
        <b>Offline{sync.since !== null && ` since ${clock(sync.since)}`}.</b>{" "}
        {atHand > 0 ? `You can go on: ${plural(atHand, "case")} ${atHand === 1 ? "is" : "are"} on this computer${sync.leases_until === null ? "" : ` until the first lease ends at ${clock(sync.leases_until)}`}.` : "No case is left on this computer. What you decided is on disk."}
      </Banner>
    );
  }
  if (sync.state === "refused") {
    const signsIn = signsInAgain(overview);
    return <Banner end={<>{signsIn && <Button tone="plain" onClick={onSignIn}>Sign in again</Button>}<Button tone="plain" onClick={onTryNow}>Try now</Button></>}><b>The hub refuses.</b> {sync.trouble}</Banner>;
  }
  if (sync.state === "failing") {
    return <Banner end={<><NextTry at={sync.next_try_at} clockAheadMs={overview.clock_ahead_ms} /><Button tone="plain" onClick={onTryNow}>Try now</Button></>}><b>Not synced.</b> {sync.trouble}</Banner>;
  }
  return overview.recovery_key_due ? <RecoveryBanner onShow={onRecoveryKey} /> : null;
}

/** The door by which the desk tells this window that something changed is shut. */
export function DeafBanner({ hearing }: { hearing: Pick<Hearing, "subscribe" | "read" | "begin"> }) {
  const deaf = useSyncExternalStore(hearing.subscribe, hearing.read);
  if (!deaf) return null;
  return <Banner end={<Button tone="plain" onClick={() => void hearing.begin()}>Listen again</Button>}><b>This window doesn’t hear what changes.</b> It asks every {ASK_EVERY_MS / 1000} seconds instead. What you decide is kept as always.</Banner>;
}

/** Where nobody was asked on a first run: files or the sample queues came by the command line. */
function RecoveryBanner({ onShow }: { onShow: (key: string) => void }) {
  const settle = useChange("settle_recovery_key");
  const say = useToast();
  const show = () => void call("recovery_key", {}).then(({ recovery_key }) => onShow(recovery_key), (thrown: unknown) => say(asCallError(thrown).message));
  return (
    <Banner icon="info" end={<><Button tone="plain" onClick={show}>Show the key</Button><Button tone="plain" disabled={settle.isPending} onClick={() => settle.mutate({})}>Go on without it</Button></>}>
      The recovery key opens your cases if the keychain is lost.
    </Banner>
  );
}

function NextTry({ at, clockAheadMs }: { at: string | null; clockAheadMs: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  if (at === null) return null;
  const seconds = Math.ceil((Date.parse(at) - now - clockAheadMs) / 1000);
  // Not read out: it changes every second.
  return <span aria-hidden="true">{seconds > 0 ? `Next try in ${seconds} s` : "Trying"}</span>;
}
