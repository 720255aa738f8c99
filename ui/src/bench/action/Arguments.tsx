// The arguments of a call as a form from their schema: read-only until they are edited, in the same places then. Members the schema
// knows can be added, optional ones left out, lists grow and shrink.
import type { ReactNode } from "react";
import type { JsonValue, Segment } from "../../ipc/types.gen";
import { Button, IconButton } from "../../kit/Button";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import { EditLeaf, ReadLeaf } from "./Leaf";
import { append, isObject, remove, under, write } from "./pointer";
import { absentNames, emptyOf, isRequired, itemSchema, labelOf, mayBeNull, memberNames, memberSchema, shapeOf, type Schema } from "./schema";
import css from "./Arguments.module.css";

export interface ArgumentsProps {
  value: JsonValue;
  root: JsonValue | null;
  editing: boolean;
  /** Words by pointer. */
  faults: ReadonlyMap<string, string>;
  /** As proposed, by pointer, with what is hidden in them marked. */
  segments: ReadonlyMap<string, readonly Segment[]>;
  /** Places that are shown and edited elsewhere. */
  without: ReadonlySet<string>;
  onChange: (value: JsonValue, pace: "now" | "typing") => void;
}

export function Arguments(props: ArgumentsProps) {
  const { value, root } = props;
  const schema = isObject(root ?? undefined) ? (root as Schema) : undefined;
  return isObject(value) ? <Members all={props} schema={schema} value={value} pointer="" depth={0} /> : null;
}

interface Place {
  all: ArgumentsProps;
  schema: Schema | undefined;
  pointer: string;
  depth: number;
}

/** Deeper than this is shown as its JSON. */
const DEPTH_MAX = 8;

/** Single values before lists and objects, so that they share rows. */
function leavesFirst(names: readonly string[], value: Schema): string[] {
  const nested = (name: string) => isObject(value[name]) || Array.isArray(value[name]);
  return [...names.filter((name) => !nested(name)), ...names.filter(nested)];
}

/** `unlabelled`: the labels stand over the item before this one, and are only read. */
function Members({ all, schema, value, pointer, depth, unlabelled = false }: Place & { value: Schema; unlabelled?: boolean }) {
  const { editing, root, faults, onChange } = all;
  const absent = editing ? absentNames(schema, value).filter((name) => !all.without.has(under(pointer, name))) : [];
  return (
    <div className={css.form}>
      {leavesFirst(memberNames(schema, value), value).map((name) => {
        const at = under(pointer, name);
        if (all.without.has(at)) return null;
        const own = memberSchema(root, schema, name);
        const label = labelOf(name, own);
        const dropped = isRequired(schema, name) ? (mayBeNull(own) && value[name] !== null ? "none" : undefined) : "out";
        const drop = !editing || dropped === undefined ? undefined : (
          <IconButton
            icon="close" label={dropped === "out" ? `Leave out ${label}` : `Set ${label} to none`}
            onClick={() => onChange(dropped === "out" ? remove(all.value, at) : write(all.value, at, null), "now")}
          />
        );
        return <Node key={name} all={all} schema={own} pointer={at} depth={depth} value={value[name] ?? null} label={label} hideLabel={unlabelled} drop={drop} />;
      })}
      {absent.length > 0 && (
        <div className={css.whole}>
          <div className={css.add}>
            {absent.map((name) => {
              const own = memberSchema(root, schema, name);
              return <Button key={name} tone="link" onClick={() => onChange(write(all.value, under(pointer, name), emptyOf(root, own)), "now")}>Add {labelOf(name, own)}</Button>;
            })}
          </div>
          {absent.map((name) => {
            const fault = faults.get(under(pointer, name));
            return fault !== undefined && <p key={name} className={css.fault} role="alert"><Icon name="warn" small />{fault}</p>;
          })}
        </div>
      )}
    </div>
  );
}

function Node({ all, schema, pointer, depth, value, label, hideLabel, drop }: Place & { value: JsonValue; label: string; hideLabel: boolean; drop: ReactNode }) {
  const fault = all.faults.get(pointer);
  if (depth < DEPTH_MAX && Array.isArray(value) && (value.length > 0 || all.editing)) {
    return <Group label={label} fault={fault} drop={drop}><Items {...{ all, schema, pointer, depth, value, label }} /></Group>;
  }
  if (depth < DEPTH_MAX && isObject(value)) {
    return <Group label={label} fault={fault} drop={drop}><Members {...{ all, schema, value, pointer }} depth={depth + 1} /></Group>;
  }
  const shape = shapeOf(schema, value);
  const wide = (shape.is === "text" && shape.long) || shape.is === "list" || shape.is === "object";
  // JSON too deep for a form is read, not edited.
  const fixed = !all.editing || shape.is === "list" || shape.is === "object";
  return (
    <div className={wide ? `${css.leaf} ${css.whole}` : css.leaf}>
      {fixed
        ? <ReadLeaf label={label} hideLabel={hideLabel} value={value} segments={all.editing ? undefined : all.segments.get(pointer)} fault={fault} />
        : <EditLeaf label={label} hideLabel={hideLabel} root={all.root} schema={schema} value={value} fault={fault} onChange={(next, pace) => all.onChange(write(all.value, pointer, next), pace)} />}
      {drop !== undefined && <span className={css.drop}>{drop}</span>}
    </div>
  );
}

function Items({ all, schema, pointer, depth, value, label }: Place & { value: readonly JsonValue[]; label: string }) {
  const { editing, root, onChange } = all;
  const one = label.replace(/s$/, "");
  return (
    <>
      {value.map((item, index) => {
        const own = itemSchema(root, schema, index);
        const at = under(pointer, index);
        const name = `${one} ${index + 1}`;
        const before = value[index - 1];
        const alike = isObject(item) && isObject(before) && Object.keys(item).join() === Object.keys(before).join() && Object.values(item).every((member) => !isObject(member) && !Array.isArray(member));
        const out = editing && <span className={css.out}><IconButton icon="close" label={`Take out ${name}`} onClick={() => onChange(remove(all.value, at), "now")} /></span>;
        return isObject(item) && depth + 1 < DEPTH_MAX ? (
          <div key={index} className={alike ? `${css.item} ${css.alike}` : css.item} role="group" aria-label={name}>
            <span className={css.nth}><HiddenText text={name} /></span>
            <Members all={all} schema={own} value={item} pointer={at} depth={depth + 1} unlabelled={alike} />
            {out}
          </div>
        ) : (
          <div key={index} className={`${css.item} ${css.single}`}>
            <Node all={all} schema={own} pointer={at} depth={depth + 1} value={item} label={name} hideLabel={false} drop={undefined} />
            {out}
          </div>
        );
      })}
      {editing && <div className={css.add}><Button tone="link" onClick={() => onChange(append(all.value, pointer, emptyOf(root, itemSchema(root, schema, value.length))), "now")}>Add {one.charAt(0).toLowerCase() + one.slice(1)}</Button></div>}
    </>
  );
}

function Group({ label, fault, drop, children }: { label: string; fault: string | undefined; drop: ReactNode; children: ReactNode }) {
  return (
    <fieldset className={`${css.group} ${css.whole}`}>
      <legend className={css.label}><HiddenText text={label} /></legend>
      {children}
      {fault !== undefined && <p className={css.fault} role="alert"><Icon name="warn" small />{fault}</p>}
      {drop !== undefined && <span className={css.drop}>{drop}</span>}
    </fieldset>
  );
}
