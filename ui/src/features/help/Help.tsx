// The keys, from the one key table. Nothing is written here that the table doesn't hold.
import { Dialog, DialogBody } from "../../kit/Dialog";
import { KeyCap, WithKeys } from "../../kit/KeyCap";
import { capText, KEY_GROUPS, KEY_TABLE, type KeyGroup } from "../../keys/table";
import { useKeys } from "../../keys/useKeys";
import css from "./Help.module.css";

const LEFT: readonly KeyGroup[] = KEY_GROUPS.slice(0, 2);
const RIGHT: readonly KeyGroup[] = KEY_GROUPS.slice(2);

export function Help({ onClose }: { onClose: () => void }) {
  useKeys({ close: onClose, help: onClose }, "overlay", { modal: true });
  return (
    <Dialog label="Keys" onClose={onClose} width={600}>
      <DialogBody title="Keys" note="one table, the same everywhere" end={<KeyCap cap="Esc" spoken />}>
        <div className={css.columns}>
          {[LEFT, RIGHT].map((groups) => (
            <div key={groups[0]}>{groups.map((group) => <Group key={group} group={group} />)}</div>
          ))}
        </div>
        <p className={css.foot}>
          In a text field letters type; only Ctrl keys and Esc act. A held key decides once. No two keys that decide are neighbours on QWERTY, QWERTZ or AZERTY:
          that is why Different is N, not D.
        </p>
      </DialogBody>
    </Dialog>
  );
}

function Group({ group }: { group: KeyGroup }) {
  const lines = KEY_TABLE.filter((entry) => entry.group === group).flatMap((entry) => entry.help);
  return (
    <section aria-label={group}>
      <h3 className={css.group}>{group}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line.label} className={css.line}>
            <span className={css.label}><WithKeys words={line.label} /></span>
            {line.caps.map((cap) => (cap === "–" ? <span key={cap}>{cap}</span> : <KeyCap key={cap} cap={capText(cap)} spoken />))}
          </li>
        ))}
      </ul>
    </section>
  );
}
