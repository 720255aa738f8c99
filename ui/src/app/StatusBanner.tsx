// Over every page while it is so: the hub is away, or refuses this token.
import { useEffect, useState } from "react";
import { Button } from "../kit/Button";
import { clock, plural } from "../kit/format";
import { Banner } from "../kit/Note";
import type { Overview } from "../ipc/types.gen";

export function StatusBanner({ overview, onTryNow, onSignIn }: { overview: Pick<Overview, "sync" | "queues" | "mode">; onTryNow: () => void; onSignIn: () => void }) {
  const { sync } = overview;
  if (sync.state === "offline") {
    const atHand = overview.queues.reduce((sum, queue) => sum + queue.at_hand, 0);
    return (
      <Banner icon="cloudoff" end={<><NextTry at={sync.next_try_at} /><Button tone="plain" onClick={onTryNow}>Try now</Button></>}>
        <b>Offline{sync.since !== null && ` since ${clock(sync.since)}`}.</b>{" "}
        {atHand > 0 ? `You can go on: ${plural(atHand, "case")} ${atHand === 1 ? "is" : "are"} on this computer${sync.leases_until === null ? "" : ` until their lease ends at ${clock(sync.leases_until)}`}.` : "No case is left on this computer. What you decided is on disk."}
      </Banner>
    );
  }
  if (sync.state === "refused") {
    // A new token helps where this one is refused; another hub at the address is no matter of tokens.
    const signsIn = overview.mode === "team" && sync.code !== "other_hub";
    return <Banner end={<>{signsIn && <Button tone="plain" onClick={onSignIn}>Sign in again</Button>}<Button tone="plain" onClick={onTryNow}>Try now</Button></>}><b>The hub refuses.</b> {sync.words}</Banner>;
  }
  return null;
}

function NextTry({ at }: { at: string | null }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  if (at === null) return null;
  const seconds = Math.ceil((Date.parse(at) - now) / 1000);
  // Not read out: it changes every second.
  return <span aria-hidden="true">{seconds > 0 ? `Next try in ${seconds} s` : "Trying"}</span>;
}
