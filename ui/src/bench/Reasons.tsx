// Why it was decided so: the queue's reasons as chips (Alt 1–9) and a comment (C). Which are needed is said by the desk's refusal.
import { useContext, useEffect, useRef, useState } from "react";
import type { ReasonCode } from "../ipc/types.gen";
import { keepFocus } from "../kit/Button";
import { PickChip } from "../kit/Chip";
import { Area } from "../kit/Field";
import { Icon } from "../kit/Icon";
import { KeyCap } from "../kit/KeyCap";
import { capOf, capOfDigit } from "../keys/table";
import { useKeys } from "../keys/useKeys";
import type { UseDraft } from "./useDraft";
import { withComment, withReason } from "./draft";
import { OnlyLooking } from "./onlyLooking";
import css from "./Reasons.module.css";

export interface ReasonsProps {
  reasons: readonly ReasonCode[];
  draft: Pick<UseDraft, "draft" | "change">;
  /** What stands before the chips: "Reason, if one helps", "Because". */
  label: string;
  negative?: boolean;
  /** `below` the case, above the bar; `tray` inside the decision bar. */
  place: "below" | "tray";
}

/** Nothing of them where nothing is decided. */
export function Reasons(props: ReasonsProps) {
  return useContext(OnlyLooking) ? null : <Given {...props} />;
}

function Given({ reasons, draft: { draft, change }, label, negative = false, place }: ReasonsProps) {
  const [open, setOpen] = useState(draft.comment !== null);
  const [typing, setTyping] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const wanted = useRef(false);
  const show = () => {
    wanted.current = true;
    setOpen(true);
    field.current?.focus();
  };
  useEffect(() => {
    if (open && wanted.current) field.current?.focus();
    wanted.current = false;
  }, [open]);
  const pick = (code: string) => change((before) => withReason(before, code));
  const leave = typing ? { close: { run: () => field.current?.blur(), unlisted: true } } : {};
  useKeys({
    comment: show,
    reason: ({ digit }) => {
      const reason = reasons[(digit ?? 0) - 1];
      if (reason !== undefined) pick(reason.code);
    },
    ...leave,
  }, "case");
  return (
    <div className={`${css.reasons} ${place === "below" ? css.below : css.tray}`}>
      {open && (
        <Area
          ref={field} label="Comment" hideLabel placeholder="Comment, kept with the decision" rows={2} value={draft.comment ?? ""}
          onChange={(event) => change((before) => withComment(before, event.target.value), "typing")}
          onFocus={() => setTyping(true)}
          onBlur={() => {
            setTyping(false);
            setOpen(draft.comment !== null);
          }}
        />
      )}
      <div className={css.row} role="group" aria-label={label}>
        {reasons.length > 0 && <span className={negative ? `${css.label} ${css.negative}` : css.label}>{label} <KeyCap cap={capOfDigit("reason", 1).replace(" 1", "")} /></span>}
        <span className={css.chips}>{reasons.map(({ code, label: words }, index) => (
          <PickChip
            key={code} label={words} picked={draft.reasons.includes(code)} onPick={() => pick(code)}
            {...(index < 9 ? { number: index + 1, cap: capOfDigit("reason", index + 1) } : {})}
          />
        ))}</span>
        {!open && <button type="button" className={css.comment} aria-keyshortcuts={capOf("comment")} onMouseDown={keepFocus} onClick={show}>{place === "below" ? "Comment" : <Icon name="comment" label="Comment" />} <KeyCap cap={capOf("comment")} /></button>}
      </div>
    </div>
  );
}
