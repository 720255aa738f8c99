// Whether the audit's chain holds, walked some thousand entries at a time while somebody looks. The hub says what holds.
import { useEffect, useState } from "react";
import { Button } from "../../kit/Button";
import { clock } from "../../kit/format";
import { Icon } from "../../kit/Icon";
import { asCallError, call } from "../../ipc/call";
import type { ChainView } from "../../ipc/types.gen";
import css from "./Audit.module.css";

/** Walks from the first entry on; `walk` again begins anew. */
export function useChain(): { at: ChainView | undefined; error: string | undefined; walk: () => void } {
  const [round, setRound] = useState(0);
  const [at, setAt] = useState<ChainView | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  useEffect(() => {
    let looking = true;
    const walk = async () => {
      let step: ChainView | undefined;
      do {
        step = await call("verify_audit", { from: step?.place ?? null });
        if (!looking) return;
        setAt(step);
      } while (step.state === "walking");
    };
    setError(undefined);
    walk().catch((thrown: unknown) => looking && setError(asCallError(thrown).message));
    return () => {
      looking = false;
    };
  }, [round]);
  return { at, error, walk: () => setRound((n) => n + 1) };
}

export function Chain({ at, error, onWalk }: { at: ChainView | undefined; error: string | undefined; onWalk: () => void }) {
  const walking = error === undefined && (at === undefined || at.state === "walking");
  const tone = error !== undefined || at?.state === "broken" ? css.bad : walking ? css.quiet : css.ok;
  return (
    <section className={css.chain} aria-label="The chain">
      <span className={tone}><Icon name={error !== undefined || at?.state === "broken" ? "warn" : walking ? "clock" : "link"} /></span>
      <p role="status">
        {error ?? at?.words ?? "Walking the chain"}
        {at !== undefined && error === undefined && <small>{at.state === "holds" ? `each entry follows the one before it, ${clock(at.at)}` : at.state === "broken" ? "Somebody changed the database. A checkpoint kept elsewhere shows since when." : "each against the one before it"}</small>}
      </p>
      {!walking && <Button tone="plain" onClick={onWalk}>Verify again</Button>}
    </section>
  );
}
