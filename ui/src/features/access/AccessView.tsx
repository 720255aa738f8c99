// Who and what may read, decide, export and trigger: one's own part first, then everybody's for who leads. It shows what the hub says and
// asks it to change that; nothing is worked out here.
import { useState } from "react";
import { Button } from "../../kit/Button";
import { Chip, SensitivityChip } from "../../kit/Chip";
import { Select } from "../../kit/Field";
import { clock, plural } from "../../kit/format";
import { HiddenText } from "../../kit/HiddenText";
import { Icon } from "../../kit/Icon";
import list from "../../kit/List.module.css";
import { Note } from "../../kit/Note";
import type { Ability, Access, AccessPage, ElevationRequest, MakeToken, OwnAccess, PersonAccess, PersonChange, Sensitivity, TokenMade } from "../../ipc/types.gen";
import { ElevateDialog } from "./ElevateDialog";
import { PersonDialog } from "./PersonDialog";
import { TokenDialog } from "./TokenDialog";
import css from "./Access.module.css";

export interface AccessViewProps {
  me: OwnAccess;
  all: Access | null;
  /** What the queues are called, by their names. */
  titles: AccessPage["titles"];
  busy: boolean;
  error: string | undefined;
  /** True: done. */
  onChange: (id: string, change: PersonChange) => Promise<boolean>;
  onRevoke: (token: string) => void;
  /** The token, shown once. */
  onMake: (wanted: MakeToken) => Promise<TokenMade>;
  onCopy: (text: string) => void;
  onElevate: (asked: ElevationRequest) => Promise<boolean>;
  onEnd: (elevation: string) => void;
}

const CAN: Record<Ability, string> = { send: "sends cases", read: "reads", decide: "decides matches and conflicts", trigger: "decides actions", lead: "leads", export: "exports", administer: "administers" };

export function AccessView({ me, all, titles, busy, error, onChange, onRevoke, onMake, onCopy, onElevate, onEnd }: AccessViewProps) {
  const [raising, setRaising] = useState(false);
  const [editing, setEditing] = useState<string | undefined>(undefined);
  const [making, setMaking] = useState(false);
  const [queue, setQueue] = useState("");
  const titleOf = (name: string) => titles[name] ?? name;
  const people = (all?.people ?? []).filter((person) => queue === "" || person.queues.length === 0 || person.queues.includes(queue) || person.can.includes("administer"));
  const edited = all?.people.find((person) => person.id === editing);
  return (
    <>
      {error !== undefined && <div className={css.gap}><Note tone="bad" live>{error}</Note></div>}
      <section className={list.card} aria-labelledby="mine">
        <header className={list.head}><h2 id="mine">Yours</h2><span><HiddenText text={me.name} /></span></header>
        <div className={list.row}>
          <Icon name="user" />
          <span className={css.what}><Reach titleOf={titleOf} can={me.can} queues={me.queues} ceiling={me.ceiling} /></span>
          {me.may_elevate !== null && <Button disabled={busy} onClick={() => setRaising(true)}>Raise for a while</Button>}
        </div>
        {me.elevations.map((one) => (
          <div key={one.id} className={list.row}>
            <Icon name="clock" />
            <span className={css.what}><b>{one.words}</b> until {clock(one.expires_at)} · “<HiddenText text={one.reason} />”</span>
            <Button disabled={busy} onClick={() => onEnd(one.id)} aria-label={`End ${one.words}`}>End now</Button>
          </div>
        ))}
      </section>
      {all !== null && (
        <section className={`${list.card} ${css.gap}`} aria-labelledby="people">
          <header className={list.head}>
            <h2 id="people">People and programs</h2><span>{people.length}</span>
            <span className={`${list.end} ${css.line}`}>{all.changes && <Button disabled={busy} onClick={() => setMaking(true)}>Make a token</Button>}<Select chip label="Queue" hideLabel value={queue} onPick={setQueue} options={[{ value: "", label: "All queues" }, ...all.queues.map((name) => ({ value: name, label: titleOf(name) }))]} /></span>
          </header>
          <ul>
            {people.map((person) => <PersonRow titleOf={titleOf} key={person.id} person={person} mine={person.id === me.id} changes={all.changes} busy={busy} onEdit={() => setEditing(person.id)} onEnd={onEnd} />)}
          </ul>
        </section>
      )}
      {all !== null && all.webhooks.length > 0 && (
        <section className={`${list.card} ${css.gap}`} aria-labelledby="webhooks">
          <header className={list.head}><h2 id="webhooks">Told outside</h2><span>{plural(all.webhooks.length, "webhook")}</span></header>
          <ul>
            {all.webhooks.map((hook) => (
              <li key={hook.id} className={list.row}>
                <Icon name="link" /><span className={css.what}><b><HiddenText text={hook.url} /></b><span className={css.under}>{hook.events.includes("*") ? "everything" : hook.events.join(", ")}</span></span>
                {hook.state === "disabled" && <Chip tone="warn">disabled</Chip>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {making && <TokenDialog busy={busy} onClose={() => setMaking(false)} onMake={onMake} onCopy={onCopy} />}
      {raising && me.may_elevate !== null && <ElevateDialog titleOf={titleOf} may={me.may_elevate} busy={busy} error={error} onClose={() => setRaising(false)} onElevate={onElevate} />}
      {edited !== undefined && all !== null && <PersonDialog titleOf={titleOf} key={edited.version} person={edited} queues={all.queues} mine={edited.id === me.id} busy={busy} error={error} onClose={() => setEditing(undefined)} onChange={onChange} onRevoke={onRevoke} />}
    </>
  );
}

function Reach({ titleOf, can, queues, ceiling }: { titleOf: (queue: string) => string; can: readonly Ability[]; queues: readonly string[]; ceiling: Sensitivity | null }) {
  if (can.length === 0) return <span className={css.none}>may do nothing</span>;
  return (
    <span className={css.reach}>
      <span>{can.map((one) => CAN[one]).join(", ")}</span>
      <span className={css.quiet}>{queues.length === 0 ? "in all queues" : `in ${queues.map(titleOf).join(", ")}`}</span>
      {ceiling !== null && <span className={css.quiet}>up to <SensitivityChip sensitivity={ceiling} /></span>}
    </span>
  );
}

function PersonRow({ titleOf, person, mine, changes, busy, onEdit, onEnd }: { titleOf: (queue: string) => string; person: PersonAccess; mine: boolean; changes: boolean; busy: boolean; onEdit: () => void; onEnd: (id: string) => void }) {
  const tokens = person.tokens.filter((token) => !token.session);
  const signedIn = person.tokens.some((token) => token.session);
  return (
    <li className={list.row}>
      <Icon name={person.can.length === 1 && person.can[0] === "send" ? "code" : "user"} />
      <span className={css.what}>
        <span className={css.line}><b><HiddenText text={person.name} /></b>{mine && <span className={css.quiet}>you</span>}{person.disabled ? <Chip tone="bad" icon="lock">access taken away</Chip> : <Reach titleOf={titleOf} can={person.can} queues={person.queues} ceiling={person.ceiling} />}</span>
        <span className={css.under}>
          {[person.signs_in ? (signedIn ? "signed in" : "signs in") : undefined, person.managed ? "roles from the provider" : undefined, tokens.length > 0 ? plural(tokens.length, "token") : undefined].filter(Boolean).join(" · ")}
        </span>
        {person.elevations.map((one) => (
          <span key={one.id} className={css.under}><Icon name="clock" small /> {one.words} until {clock(one.expires_at)}: “<HiddenText text={one.reason} />” {changes && <Button tone="link" disabled={busy} onClick={() => onEnd(one.id)} aria-label={`End ${one.words} of ${person.name}`}>End now</Button>}</span>
        ))}
      </span>
      {changes && <Button disabled={busy} onClick={onEdit} aria-label={`Change ${person.name}`}>Change</Button>}
    </li>
  );
}
