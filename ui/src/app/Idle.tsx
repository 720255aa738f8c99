// A queue with nothing to show: done, with others, being fetched, offline, or not this person's.
import { Button } from "../kit/Button";
import { plural } from "../kit/format";
import { go } from "../kit/place";
import { Loading, State } from "../kit/State";
import { useKeys } from "../keys/useKeys";
import type { Idle as IdleFacts, QueueView } from "../ipc/types.gen";

export interface IdleProps {
  idle: IdleFacts;
  title: string;
  /** The queue to go on with, when there is one with cases at hand. */
  next: QueueView | undefined;
  onSyncNow: () => void;
}

export function Idle({ idle, title, next, onSyncNow }: IdleProps) {
  const goOn = next === undefined ? undefined : () => go({ page: "queue", queue: next.name });
  useKeys({ commit: goOn === undefined ? undefined : { run: goOn, unlisted: true } }, "place");
  const goOnButton = next !== undefined && <Button tone="primary" size="tall" cap="↵" onClick={goOn}>{next.title}, {next.at_hand > 0 ? `${next.at_hand} kept on this computer` : `${next.left} left`}</Button>;
  switch (idle.why) {
    case "done":
      return (
        <State icon="check" tone="ok" title={`${title} is done`} actions={<>{goOnButton}{idle.decided_today > 0 && <Button size="tall" onClick={() => go({ page: "history" })}>Look over today’s {idle.decided_today}</Button>}</>}>
          <p>Nothing here is claimed by you any more.</p>
        </State>
      );
    case "with_others":
      return <State icon="user" title={`${title}: nothing for you now`} actions={<>{goOnButton}<Button size="tall" onClick={onSyncNow}>Look again</Button></>}><p>{plural(idle.left, "case")} left, with others or skipped by you. They come back when they are free.</p></State>;
    case "loading":
      return <Loading what="Fetching cases from the hub" />;
    case "offline":
      return <State icon="cloudoff" tone="warn" title="The hub is away" actions={<>{goOnButton}<Button size="tall" onClick={onSyncNow}>Try now</Button></>}><p>No case of {title} is kept on this computer. What you decided is on disk and will be sent.</p></State>;
    case "not_allowed":
      return <State icon="lock" title={`${title} is not yours to decide`} actions={goOnButton}><p>{idle.words}</p></State>;
  }
}
