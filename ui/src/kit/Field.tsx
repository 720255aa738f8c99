// Text fields and choices with their label, their help and what is wrong with them, tied together for screen readers.
import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes } from "react";
import { drawn, HiddenText } from "./HiddenText";
import { Icon } from "./Icon";
import css from "./Field.module.css";

interface Around {
  label: string;
  /** The label is read, not shown: where the place makes it plain. */
  hideLabel?: boolean;
  help?: ReactNode;
  /** What is wrong, in a few words. */
  error?: string | undefined;
}

function useIds(help: ReactNode, error: string | undefined) {
  const id = useId();
  const described = [help !== undefined ? `${id}-help` : "", error !== undefined ? `${id}-error` : ""].filter(Boolean).join(" ");
  return { id, described: described === "" ? undefined : described };
}

function Frame({ id, label, hideLabel = false, help, error, children }: Around & { id: string; children: ReactNode }) {
  return (
    <div className={css.frame}>
      <label className={hideLabel ? css.vh : css.label} htmlFor={id}><HiddenText text={label} /></label>
      {children}
      {help !== undefined && <p className={css.help} id={`${id}-help`}>{drawn(help)}</p>}
      {error !== undefined && <p className={css.error} id={`${id}-error`} role="alert"><Icon name="warn" small /><HiddenText text={error} /></p>}
    </div>
  );
}

export interface FieldProps extends Around, Omit<InputHTMLAttributes<HTMLInputElement>, "className" | "id"> {
  mono?: boolean;
  tall?: boolean;
  /** What stands at the end inside the field. */
  end?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

export function Field({ label, hideLabel, help, error, mono = false, tall = false, end, ...input }: FieldProps) {
  const { id, described } = useIds(help, error);
  return (
    <Frame id={id} label={label} {...(hideLabel ? { hideLabel } : {})} help={help} error={error}>
      <div className={[css.field, tall ? css.tall : "", error !== undefined ? css.bad : "", input.readOnly ? css.read : "", mono ? css.mono : ""].join(" ")}>
        <input type="text" autoComplete="off" spellCheck={false} {...input} id={id} aria-describedby={described} aria-invalid={error !== undefined || undefined} />
        {end}
      </div>
    </Frame>
  );
}

export interface AreaProps extends Around, Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "className" | "id"> {
  mono?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
}

export function Area({ label, hideLabel, help, error, mono = false, ...area }: AreaProps) {
  const { id, described } = useIds(help, error);
  return (
    <Frame id={id} label={label} {...(hideLabel ? { hideLabel } : {})} help={help} error={error}>
      <textarea rows={3} spellCheck={false} {...area} className={[css.area, error !== undefined ? css.bad : "", mono ? css.mono : ""].join(" ")} id={id} aria-describedby={described} aria-invalid={error !== undefined || undefined} />
    </Frame>
  );
}

export interface SelectProps extends Around, Omit<SelectHTMLAttributes<HTMLSelectElement>, "className" | "id" | "onChange"> {
  options: readonly { value: string; label: string }[];
  /** As a chip in a page's head. */
  chip?: boolean;
  /** As wide as what it stands in. */
  wide?: boolean;
  onPick: (value: string) => void;
}

export function Select({ label, hideLabel, help, error, options, chip = false, wide = false, onPick, ...select }: SelectProps) {
  const { id, described } = useIds(help, error);
  return (
    <Frame id={id} label={label} {...(hideLabel ? { hideLabel } : {})} help={help} error={error}>
      <span className={[css.select, chip ? css.chip : "", wide ? css.wide : ""].join(" ")}>
        <select {...select} id={id} aria-describedby={described} onChange={(event) => onPick(event.target.value)}>
          {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
        </select>
        <Icon name="down" small />
      </span>
    </Frame>
  );
}

/** One of a few, all in sight. */
export function Choice({ label, options, value, onPick }: { label: string; options: readonly { value: string; label: string }[]; value: string; onPick: (value: string) => void }) {
  const name = useId();
  return (
    <fieldset className={css.choice}>
      <legend className={css.vh}>{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={css.one}>
          <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onPick(option.value)} />
          <span><HiddenText text={option.label} /></span>
        </label>
      ))}
    </fieldset>
  );
}
