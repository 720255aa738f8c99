import { useMemo, useState } from "react";
import { Button } from "../../kit/Button";
import { kindTitle } from "../../kit/kinds";
import { Note } from "../../kit/Note";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { go } from "../../kit/place";
import { useCall } from "../../ipc/queries";
import { AgreementPanel } from "./AgreementPanel";
import { LeadFilters, LeadView } from "./LeadView";

export function Lead({ queue, by = "queue" }: { queue?: string; by?: string }) {
  const [period, setPeriod] = useState("84");
  const overview = useCall("overview", {});
  const queues = overview.data?.queues ?? [];
  // To the day, so that the question stays the same while one looks.
  const from = useMemo(() => (period === "" ? null : `${new Date(Date.now() - Number(period) * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`), [period]);
  const asked = { queue: queue ?? null, kind: null, by: null, from, to: null };
  const groups = useCall("stats_overrides", { ...asked, group_by: by }, { keep: true });
  const days = useCall("stats_overrides", { ...asked, group_by: "day" }, { keep: true });
  const agreement = useCall("stats_agreement", { queue: queue ?? null, from, to: null }, { keep: true, enabled: overview.data?.mode === "team" });
  const titleOf = (name: string) => queues.find((q) => q.name === name)?.title ?? name;
  const nameOf = (groupBy: string, value: string | null) => {
    if (value === null || value === "") return "not said";
    if (groupBy === "queue") return titleOf(value);
    return groupBy === "kind" ? kindTitle(value) : value.replace(/@$/, "").replace("@", " ");
  };
  return (
    <Page name="Override rates">
      <PageHead
        title="Override rates"
        beside={<LeadFilters queues={queues} queue={queue ?? ""} by={by} period={period} onPeriod={setPeriod} onQueue={(name) => go({ page: "lead", by, ...(name === "" ? {} : { queue: name }) })} onBy={(next) => go({ page: "lead", by: next, ...(queue === undefined ? {} : { queue }) })} />}
        end={<Button onClick={() => go({ page: "export" })}>Export</Button>}
      />
      <PageBody>
        <LeadView title={queue === undefined ? "All queues" : titleOf(queue)} groupBy={by} groups={groups.data?.items} days={days.data?.items} error={groups.error?.message ?? days.error?.message} nameOf={nameOf} />
        {agreement.error !== null && <Note tone="bad" live>{agreement.error.message}</Note>}
        {agreement.data !== undefined && <AgreementPanel items={agreement.data.items} titleOf={titleOf} />}
      </PageBody>
    </Page>
  );
}
