// What was looked at before a person does: an icon and words for each, never colour alone. And what an edit changes.
import type { Ahead, CallPreview, Check, CheckLevel } from "../../ipc/types.gen";
import { HiddenText } from "../../kit/HiddenText";
import { Icon, type IconName } from "../../kit/Icon";
import css from "./Action.module.css";

const LEVEL: Record<CheckLevel, { icon: IconName; word: string; tone: string | undefined }> = {
  passed: { icon: "check", word: "Passed", tone: css.passed },
  warning: { icon: "warn", word: "Look here", tone: css.warning },
  stop: { icon: "warn", word: "Can’t go as it is", tone: css.stop },
};

/** The checks of what would be called with: the desk looks again at everything once it is edited. */
export function checksOf(proposed: readonly Check[], preview: CallPreview | undefined, edited: boolean): readonly Check[] {
  return edited && preview !== undefined ? preview.checks : proposed;
}

export function Checks({ checks, title = "Checks", ahead = null }: { checks: readonly Check[]; title?: string; ahead?: Ahead | null }) {
  if (checks.length === 0 && ahead === null) return null;
  return (
    <section className={css.block}>
      <h3>{title}</h3>
      <ul className={css.checks}>
        {ahead !== null && <Asked ahead={ahead} />}
        {checks.map((check, index) => {
          const { icon, word, tone } = LEVEL[check.level];
          return (
            <li key={index}>
              <span className={tone}><Icon name={icon} label={word} /></span>
              <span><span className={check.level === "passed" ? undefined : css.strong}><HiddenText text={check.title} />{check.detail !== null && ":"}</span>{check.detail !== null && <span className={css.quiet}> <HiddenText text={check.detail} /></span>}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Who else has a say, and by which rules. */
function Asked({ ahead }: { ahead: Ahead }) {
  const [first, ...more] = ahead.because;
  return (
    <li>
      <span className={css.asked}><Icon name="second" label="Policy" /></span>
      <span><span className={css.strong}><HiddenText text={first ?? ahead.text} /></span>{first !== undefined && <span className={css.quiet}>{more.map((why) => `; ${why}`)}: a second person decides after you, without seeing your answer</span>}</span>
    </li>
  );
}

/** `without`: the message's body, whose words are compared elsewhere. */
export function Changes({ preview, without }: { preview: CallPreview | undefined; without: string | null | undefined }) {
  const changed = preview?.changed.filter((change) => change.pointer !== without) ?? [];
  if (changed.length === 0) return null;
  return (
    <section className={css.block}>
      <h3>What will change <span className={css.n}>by your edit</span></h3>
      <table className={css.change}>
        <colgroup><col className={css.field} /><col /><col /></colgroup>
        <thead className={css.vh}><tr><th scope="col">Field</th><th scope="col">Proposed</th><th scope="col">Edited</th></tr></thead>
        <tbody>
          {changed.map(({ pointer, label, before, after }) => (
            <tr key={pointer}>
              <th scope="row"><HiddenText text={label} /></th>
              <td className={css.was}>{before === "" ? "nothing" : <HiddenText text={before} />}</td>
              <td className={css.now}><Icon name="arrow" small /><span>{after === "" ? <span className={css.was}>taken out</span> : <b><HiddenText text={after} /></b>}</span></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
