// Over every page while it is so: the hub is away, or refuses this token.
import { useEffect, useState } from "react";
import { Button } from "../kit/Button";
import { clock, plural } from "../kit/format";
import { Banner } from "../kit/Note";
import type { Overview } from "../ipc/types.gen";

export function StatusBanner({ overview, onTryNow }: { overview: Pick<Overview, "sync" | "queues">; onTryNow: () => void }) {
  const { sync } = overview;
  if (sync.state === "offline") {
    const atHand = overview.queues.reduce((sum, queue) => sum + queue.at_hand, 0);
    return (
      <Banner icon="cloudoff" end={<><NextTry at={sync.next_try_at} /><Button tone="plain" onClick={onTryNow}>Try now</Button></>}>
        <b>Offline{sync.since !== null && ` since ${clock(sync.since)}`}.</b>{" "}
        {atHand > 0 ? `You can go on: ${plural(atHand, "case")} ${atHand === 1 ? "is" : "are"} on this computer${sync.leases_until === null ? "" : ` until the first lease ends at ${clock(sync.leases_until)}`}.` : "No case is left on this computer. What you decided is on disk."}
      </Banner>
    );
  }
  if (sync.state === "refused") {
    return <Banner end={<><Button tone="plain" onClick={onTryNow}>Try now</Button></>}><b>The hub refuses.</b> {sync.words}</Banner>;
  }
  if (sync.state === "failing") {
    return <Banner end={<><NextTry at={sync.next_try_at} /><Button tone="plain" onClick={onTryNow}>Try now</Button></>}><b>Not synced.</b> {sync.words}</Banner>;
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
