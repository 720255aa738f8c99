import { useState } from "react";
import { Button } from "../../kit/Button";
import { plural } from "../../kit/format";
import { Note } from "../../kit/Note";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { go, type AuditFilter } from "../../kit/place";
import { asCallError, call } from "../../ipc/call";
import { useCall } from "../../ipc/queries";
import type { AuditExported, AuditRow, AuditSought } from "../../ipc/types.gen";
import { AuditFilters, AuditView } from "./AuditView";
import { Chain, useChain } from "./Chain";
import css from "./Audit.module.css";

function soughtOf(filter: AuditFilter): AuditSought {
  return { action: filter.action ?? null, person: filter.person ?? null, case_id: filter.case ?? null, correlation_id: filter.request ?? null, from: filter.from ?? null, until: filter.until ?? null };
}

export function Audit({ filter }: { filter: AuditFilter }) {
  // Another search is another page: what was opened or fetched belongs to one of them.
  return <One key={JSON.stringify(filter)} filter={filter} />;
}

function One({ filter }: { filter: AuditFilter }) {
  const sought = soughtOf(filter);
  const first = useCall("audit", { sought, after: null }, { fresh: true });
  const [older, setOlder] = useState<{ rows: AuditRow[]; next: string | null } | undefined>(undefined);
  const chain = useChain();
  const [writing, setWriting] = useState(false);
  const [done, setDone] = useState<AuditExported | undefined>(undefined);
  const [failed, setFailed] = useState<string | undefined>(undefined);
  const next = older === undefined ? (first.data?.next ?? null) : older.next;

  const more = async () => {
    try {
      const page = await call("audit", { sought, after: next });
      setOlder({ rows: [...(older?.rows ?? []), ...page.rows], next: page.next });
    } catch (thrown) {
      setFailed(asCallError(thrown).message);
    }
  };
  const write = async () => {
    setWriting(true);
    setFailed(undefined);
    setDone(undefined);
    try {
      const { paths } = await call("pick_save", { title: "Write the audit", name: "audit.ndjson" });
      if (paths[0] !== undefined) setDone(await call("export_audit", { sought, path: paths[0] }));
    } catch (thrown) {
      setFailed(asCallError(thrown).message);
    } finally {
      setWriting(false);
    }
  };
  return (
    <Page name="Audit">
      <PageHead title="Audit" end={<><Button tone="plain" onClick={() => go({ page: "retention" })}>What is erased when</Button><Button disabled={writing} onClick={() => void write()}>{writing ? "Writing" : "Export"}</Button></>} />
      <PageBody>
        <div className={css.body}>
          <Chain at={chain.at} error={chain.error} onWalk={chain.walk} />
          {failed !== undefined && <Note tone="bad" live>{failed}</Note>}
          {done !== undefined && <Exported done={done} />}
          <AuditFilters filter={filter} onFilter={(to) => go({ page: "audit", ...Object.fromEntries(Object.entries(to).filter(([, value]) => value !== undefined && value !== "")) })} />
          {first.error !== null ? <Note tone="bad" live>{first.error.message}</Note> : <AuditView filter={filter} rows={first.data === undefined ? undefined : [...first.data.rows, ...(older?.rows ?? [])]} more={next !== null} onMore={() => void more()} />}
        </div>
      </PageBody>
    </Page>
  );
}

export function Exported({ done }: { done: AuditExported }) {
  return (
    <Note tone={done.broken ? "bad" : "quiet"} icon={done.broken ? "warn" : "check"} live>
      <p><b>{plural(done.rows, "entry", "entries")}</b> written to {done.path}. {done.words}</p>
      <p className={css.note}>Signed checkpoint: {done.checkpoint_path}. Kept elsewhere, it shows later whether the chain was cut off or written anew.</p>
    </Note>
  );
}
