// What those who see a case wrote to each other, and a field to write to them. It is the hub's: it says so when the hub is away,
// and keeps what was typed. It is no part of the decision; the comment kept with that is typed below the case.
import { useRef, useState } from "react";
import { Button } from "../kit/Button";
import { Area } from "../kit/Field";
import { clock } from "../kit/format";
import { HiddenText } from "../kit/HiddenText";
import { useKeys } from "../keys/useKeys";
import { asCallError } from "../ipc/call";
import type { Comment } from "../ipc/types.gen";
import css from "./ContextPanel.module.css";

export function Discussion({ comments, onComment }: { comments: readonly Comment[]; /** None: this person only reads. */ onComment: ((text: string) => Promise<void>) | undefined }) {
  return (
    <>
      <ul className={css.list}>
        {comments.map((comment) => (
          <li key={comment.id}>
            <span>{comment.by !== null && <><b><HiddenText text={comment.by} /></b> </>}{comment.text === null ? <span className={css.from}>erased</span> : <HiddenText text={comment.text} />}</span>
            <span className={css.r}>{clock(comment.at)}</span>
          </li>
        ))}
      </ul>
      {onComment !== undefined && <Write onComment={onComment} />}
    </>
  );
}

function Write({ onComment }: { onComment: (text: string) => Promise<void> }) {
  const [text, setText] = useState("");
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<string | undefined>(undefined);
  const [typing, setTyping] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const send = async () => {
    if (text.trim() === "" || sending) return;
    setSending(true);
    setFailed(undefined);
    try {
      await onComment(text.trim());
      setText("");
    } catch (thrown) {
      setFailed(asCallError(thrown).message);
    } finally {
      setSending(false);
    }
  };
  // Over the case: Ctrl Enter in this field sends what is typed here and commits no decision.
  useKeys({ commit: { run: () => void send(), unlisted: true }, close: { run: () => field.current?.blur(), unlisted: true } }, "overlay", { active: typing });
  return (
    <>
      <Area
        ref={field} label="Write to the others who see this case" hideLabel placeholder="Write to the others who see this case" rows={2} value={text} error={failed}
        onChange={(event) => setText(event.target.value)} onFocus={() => setTyping(true)} onBlur={() => setTyping(false)}
      />
      {text.trim() !== "" && <div className={css.open}><Button disabled={sending} {...(typing ? { cap: "Ctrl ↵" } : {})} onClick={() => void send()}>Send</Button></div>}
    </>
  );
}
