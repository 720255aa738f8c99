// Who else has the case on the screen, beside its title. The desk says it for as long as it is so.
import { Chip } from "../kit/Chip";
import { HiddenText } from "../kit/HiddenText";
import type { Looker } from "../ipc/types.gen";

export function Lookers({ looking }: { looking: readonly Looker[] }) {
  const names = looking.map((looker) => looker.name).join(", ");
  return (
    <span role="status">
      {looking.length > 0 && <Chip tone="accent" icon="eye" title="They see the case as you do, and decide nothing"><HiddenText text={names} /> {looking.length === 1 ? "is" : "are"} looking too</Chip>}
    </span>
  );
}
