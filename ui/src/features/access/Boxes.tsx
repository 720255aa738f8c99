// Any of a few, each with its box.
import { useId } from "react";
import { HiddenText } from "../../kit/HiddenText";
import css from "./Access.module.css";

export function Boxes({ legend, help, options, picked, onPick }: { legend: string; help?: string | undefined; options: readonly { value: string; label: string }[]; picked: readonly string[]; onPick: (picked: readonly string[]) => void }) {
  const id = useId();
  return (
    <fieldset className={css.boxes} aria-describedby={help === undefined ? undefined : id}>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className={css.box}>
          <input type="checkbox" checked={picked.includes(option.value)} onChange={(e) => onPick(e.target.checked ? [...picked, option.value] : picked.filter((one) => one !== option.value))} />
          <span><HiddenText text={option.label} /></span>
        </label>
      ))}
      {options.length === 0 && <span className={css.quiet}>none yet</span>}
      {help !== undefined && <p className={css.says} id={id}>{help}</p>}
    </fieldset>
  );
}
