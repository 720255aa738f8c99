import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../kit/Button";
import { HiddenText } from "../../kit/HiddenText";
import { Note } from "../../kit/Note";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { go, hrefOf } from "../../kit/place";
import { Loading, State } from "../../kit/State";
import { useToast } from "../../kit/Toasts";
import { call, type CallError } from "../../ipc/call";
import { keyOf, useChange } from "../../ipc/queries";
import type { DeliveriesView, DeliveryRow, DeliveryState, WebhookMade, WebhooksView as Found } from "../../ipc/types.gen";
import { AddWebhook, WebhookAdded } from "./WebhookDialogs";
import { WebhooksView } from "./WebhooksView";
import { WebhookView } from "./WebhookView";

/** What receivers do the desk doesn't hear of: asked again while somebody looks. */
const LOOK_MS = 3000;

function useWebhooks() {
  return useQuery<Found, CallError>({ queryKey: keyOf("webhooks", {}), queryFn: () => call("webhooks", {}), staleTime: 0, refetchInterval: LOOK_MS });
}

export function Webhooks({ id }: { id?: string }) {
  return id === undefined ? <All /> : <One key={id} id={id} />;
}

function All() {
  const all = useWebhooks();
  const add = useChange("add_webhook");
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<WebhookMade | undefined>(undefined);
  const say = useToast();
  const open = () => { add.reset(); setAdding(true); };
  return (
    <Page name="Webhooks">
      <PageHead title="Webhooks" end={<Button icon="plus" onClick={open}>Add a webhook</Button>} />
      <PageBody>
        {all.error !== null ? <Note tone="bad" live>{all.error.message}</Note> : all.data === undefined ? <Loading what="Asking the hub" /> : <WebhooksView webhooks={all.data.webhooks} onAdd={open} />}
      </PageBody>
      {adding && all.data !== undefined && (
        <AddWebhook
          events={all.data.events} busy={add.isPending} error={add.error === null ? undefined : { text: add.error.message, pointer: add.error.pointer }}
          onAdd={(hook) => add.mutate(hook, { onSuccess: (done) => { setAdding(false); setMade(done); } })} onClose={() => setAdding(false)}
        />
      )}
      {made !== undefined && <WebhookAdded made={made} onCopy={(text) => void navigator.clipboard.writeText(text).then(() => say("Copied"), () => say("It could not be copied: select it instead"))} onClose={() => { setMade(undefined); add.reset(); }} />}
    </Page>
  );
}

function One({ id }: { id: string }) {
  const all = useWebhooks();
  const [state, setState] = useState<DeliveryState | "">("");
  const [older, setOlder] = useState<{ rows: DeliveryRow[]; next: string | null } | undefined>(undefined);
  const [said, setSaid] = useState<{ words: string; good: boolean } | undefined>(undefined);
  const args = { id, state: state === "" ? null : state, after: null };
  const first = useQuery<DeliveriesView, CallError>({ queryKey: keyOf("deliveries", args), queryFn: () => call("deliveries", args), staleTime: 0, refetchInterval: LOOK_MS });
  const [test, enable, disable, remove, replay] = [useChange("test_webhook"), useChange("enable_webhook"), useChange("disable_webhook"), useChange("remove_webhook"), useChange("replay")];
  const hook = all.data?.webhooks.find((one) => one.id === id);
  const next = older === undefined ? (first.data?.next ?? null) : older.next;
  const failed = { onError: (error: CallError) => setSaid({ words: error.message, good: false }) };
  const forget = () => setOlder(undefined);
  const more = async () => {
    if (next === null) return;
    try {
      const page = await call("deliveries", { ...args, after: next });
      setOlder({ rows: [...(older?.rows ?? []), ...page.rows], next: page.next });
    } catch (thrown) {
      failed.onError(thrown as CallError);
    }
  };
  // What came in since stands above; what moved down is not shown twice.
  const shown = first.data === undefined ? undefined : [...first.data.rows, ...(older?.rows ?? []).filter((row) => !first.data.rows.some((other) => other.id === row.id))];
  const replayed = (n: number) => setSaid({ words: n === 1 ? "It is tried again" : `${n} are tried again`, good: true });
  return (
    <Page name="Webhook">
      <PageHead crumb={{ label: "Webhooks", href: hrefOf({ page: "webhooks" }) }} title={hook === undefined ? "Webhook" : <HiddenText text={hook.url} />} />
      <PageBody>
        {all.error !== null ? <Note tone="bad" live>{all.error.message}</Note> : all.data === undefined ? <Loading what="Asking the hub" /> : hook === undefined ? <State icon="webhook" title="There is no such webhook">It may have been deleted.</State> : (
          <>
            {first.error !== null && <Note tone="bad" live>{first.error.message}</Note>}
            <WebhookView
              hook={hook} rows={shown} state={state} more={next !== null} busy={[test, enable, disable, remove, replay].some((change) => change.isPending)} said={said}
              onState={(to) => { setState(to); forget(); }} onMore={() => void more()}
              onTest={() => test.mutate({ id }, { ...failed, onSuccess: (done) => setSaid({ words: done.words, good: done.delivered }) })}
              onEnable={(on) => (on ? enable : disable).mutate({ id }, { ...failed, onSuccess: () => setSaid({ words: on ? "It is told again of what happens from now on" : "It is told nothing until it is enabled again", good: true }) })}
              onRemove={() => remove.mutate({ id }, { ...failed, onSuccess: () => go({ page: "webhooks" }) })}
              onReplay={(delivery) => replay.mutate({ webhook_id: id, delivery_id: delivery }, { ...failed, onSuccess: (done) => { forget(); replayed(done.replayed); } })}
            />
          </>
        )}
      </PageBody>
    </Page>
  );
}
