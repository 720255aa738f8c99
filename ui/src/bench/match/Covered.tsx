// A value nobody asked to see yet. That all have the same isn't the value, so it may be said.
import { Icon } from "../../kit/Icon";
import css from "./Covered.module.css";

export function Covered({ equal = false }: { equal?: boolean }) {
  return <span className={css.covered}><Icon name="eyeoff" small />{equal ? "masked, equal" : "masked"}</span>;
}
