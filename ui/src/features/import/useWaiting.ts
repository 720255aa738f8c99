import { useCall } from "../../ipc/queries";

/** While no store is open: what will be imported, and when. None: nothing waits. */
export function useWaiting(): string | undefined {
  const waiting = useCall("handed_over", {}).data?.waiting ?? [];
  if (waiting.length === 0) return undefined;
  return `${waiting.join(", ")}: imported once your cases on this computer are open.`;
}
