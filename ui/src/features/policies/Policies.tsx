import { useState } from "react";
import { Button } from "../../kit/Button";
import { HiddenText } from "../../kit/HiddenText";
import { Note } from "../../kit/Note";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { hrefOf } from "../../kit/place";
import { Loading } from "../../kit/State";
import { useCall } from "../../ipc/queries";
import type { JsonValue } from "../../ipc/types.gen";
import { PoliciesView, Unreadable, Versions } from "./PoliciesView";
import { PolicyEditor } from "./PolicyEditor";
import { Sentences } from "./PolicyWords";
import css from "./Policies.module.css";

export function Policies({ queue }: { queue?: string }) {
  return queue === undefined ? <All /> : <One key={queue} queue={queue} />;
}

function All() {
  const all = useCall("policies", {}, { fresh: true });
  return (
    <Page name="Policies">
      <PageHead title="Policies" end="how each queue is worked" />
      <PageBody>
        {all.error !== null ? <Note tone="bad" live>{all.error.message}</Note> : all.data === undefined ? <Loading what="Asking the hub" /> : <PoliciesView queues={all.data.queues} />}
      </PageBody>
    </Page>
  );
}

function One({ queue }: { queue: string }) {
  const found = useCall("policy", { queue }, { fresh: true });
  const [editing, setEditing] = useState<{ begin: JsonValue | undefined } | undefined>(undefined);
  const view = found.data;
  const mayChange = view !== undefined && view.now.why_not === null;
  const title = view?.now.title ?? "Policy";
  return (
    <Page name={`Policy of ${title}`}>
      <PageHead
        crumb={{ label: "Policies", href: hrefOf({ page: "policies" }) }} title={<HiddenText text={title} />}
        end={view !== undefined && editing === undefined && <Button why={view.now.why_not ?? undefined} onClick={() => setEditing({ begin: undefined })}>Change</Button>}
      />
      <PageBody>
        {found.error !== null && <Note tone="bad" live>{found.error.message}</Note>}
        {view === undefined ? found.error === null && <Loading what="Asking the hub" /> : editing !== undefined ? (
          <PolicyEditor view={view} begin={editing.begin} onDone={() => setEditing(undefined)} onReread={async () => (await found.refetch()).data} />
        ) : (
          <div className={css.list}>
            {view.now.unreadable ? <Unreadable /> : <section aria-label="In force"><Sentences sentences={view.now.sentences} label={`Policy of ${title}`} /></section>}
            <section aria-labelledby="versions">
              <header className={css.head}><h2 id="versions">Versions</h2><span>each against the one before</span></header>
              <Versions versions={view.versions} now={view.now.version} onTake={mayChange ? (version) => setEditing({ begin: version.policy ?? undefined }) : undefined} />
            </section>
          </div>
        )}
      </PageBody>
    </Page>
  );
}
