// Changing one queue's policy: the form, what it then says, what is different, what it would have done, and saving it from the
// version it was made from. An edit is never lost to somebody else's: it is then compared with theirs.
import { useDeferredValue, useState } from "react";
import { Button } from "../../kit/Button";
import { Note } from "../../kit/Note";
import { useToast } from "../../kit/Toasts";
import { useCall, useChange } from "../../ipc/queries";
import type { JsonValue, PolicyView } from "../../ipc/types.gen";
import { faultAt, textOf } from "./draft";
import { PolicyForm } from "./PolicyForm";
import { Changes, Sentences } from "./PolicyWords";
import { Simulation } from "./Simulation";
import css from "./Policies.module.css";

interface Base {
  version: number;
  policy: JsonValue | null;
}

export function PolicyEditor({ view, begin, onDone, onReread }: { view: PolicyView; /** Another policy to begin with than the one in force. */ begin: JsonValue | undefined; onDone: () => void; onReread: () => Promise<PolicyView | undefined> }) {
  const [base, setBase] = useState<Base>({ version: view.now.version, policy: view.policy });
  const [text, setText] = useState(() => textOf(begin ?? view.policy ?? {}));
  const [shape, setShape] = useState<"form" | "json">("form");
  const say = useToast();
  const asked = useDeferredValue(text);
  const draft = useCall("draft_policy", { text: asked, was: base.policy }, { keep: true });
  const simulate = useChange("simulate_policy");
  const save = useChange("change_policy");

  const edit = (next: string) => {
    setText(next);
    simulate.reset();
    if (save.error?.code !== "stale_version") save.reset();
  };
  // Judged is what is on the screen, and not what was typed before it.
  const current = asked === text && !draft.isPlaceholderData ? draft.data : undefined;
  const policy = current?.policy ?? undefined;
  const refused = save.error !== null && save.error.pointer !== undefined && save.error.code !== "stale_version" ? { pointer: save.error.pointer, text: save.error.message } : undefined;
  const fault = draft.data?.fault ?? refused;
  const changes = draft.data?.changes ?? [];
  const stale = save.error?.code === "stale_version";
  const wrong = draft.data?.fault != null ? "Mend what is wrong first" : undefined;
  const why = wrong ?? (base.policy !== null && current !== undefined && changes.length === 0 ? "It says the same as now" : undefined);

  const compare = async () => {
    const theirs = await onReread();
    if (theirs === undefined) return;
    setBase({ version: theirs.now.version, policy: theirs.policy });
    save.reset();
  };
  const keep = () => policy !== undefined && save.mutate({ queue: view.now.queue, version: base.version, policy }, { onSuccess: () => { say("Saved: it counts from now on"); onDone(); } });
  return (
    <div className={css.edit}>
      <PolicyForm text={text} view={shape} presets={view.presets} fault={fault ?? undefined} onText={edit} onView={setShape} />
      <div className={css.aside}>
        {draft.error !== null && <Note tone="bad" live>{draft.error.message}</Note>}
        {stale && <Note tone="warn" live end={<Button onClick={() => void compare()}>Compare with theirs</Button>}>Somebody changed this policy meanwhile. Your edit is kept.</Note>}
        {save.error !== null && !stale && refused === undefined && <Note tone="bad" live>{save.error.message}</Note>}
        {refused !== undefined && faultAt(refused, "") !== undefined && <Note tone="bad" live>{refused.text}</Note>}
        <section aria-label="What changes">
          <h2>What changes <span className={css.note}>against version {base.version}</span></h2>
          {changes.length === 0 ? <p className={css.note}>{base.policy === null ? "The policy in force can’t be read." : "Nothing yet."}</p> : <Changes changes={changes} label="What changes" />}
        </section>
        <Simulation done={simulate.data} busy={simulate.isPending} error={simulate.error?.message} why={wrong} onTry={(last) => policy !== undefined && simulate.mutate({ queue: view.now.queue, policy, last })} />
        <div className={css.do}>
          <Button tone="primary" size="tall" disabled={policy === undefined || save.isPending || stale} why={why} calm={wrong === undefined} onClick={keep}>Save</Button>
          <Button size="tall" onClick={onDone}>Cancel</Button>
        </div>
        {(draft.data?.sentences.length ?? 0) > 0 && <section aria-label="What it then says"><h2>What it then says</h2><Sentences sentences={draft.data?.sentences ?? []} label="What it then says" /></section>}
      </div>
    </div>
  );
}
