import { useState } from "react";
import { Page, PageBody, PageHead } from "../../kit/Page";
import { keepTheme } from "../../kit/theme";
import { useToast } from "../../kit/Toasts";
import { asCallError, call } from "../../ipc/call";
import { useCall, useChange } from "../../ipc/queries";
import { Away } from "./Away";
import { SettingsView } from "./SettingsView";

export function Settings({ version, onImport }: { version: string; onImport: () => void }) {
  const settings = useCall("settings", {});
  const overview = useCall("overview", {});
  const keep = useChange("set_settings");
  const sample = useChange("add_sample");
  const signOut = useChange("sign_out");
  const [recoveryKey, setRecoveryKey] = useState<string | undefined>(undefined);
  const [failed, setFailed] = useState<string | undefined>(undefined);
  const say = useToast();
  const about = overview.data;
  const show = async () => {
    try {
      setRecoveryKey((await call("recovery_key", {})).recovery_key);
    } catch (thrown) {
      setFailed(asCallError(thrown).message);
    }
  };
  return (
    <Page name="Settings">
      <PageHead title="Settings" />
      <PageBody narrow>
        {settings.data !== undefined && about !== undefined && (
          <SettingsView
            settings={settings.data} about={{ version, mode: about.mode, place: about.place, person: about.person, roles: about.roles }} outbox={about.outbox_waiting + about.outbox_wedged}
            away={about.mode === "team" && <Away />} recoveryKey={recoveryKey} busy={keep.isPending || sample.isPending || signOut.isPending} error={failed ?? keep.error?.message ?? sample.error?.message ?? signOut.error?.message}
            onChange={(next) => { keepTheme(next.theme); keep.mutate(next); }} onRecoveryKey={() => void show()}
            onCopy={(text) => void navigator.clipboard.writeText(text).then(() => say("Copied"), () => say("It could not be copied: select it instead"))}
            onImport={onImport} onSample={() => sample.mutate({}, { onSuccess: (done) => say(`${done.created} cases added`) })} onSignOut={() => signOut.mutate({})}
          />
        )}
      </PageBody>
    </Page>
  );
}
