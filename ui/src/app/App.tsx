// The window: where the cases are, then the sidebar and the page that the address names. It binds the parts together and holds no
// rules.
import { useEffect, useMemo, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { formatOf } from "../features/import/formatOf";
import type { Format } from "../features/import/ImportView";
import { useWaiting } from "../features/import/useWaiting";
import type { Command } from "../features/palette/Palette";
import { Sidebar } from "../features/queues-sidebar/Sidebar";
import { Button } from "../kit/Button";
import { Page, PageBanner, PageBody, PageHead } from "../kit/Page";
import { go, placeOf, type OpinionList } from "../kit/place";
import { Loading, State } from "../kit/State";
import { keepTheme } from "../kit/theme";
import { useToast } from "../kit/Toasts";
import { usePlace } from "../kit/usePlace";
import { asCallError } from "../ipc/call";
import { onFilesDropped } from "../ipc/events";
import { invalidate, useCall, useChange } from "../ipc/queries";
import { changes, type CaseOnScreen } from "../ipc/types.gen";
import type { Offer } from "../keys/dispatch";
import { HoldByPress } from "../keys/useHold";
import { useKeys, useKeyScopes } from "../keys/useKeys";
import type { Hearing } from "./hearing";
import { CasePlace } from "./CasePlace";
import { Commands, CommandsContext } from "./commands";
import { later } from "./later";
import { OpenCase } from "./OpenCase";
import { DeafBanner, signsInAgain, StatusBanner } from "./StatusBanner";
import { usePainted } from "./painted";
import { usePanels } from "./usePanels";
import { useTextSize } from "./useTextSize";
import type { WorkDesk } from "./WorkDesk";
import css from "./Shell.module.css";

const Access = later("Access");
const Assign = later("Assign");
const Audit = later("Audit");
const Export = later("Export");
const ForMe = later("ForMe");
const HandedOver = later("HandedOver");
const Help = later("Help");
const History = later("History");
const Import = later("Import");
const Lead = later("Lead");
const Opinions = later("Opinions");
const Outbox = later("Outbox");
const Palette = later("Palette");
const Policies = later("Policies");
const RecoveryKeyView = later("RecoveryKeyView");
const Retention = later("Retention");
const Search = later("Search");
const Settings = later("Settings");
const SignIn = later("SignIn");
const Start = later("Start");
const Tools = later("Tools");
const Webhooks = later("Webhooks");

export function App({ desk, hearing }: { desk: WorkDesk; hearing: Hearing }) {
  const start = useCall("start", {});
  const [recoveryKey, setRecoveryKey] = useState<string | undefined>(undefined);
  const [importing, setImporting] = useState<{ format: Format; paths: readonly string[] } | undefined>(undefined);
  const [help, setHelp] = useState(false);
  const waiting = useWaiting();
  const handedOver = useCall("handed_over", {});
  const settle = useChange("settle_recovery_key");
  const say = useToast();
  const keys = useKeyScopes();
  useEffect(() => keys.onNote(say), [keys, say]);
  usePainted("page");
  const client = useQueryClient();
  const ready = start.data?.state === "ready";
  useEffect(() => {
    // What was read from one store is nothing of another's.
    if (!ready) client.removeQueries({ predicate: (query) => query.queryKey[0] !== "start" && query.queryKey[0] !== "handed_over" });
  }, [ready, client]);

  const overlays = help && <Help onClose={() => setHelp(false)} />;
  if (start.error !== null) {
    return <main className={css.alone}><State icon="warn" tone="bad" alone title="Tiebreak can’t start" actions={<Button size="tall" onClick={() => void start.refetch()}>Try again</Button>}><p>{start.error.message}</p></State></main>;
  }
  if (start.data === undefined) return <main className={css.alone}><Loading what="Opening" /></main>;
  if (recoveryKey !== undefined) {
    const copy = () => void navigator.clipboard.writeText(recoveryKey).then(() => say("Copied"), () => say("It could not be copied: select it instead"));
    return <RecoveryKeyView recoveryKey={recoveryKey} onCopy={copy} onDone={() => settle.mutate({}, { onSettled: () => setRecoveryKey(undefined) })} />;
  }
  if (start.data.state !== "ready") {
    return (
      <>
        <Start
          view={start.data} waiting={waiting} onHelp={() => setHelp(true)}
          onChosen={(key, files) => { setRecoveryKey(key ?? undefined); setImporting(files); }}
        />
        {overlays}
      </>
    );
  }
  return (
    <>
      <Window desk={desk} hearing={hearing} version={start.data.version} solo={start.data.mode === "solo"} onHelp={() => setHelp(true)} onImport={setImporting} onRecoveryKey={setRecoveryKey} />
      {(handedOver.data?.done.length ?? 0) > 0 && <HandedOver />}
      {importing !== undefined && <Import start={importing} onClose={() => setImporting(undefined)} />}
      {overlays}
    </>
  );
}

interface WindowProps {
  desk: WorkDesk;
  hearing: Hearing;
  version: string;
  solo: boolean;
  onHelp: () => void;
  onImport: (start: { format: Format; paths: readonly string[] }) => void;
  onRecoveryKey: (key: string) => void;
}

function Window({ desk, hearing, version, solo, onHelp, onImport, onRecoveryKey }: WindowProps) {
  const place = usePlace();
  const client = useQueryClient();
  const say = useToast();
  const keys = useKeyScopes();
  const offered = useMemo(() => new Commands(), []);
  const [assigning, setAssigning] = useState<{ id: string; title: string } | undefined>(undefined);
  const overview = useCall("overview", {});
  const settings = useCall("settings", {});
  const sync = useChange("sync_now");
  const [palette, setPalette] = useState<Offer[] | undefined>(undefined);
  const [signingIn, setSigningIn] = useState(false);
  const { sidebarOpen, contextOpen, toggleSidebar, toggleContext } = usePanels(settings.data);
  const textSize = useTextSize(settings.data);

  useEffect(() => {
    if (settings.data !== undefined) keepTheme(settings.data.theme);
  }, [settings.data]);
  useEffect(() => onFilesDropped((paths) => {
    if (paths.length === 0) return;
    if (solo) onImport({ format: formatOf(paths), paths });
    else say("A team’s cases are imported at its hub, with tiebreak-hub import.");
  }), [solo, onImport, say]);

  const opens = overview.data?.opens ?? null;
  useEffect(() => {
    // Asked again now: somebody may have gone somewhere since this was drawn.
    if (place.page === "start" && placeOf(window.location.hash).page === "start" && opens !== null) go({ page: "queue", queue: opens }, { replace: true });
  }, [place.page, opens]);

  const undone = async (decisionId: string | null, reason: string | null) => {
    const result = await desk.undo(decisionId, reason);
    invalidate(client, changes.undo);
    say(result.words);
    if (result.case !== null) go({ page: "queue", queue: result.queue });
  };
  const undo = (decisionId: string | null) => void undone(decisionId, null).catch((thrown: unknown) => say(asCallError(thrown).message));
  const open = (shown: CaseOnScreen, from?: OpinionList) => {
    desk.show(shown);
    go({ page: "queue", queue: shown.queue, ...(from === undefined ? {} : { from }) });
  };
  const find = () => setPalette(keys.offers());
  useKeys(
    {
      // The last one, as the desk knows it: the card comes two frames after a decision, and until then shows the one before.
      undo: { run: () => undo(null) },
      palette: find, help: onHelp, queues: toggleSidebar, ...textSize,
    },
    "app",
  );
  const assign = (id: string, title: string) => setAssigning({ id, title });
  const assigned = () => {
    say("Assigned");
    void client.invalidateQueries({ queryKey: ["search"] });
  };

  if (overview.data === undefined) {
    return <main className={css.alone}>{overview.error === null ? <Loading what="Opening" /> : <State icon="warn" tone="bad" alone title="The queues can’t be read" actions={<Button size="tall" onClick={() => void overview.refetch()}>Try again</Button>}><p>{overview.error.message}</p></State>}</main>;
  }
  const facts = overview.data;
  const tryNow = () => sync.mutate({}, { onError: (error) => say(error.message) });
  const signIn = () => setSigningIn(true);
  const commands: Command[] = [
    ...(solo ? [{ id: "import", icon: "table", label: "Import files", run: () => onImport({ format: "cases", paths: [] }) } satisfies Command] : []),
    ...(signsInAgain(facts) ? [{ id: "sign-in", icon: "user", label: "Sign in again", run: signIn } satisfies Command] : []),
    { id: "sync", icon: "out", label: "Sync now", run: tryNow },
  ];
  const page = () => {
    switch (place.page) {
      case "queue": return <CasePlace key={place.queue} desk={desk} queue={place.queue} from={place.from} overview={facts} contextOpen={contextOpen} onContext={toggleContext} onSyncNow={tryNow} onOpenCase={open} />;
      case "awaiting":
      case "disputed": return <Opinions key={place.page} which={place.page} onTaken={(shown) => open(shown, place.page)} onUndo={undone} />;
      case "case": return <OpenCase key={place.id} id={place.id} desk={desk} audited={facts.hub_pages.includes("audit")} contextOpen={contextOpen} onContext={toggleContext} onAssign={assign} />;
      case "outbox": return <Outbox onOpenCase={open} />;
      case "history": return <History onUndo={undone} />;
      case "for-me": return <ForMe onAssign={assign} />;
      case "search": return <Search q={place.q} audited={facts.hub_pages.includes("audit")} onAssign={assign} />;
      case "export": return <Export />;
      case "lead": return <Lead {...place} />;
      case "access": return <Access />;
      case "policies": return <Policies {...place} />;
      case "tools": return <Tools />;
      case "webhooks": return <Webhooks {...place} />;
      case "audit": { const { page: _, ...filter } = place; return <Audit filter={filter} />; }
      case "retention": return <Retention />;
      case "settings": return <Settings version={version} onImport={() => onImport({ format: "cases", paths: [] })} />;
      case "start": return <Empty solo={solo} nobody={facts.roles.length === 0 && facts.person !== ""} person={facts.person} onImport={() => onImport({ format: "cases", paths: [] })} />;
    }
  };
  return (
    <CommandsContext value={offered}>
    <HoldByPress value={settings.data?.hold_alternative ?? false}>
      <PageBanner value={<><DeafBanner hearing={hearing} /><StatusBanner overview={facts} onTryNow={tryNow} onSignIn={signIn} onRecoveryKey={onRecoveryKey} /></>}>
        <a className={css.skip} href="#page" onClick={(event) => { event.preventDefault(); document.getElementById("page")?.focus(); }}>Skip to the case</a>
        <div className={css.shell}>
          <Sidebar overview={facts} place={place} rail={!sidebarOpen} onUndo={() => undo(facts.undo?.decision_id ?? null)} onFind={find} onHelp={onHelp} onRail={toggleSidebar} />
          {page()}
        </div>
        {assigning !== undefined && <Assign caseId={assigning.id} title={assigning.title} onClose={() => setAssigning(undefined)} onDone={assigned} />}
        {signingIn && <SignIn place={facts.place} person={facts.person} provider={facts.provider} onClose={() => setSigningIn(false)} />}
        {palette !== undefined && <Palette offers={palette} commands={[...offered.all(), ...commands]} onClose={() => setPalette(undefined)} onRefused={say} />}
      </PageBanner>
    </HoldByPress>
    </CommandsContext>
  );
}

/** No queue at all: nothing was imported or posted yet. */
function Empty({ solo, nobody, person, onImport }: { solo: boolean; /** Signed in, and nobody gave them a role. */ nobody: boolean; person: string; onImport: () => void }) {
  const sample = useChange("add_sample");
  if (nobody) {
    return (
      <Page name="No role yet">
        <PageHead title="No role yet" />
        <PageBody narrow>
          <State icon="user" title="Nobody gave you a role yet"><p>You are signed in as {person}. Ask an admin for a role; your queues appear here as soon as you have one.</p></State>
        </PageBody>
      </Page>
    );
  }
  return (
    <Page name="No cases yet">
      <PageHead title="No cases yet" />
      <PageBody narrow>
        <State
          icon="inbox" title="No cases yet"
          actions={solo && <><Button tone="primary" size="tall" disabled={sample.isPending} onClick={() => sample.mutate({})}>Add the sample queues</Button><Button size="tall" onClick={onImport}>Import files</Button></>}
        >
          <p>{solo ? "Import files, or let an agent on this computer post cases to the hub inside this app." : "Queues appear here when the hub has cases that you may decide."}</p>
          {sample.error !== null && <p role="alert">{sample.error.message}</p>}
        </State>
      </PageBody>
    </Page>
  );
}
