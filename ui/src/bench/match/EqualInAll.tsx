// What tells no record of many from another, in one line instead of a column each. What is masked among it is shown when asked for.
import { keepFocus } from "../../kit/Button";
import { Chip } from "../../kit/Chip";
import { HiddenText } from "../../kit/HiddenText";
import type { Match } from "./useMatch";
import rows from "./Rows.module.css";
import css from "./Covered.module.css";

export function EqualInAll({ match: { view, state, send } }: { match: Match }) {
  if (view.equal_in_all.length === 0) return null;
  return (
    <p className={rows.equal}>
      Equal in all{" "}
      {view.equal_in_all.map(({ attribute, words, masked_words }) => (
        masked_words === null || state.revealed.includes(attribute) ? <Chip key={attribute} tone="line">{words}</Chip> : (
          <Chip key={attribute} tone="line" icon="eyeoff">
            <HiddenText text={masked_words} />
            <button type="button" className={css.show} aria-label={`Show ${masked_words}`} onMouseDown={keepFocus} onClick={() => send({ type: "reveal", attribute })}>show</button>
          </Chip>
        )
      ))}
    </p>
  );
}
