import { useEffect, useState } from "react";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { Loading } from "../../kit/State";
import { Note } from "../../kit/Note";
import { keyOf, useCall, useChange } from "../../ipc/queries";
import { asCallError, call } from "../../ipc/call";
import { useQueries } from "@tanstack/react-query";
import type { HistoryPage, HistoryRow } from "../../ipc/types.gen";
import { HistoryView } from "./HistoryView";

export function History({ onUndo }: { onUndo: (decisionId: string, reason: string | null) => Promise<void> }) {
  const first = useCall("history", { after: null });
  const [older, setOlder] = useState<string[]>([]);
  const rest = useQueries({ queries: older.map((after) => ({ queryKey: keyOf("history", { after }), queryFn: () => call("history", { after }) })) });
  const seen = useChange("outcomes_seen");
  const { mutate } = seen;
  const anyFailed = first.data?.rows.some((row) => row.standing === "failed") ?? false;
  // Whoever has the list before them has seen what failed.
  useEffect(() => {
    if (anyFailed) mutate({});
  }, [anyFailed, first.data, mutate]);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | undefined>(undefined);
  const pages = [first.data, ...rest.map((page) => page.data)].filter((page): page is HistoryPage => page !== undefined);
  const next = pages.at(-1)?.next ?? null;

  const undo = async (row: HistoryRow, reason: string | null) => {
    setBusy(true);
    setFailed(undefined);
    try {
      await onUndo(row.decision_id, reason);
    } catch (thrown) {
      const error = asCallError(thrown);
      if (error.code === "reason_required" && reason === null) return "reason_required" as const;
      setFailed(error.message);
    } finally {
      setBusy(false);
    }
    return undefined;
  };
  return (
    <Page name="My decisions">
      <PageHead title="My decisions" />
      <PageBody narrow>
        {first.error !== null && <Note tone="bad" live>{first.error.message}</Note>}
        {first.isPending ? <Loading what="Reading your decisions" /> : first.data !== undefined && (
          <HistoryView
            rows={pages.flatMap((page) => page.rows)} more={next !== null} busy={busy} error={failed}
            onMore={() => next !== null && setOlder([...older, next])} onUndo={undo}
          />
        )}
      </PageBody>
    </Page>
  );
}
