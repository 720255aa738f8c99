// A message as it will be read, and its edit beside it with the words taken out and put in. `.` shows it as it is written.
import { Suspense, type ReactNode, type Ref } from "react";
import type { CallPreview, Change, JsonValue, MessageView, Segment } from "../../ipc/types.gen";
import { Area } from "../../kit/Field";
import { HiddenText } from "../../kit/HiddenText";
import { KeyCap } from "../../kit/KeyCap";
import { Edits, Segments } from "../../kit/Segments";
import { capOf } from "../../keys/table";
import { Markdown } from "./markdownChunk";
import { read } from "./pointer";
import css from "./Message.module.css";

export interface MessageProps {
  message: MessageView;
  /** What would be called with. */
  final: JsonValue;
  editing: boolean;
  preview: CallPreview | undefined;
  asWritten: boolean;
  onAsWritten: () => void;
  onBody: (text: string) => void;
  editor: Ref<HTMLTextAreaElement>;
  drafted: string;
  /** What stands at the right while nothing is edited. */
  beside: ReactNode;
}

const textAt = (final: JsonValue, pointer: string | null): string | undefined => {
  const value = pointer === null ? undefined : read(final, pointer);
  return value === undefined || value === null ? undefined : typeof value === "string" ? value : JSON.stringify(value);
};

export function Message({ message, final, editing, preview, asWritten, onAsWritten, onBody, editor, drafted, beside }: MessageProps) {
  const body = textAt(final, message.body_pointer) ?? message.body_text;
  const edited = body !== message.body_text;
  return (
    <div className={css.columns}>
      <section aria-label="As the customer will read it" className={css.column}>
        <h3 className={css.head}>As the customer will read it{asWritten && <span className={css.n}>as it is written</span>}</h3>
        <article className={css.mail}>
          <dl className={css.envelope}>
            <Line name="To" segments={message.to} now={textAt(final, message.to_pointer)} before={textOf(message.to)} />
            <Line name="Subject" segments={message.subject} now={textAt(final, message.subject_pointer)} before={textOf(message.subject)} strong />
            {message.channel !== null && <div><dt>By</dt><dd><HiddenText text={message.channel} /></dd></div>}
          </dl>
          <div className={css.text}>
            {asWritten ? <div className={css.plain}>{edited ? <HiddenText text={body} /> : <Segments segments={message.body} plain />}</div> : <Body format={message.format} text={body} />}
          </div>
        </article>
        <p className={css.foot}><span>{drafted}</span><button type="button" className={css.toggle} aria-pressed={asWritten} aria-keyshortcuts={capOf("reveal")} onMouseDown={(event) => event.preventDefault()} onClick={onAsWritten}>As it is written <KeyCap cap={capOf("reveal")} /></button></p>
      </section>
      <section aria-label={editing ? "Your edit" : "Before it goes out"} className={css.column}>
        {editing && message.body_pointer !== null && (
          <>
            <h3 className={css.head}>Your edit{preview?.diff_words != null && <span className={css.n}>{preview.diff_words}</span>}</h3>
            <div className={css.editor}><Area ref={editor} label="Message" hideLabel rows={rowsOf(body)} spellCheck value={body} onChange={(event) => onBody(event.target.value)} /></div>
            {preview !== undefined && preview.message_diff.length > 0 && <div className={css.diff} role="region" aria-label="Words changed" tabIndex={0}><Edits edits={abridged(preview.message_diff)} /></div>}
          </>
        )}
        {beside}
      </section>
    </div>
  );
}

/** About as many lines as the text takes at this width. */
function rowsOf(text: string): number {
  const lines = text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 46)), 0);
  return Math.min(14, Math.max(8, lines + 1));
}

/** Longer stretches that stay as they were are cut between two changes. */
const KEPT_MAX = 180;
const KEPT_AROUND = 70;

export function abridged(changes: readonly Change[]): Change[] {
  return changes.map((change, index) => {
    if (change.sort !== "kept" || change.text.length <= KEPT_MAX) return change;
    const head = index === 0 ? "" : change.text.slice(0, KEPT_AROUND);
    const tail = index === changes.length - 1 ? "" : change.text.slice(-KEPT_AROUND);
    return { ...change, text: `${head} … ${tail}` };
  });
}

const textOf = (segments: readonly Segment[]): string => segments.map((segment) => segment.text).join("");

function Line({ name, segments, now, before, strong = false }: { name: string; segments: readonly Segment[]; now: string | undefined; before: string; strong?: boolean }) {
  const text = now ?? before;
  return <div><dt>{name}</dt><dd className={strong ? css.strong : undefined}>{text === "" ? <span className={css.n}>none</span> : text === before ? <Segments segments={segments} plain /> : <HiddenText text={text} />}</dd></div>;
}

function Body({ format, text }: { format: string; text: string }) {
  const plain = <div className={css.plain}><HiddenText text={text} /></div>;
  return format === "markdown" ? <Suspense fallback={plain}><Markdown text={text} /></Suspense> : plain;
}
