// What stands beside a case: what the workbench adds for its kind, the context the source sent, the subject, the history.
// Detail is fetched when it is opened; from confidential up that is recorded, and it says so before.
import { memo, useState, type ReactNode } from "react";
import { Button, IconButton } from "../kit/Button";
import { Chip } from "../kit/Chip";
import { clock } from "../kit/format";
import { HiddenText } from "../kit/HiddenText";
import { Icon } from "../kit/Icon";
import { KeyCap } from "../kit/KeyCap";
import { capOf } from "../keys/table";
import type { CaseOnScreen, ContextView, JsonValue } from "../ipc/types.gen";
import { Discussion } from "./Discussion";
import { keyOfCase, Seat, Seats, useSteady } from "./Seat";
import css from "./ContextPanel.module.css";

export interface Section {
  id: string;
  title: string;
  note?: string;
  content: ReactNode;
}

export interface ContextPanelProps {
  /** The case on the screen first; the next one's context is made with it. */
  seated: readonly CaseOnScreen[];
  /** What the workbench of a case adds. */
  sectionsOf: (of: CaseOnScreen) => readonly Section[];
  /** `message`: a message needs the room itself. */
  wide: boolean | "message";
  open: boolean;
  onToggle: () => void;
  onDetail: (of: CaseOnScreen, contextId: string) => Promise<JsonValue>;
  /** Writes to the others who see the case; none: this person only reads. */
  onComment: ((of: CaseOnScreen, text: string) => Promise<void>) | undefined;
}

export function ContextPanel({ seated, sectionsOf, wide, open, onToggle, onDetail, onComment }: ContextPanelProps) {
  const detail = useSteady(onDetail);
  const sends = useSteady(onComment ?? nobody);
  const comment = onComment === undefined ? undefined : sends;
  const pieces = seated[0]?.context.length ?? 0;
  if (!open) {
    return (
      <aside className={css.rail} aria-label="Context">
        <IconButton icon="panel" label="Show context" cap={capOf("context")} aria-expanded={false} onClick={onToggle} />
        {pieces > 0 && <span className={css.badge} title={`${pieces} pieces of context`}>{pieces}</span>}
      </aside>
    );
  }
  return (
    <aside className={wide === "message" ? `${css.panel} ${css.message}` : wide ? `${css.panel} ${css.wide}` : css.panel} aria-label="Context">
      <div className={css.head}>Context<span className={css.end}><KeyCap cap={capOf("context")} /><IconButton icon="panel" label="Hide context" aria-expanded onClick={onToggle} /></span></div>
      <Seats>
        {seated.map((one, index) => <Seat key={keyOfCase(one)} off={index > 0}><ContextOf of={one} sectionsOf={sectionsOf} onDetail={detail} onComment={comment} /></Seat>)}
      </Seats>
    </aside>
  );
}

const nobody = async () => {};

/** Another one for another case, revision or content: what was opened or typed belongs to one of them. */
const ContextOf = memo(function ContextOf({ of, sectionsOf, onDetail, onComment }: Pick<ContextPanelProps, "sectionsOf" | "onDetail" | "onComment"> & { of: CaseOnScreen }) {
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label="Context of this case">
      {sectionsOf(of).map((section) => <Fold key={section.id} title={section.title} note={section.note}>{section.content}</Fold>)}
      {of.context.map((entry) => <Entry key={entry.id} entry={entry} onDetail={(id) => onDetail(of, id)} />)}
      {of.subject !== null && (of.subject.label ?? of.subject.id) !== null && (
        <Fold title="Subject">
          <ul className={css.list}><li><HiddenText text={of.subject.label ?? of.subject.id ?? ""} />{of.subject.type !== null && <span className={css.r}><HiddenText text={of.subject.type} /></span>}</li></ul>
        </Fold>
      )}
      <Fold title="History" note={of.history.length === 0 ? "none" : undefined}>
        <ul className={css.list}>
          {of.history.map((entry, index) => (
            <li key={index}>{entry.what.charAt(0).toUpperCase() + entry.what.slice(1).replace(/_/g, " ")}{entry.by !== null && <> by <HiddenText text={entry.by} /></>}<span className={css.r}>{clock(entry.at)}</span></li>
          ))}
          <li>From <HiddenText text={of.source} /><span className={css.r}>revision {of.revision}</span></li>
          <li className={css.mono}><HiddenText text={of.external_id} /></li>
        </ul>
      </Fold>
      <Fold title="Discussion" note={of.comments.length === 0 ? "none" : undefined} closed={of.comments.length === 0}><Discussion comments={of.comments} onComment={onComment && ((text) => onComment(of, text))} /></Fold>
    </div>
  );
});

/** `closed`: until it is opened, where there is nothing in it yet. */
function Fold({ title, note, closed = false, children }: { title: ReactNode; note?: string | undefined; closed?: boolean; children: ReactNode }) {
  return (
    <details className={css.fold} open={!closed}>
      <summary><h2>{title} {note !== undefined && <span className={css.n}>{note}</span>}</h2><Icon name="down" small /></summary>
      {children}
    </details>
  );
}

function Entry({ entry, onDetail }: { entry: ContextView; onDetail: (contextId: string) => Promise<JsonValue> }) {
  const [detail, setDetail] = useState<{ value: JsonValue } | { error: string } | "asking" | undefined>(undefined);
  const open = async () => {
    setDetail("asking");
    try {
      setDetail({ value: await onDetail(entry.id) });
    } catch (thrown) {
      setDetail({ error: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  };
  const from = [entry.system, entry.read_at === null ? null : `read ${clock(entry.read_at)}`].filter((part) => part !== null).join(", ");
  return (
    <Fold title={<HiddenText text={entry.title} />}>
      {entry.summary !== null && <p className={css.summary}><HiddenText text={entry.summary} /></p>}
      {from !== "" && <p className={css.from}><HiddenText text={from} /></p>}
      {entry.has_detail && detail === undefined && (
        <div className={css.open}>
          <Button tone="link" onClick={() => void open()} aria-label={`Open ${entry.title}`}>Open</Button>
          {entry.audited && <Chip icon="lock">{entry.sensitivity}: opening it is recorded</Chip>}
        </div>
      )}
      {detail === "asking" && <p className={css.from} role="status">Asking the hub</p>}
      {typeof detail === "object" && ("error" in detail ? <p className={css.bad} role="alert"><HiddenText text={detail.error} /></p> : <Detail value={detail.value} />)}
    </Fold>
  );
}

/** Whatever the source sent, as names and values; nothing of it is rendered as anything but text. */
export function Detail({ value }: { value: JsonValue }) {
  if (Array.isArray(value)) return <ol className={css.detail}>{value.map((item, index) => <li key={index}><Detail value={item} /></li>)}</ol>;
  if (typeof value === "object" && value !== null) {
    return <dl className={css.detail}>{Object.entries(value).map(([name, item]) => <div key={name}><dt><HiddenText text={name.replace(/_/g, " ")} /></dt><dd><Detail value={item ?? null} /></dd></div>)}</dl>;
  }
  return value === null || value === "" ? <span className={css.from}>empty</span> : <HiddenText text={String(value)} />;
}
