import { useCall, useChange } from "../../ipc/queries";
import { AwayPart } from "./AwayPart";

export function Away() {
  const away = useCall("away", {});
  const set = useChange("set_away");
  return <AwayPart view={away.data} busy={set.isPending} error={set.error?.message ?? away.error?.message} onSet={(until, delegate) => set.mutate({ until, delegate })} />;
}
