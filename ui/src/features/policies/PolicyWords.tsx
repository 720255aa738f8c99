// What policies say, in the sentences of the desk, and what two say differently.
import { HiddenText } from "../../kit/HiddenText";
import type { PolicyDifference, Sentence } from "../../ipc/types.gen";
import css from "./Policies.module.css";

export function Sentences({ sentences, label }: { sentences: readonly Sentence[]; label: string }) {
  return (
    <ul className={css.says} aria-label={label}>
      {sentences.map((sentence) => <li key={`${sentence.about} ${sentence.text}`} className={sentence.about === "approvers" || sentence.about === "rules" ? css.first : undefined}><HiddenText text={sentence.text} /></li>)}
    </ul>
  );
}

export function Changes({ changes, label }: { changes: readonly PolicyDifference[]; label: string }) {
  return (
    <ul className={css.changes} aria-label={label}>
      {changes.map((change) => (
        <li key={`${change.was} ${change.now}`}>
          {change.was !== null && <del><HiddenText text={change.was} /></del>}
          {change.now !== null && <ins><HiddenText text={change.now} /></ins>}
        </li>
      ))}
    </ul>
  );
}
