// How this person likes the window, what is kept here, and the way out.
import { useState, type ReactNode } from "react";
import { Button } from "../../kit/Button";
import { Choice } from "../../kit/Field";
import { KeyCap, WithKeys } from "../../kit/KeyCap";
import { Note } from "../../kit/Note";
import type { Mode, Role, Settings, TextSize, Theme } from "../../ipc/types.gen";
import css from "./Settings.module.css";

export interface SettingsViewProps {
  settings: Settings;
  about: { version: string; mode: Mode; place: string; person: string; roles: readonly Role[] };
  /** What is still in the outbox, which signing out would have to leave behind. */
  outbox: number;
  recoveryKey: string | undefined;
  busy: boolean;
  error: string | undefined;
  /** Where others are there too: being away. */
  away?: ReactNode;
  onChange: (settings: Settings) => void;
  onRecoveryKey: () => void;
  onCopy: (text: string) => void;
  onImport: () => void;
  onSample: () => void;
  onSignOut: () => void;
}

const THEMES: readonly { value: Theme; label: string }[] = [{ value: "system", label: "As the system" }, { value: "light", label: "Light" }, { value: "dark", label: "Dark" }];

const TEXT_SIZES: readonly { value: TextSize; label: string }[] = [{ value: "100", label: "100 %" }, { value: "125", label: "125 %" }, { value: "150", label: "150 %" }, { value: "200", label: "200 %" }];

export function SettingsView(props: SettingsViewProps) {
  const { settings, about, outbox, recoveryKey, busy, error, away, onChange, onRecoveryKey, onCopy, onImport, onSample, onSignOut } = props;
  const [leaving, setLeaving] = useState(false);
  return (
    <>
      {error !== undefined && <Note tone="bad" live>{error}</Note>}
      <Part title="Look">
        <Line name="Theme"><Choice label="Theme" options={THEMES} value={settings.theme} onPick={(theme) => onChange({ ...settings, theme: theme as Theme })} /></Line>
        <Line name="Text size"><Choice label="Text size" options={TEXT_SIZES} value={settings.text_size} onPick={(size) => onChange({ ...settings, text_size: size as TextSize })} /></Line>
      </Part>
      <Part title="Deciding">
        <Check label="I can’t hold keys" says={<WithKeys words="What can’t be undone is then committed by ↵, and P to proceed, instead of holding ↵." />} checked={settings.hold_alternative} onCheck={(hold_alternative) => onChange({ ...settings, hold_alternative })} />
        <Line name="Undo"><span className={css.says}><KeyCap cap="⌫" spoken /> takes the last decision back until it is final, 30 seconds after the hub has it unless the queue’s policy says otherwise. Later, “Correct” in My decisions withdraws it.</span></Line>
      </Part>
      <Part title="Notifications">
        <Check label="Tell me when something needs me" says="Only while the window is away." checked={settings.notifications} onCheck={(notifications) => onChange({ ...settings, notifications })} />
      </Part>
      {away}
      {about.mode === "solo" && (
        <Part title="Cases on this computer">
          <Line name="Import"><Button onClick={onImport}>Import files</Button></Line>
          <Line name="Sample queues"><Button disabled={busy} onClick={onSample}>Add them</Button></Line>
        </Part>
      )}
      <Part title="Recovery key">
        <Line name="Recovery key">
          {recoveryKey === undefined ? <Button disabled={busy} onClick={onRecoveryKey}>Show it</Button> : <><code className={css.key}>{recoveryKey}</code><Button onClick={() => onCopy(recoveryKey)}>Copy</Button></>}
        </Line>
        <p className={css.says}>It opens the encrypted store on this computer when the keychain is lost.</p>
      </Part>
      <Part title="About">
        <Line name="Tiebreak">{about.version}</Line>
        <Line name="Cases are">{about.place}</Line>
        <Line name="You are">{about.person}{about.roles.length > 0 && <span className={css.says}>{about.roles.join(", ")}</span>}</Line>
        <Line name="Sign out">
          {leaving ? (
            <><Button tone="danger" disabled={busy} onClick={onSignOut}>Sign out</Button><Button tone="plain" onClick={() => setLeaving(false)}>Stay</Button></>
          ) : (
            <Button onClick={() => setLeaving(true)}>Sign out</Button>
          )}
        </Line>
        {leaving && <Note tone={outbox > 0 ? "warn" : "quiet"}>{outbox > 0 ? `${outbox} in the outbox ${outbox === 1 ? "is" : "are"} not delivered yet. The hub is asked once more; what it doesn’t take is sealed here until you sign in again.` : "Cases you have claimed go back to their queues. Decisions already delivered stay."}</Note>}
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return <section className={css.part} aria-label={title}><h2>{title}</h2>{children}</section>;
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return <div className={css.line}><span className={css.name}>{name}</span><span className={css.value}>{children}</span></div>;
}

function Check({ label, says, checked, onCheck }: { label: string; says: ReactNode; checked: boolean; onCheck: (checked: boolean) => void }) {
  return (
    <label className={css.check}>
      <input type="checkbox" checked={checked} onChange={(e) => onCheck(e.target.checked)} />
      <span><span>{label}</span><span className={css.says}>{says}</span></span>
    </label>
  );
}
