// What a case has beside it by its kind: for an action the policy it falls under, what it relies on and what was said. All of it
// is other people's text, and shown as nothing but text.
import { useState, type ReactNode } from "react";
import { Button, keepFocus } from "../kit/Button";
import { clock, plural } from "../kit/format";
import { HiddenText } from "../kit/HiddenText";
import { Icon } from "../kit/Icon";
import { Segments } from "../kit/Segments";
import type { ActionView, BodyView, CaseOnScreen, TurnView } from "../ipc/types.gen";
import { aheadSection } from "./aheadSection";
import type { ContextSection } from "./contract";
import css from "./contextSections.module.css";

const ROLE: Record<string, string> = { customer: "Customer", agent: "Agent", tool: "Tool", system: "System" };

/** Longer conversations begin with their end. */
const LAST = 6;
const LONG_FROM = 700;
const CUT_AT = 480;

/** How wide the context stands: policy and conversation need room, unless the case is a message, which needs it more. */
export function contextRoom(body: BodyView): boolean | "message" {
  if (body.kind !== "proposed_action") return false;
  return body.view.calls.every((call) => call.message !== null) ? "message" : true;
}

export function contextSections(shown: CaseOnScreen): ContextSection[] {
  const sections: ContextSection[] = aheadSection(shown);
  if (shown.body.kind !== "proposed_action") return sections;
  const { policy, facts, conversation, evidence } = shown.body.view;
  if (policy.length > 0) sections.push({ id: "policy", title: "Policy", note: plural(policy.length, "clause"), content: <Policy policy={policy} /> });
  if (facts.length > 0) sections.push({ id: "facts", title: "Facts used", note: String(facts.length), content: <Facts facts={facts} /> });
  if (evidence.length > 0) sections.push({ id: "evidence", title: "Evidence", note: String(evidence.length), content: <Evidence evidence={evidence} /> });
  if (conversation.length > 0) {
    const note = conversation.length > LAST ? `${plural(conversation.length, "message")}, last ${LAST}` : plural(conversation.length, "message");
    sections.push({ id: "conversation", title: "Conversation", note, content: <Conversation key={shown.id} turns={conversation} /> });
  }
  return sections;
}

function Policy({ policy }: { policy: ActionView["policy"] }) {
  return (
    <ul className={css.clauses}>
      {policy.map((clause, index) => (
        <li key={clause.id ?? index} className={css.clause}>
          {clause.title !== null && <b><HiddenText text={clause.title} /></b>}
          {clause.text !== null && <Long text={clause.text} />}
        </li>
      ))}
    </ul>
  );
}

function Facts({ facts }: { facts: ActionView["facts"] }) {
  return (
    <dl className={css.facts}>
      {facts.map((fact, index) => (
        <div key={fact.id ?? index}>
          <dt><HiddenText text={fact.label ?? fact.id ?? "Fact"} /></dt>
          <dd>
            <span className={css.value}><HiddenText text={typeof fact.value === "string" ? fact.value : JSON.stringify(fact.value)} /></span>
            <span className={css.from}>{fact.system !== null && <HiddenText text={fact.system} />}{fact.read_at !== null && <> read {clock(fact.read_at)}</>}</span>
            {fact.url !== null && <span className={css.url}><HiddenText text={fact.url} /></span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Evidence({ evidence }: { evidence: ActionView["evidence"] }) {
  return (
    <ul className={css.clauses}>
      {evidence.map((quote, index) => (
        <li key={index} className={css.clause}>
          {quote.title !== null && <b><HiddenText text={quote.title} /></b>}
          {quote.quote !== null && <p className={css.written}>“<HiddenText text={quote.quote} />”</p>}
          {quote.url !== null && <p className={css.url}><HiddenText text={quote.url} /></p>}
        </li>
      ))}
    </ul>
  );
}

function Conversation({ turns }: { turns: readonly TurnView[] }) {
  const [all, setAll] = useState(turns.length <= LAST);
  const shown = all ? turns : turns.slice(-LAST);
  return (
    <>
      {!all && <p className={css.earlier}><Button tone="link" onClick={() => setAll(true)}>Show {plural(turns.length - LAST, "earlier message")}</Button></p>}
      <ol>{shown.map((turn, index) => <Turn key={turns.length - shown.length + index} turn={turn} />)}</ol>
    </>
  );
}

function Turn({ turn }: { turn: TurnView }) {
  const who = ROLE[turn.role] ?? turn.role;
  const at = turn.at !== null && <span className={css.at}>{clock(turn.at)}</span>;
  if (turn.role === "tool") return <li className={css.turn}><Answer turn={turn} at={at} /></li>;
  return (
    <li className={turn.role === "customer" ? `${css.turn} ${css.customer}` : css.turn}>
      <span className={css.who}><HiddenText text={who} />{turn.name !== null && <> · <HiddenText text={turn.name} /></>}{at}</span>
      {turn.text.length > 0 && <p className={css.written}><Segments segments={turn.text} plain /></p>}
      {turn.calls.map((call, n) => <p key={n} className={css.call}><Icon name="code" small /><span><HiddenText text={call} /></span></p>)}
    </li>
  );
}

/** What a tool gave back is long and seldom needed: it is drawn when it is opened. */
function Answer({ turn, at }: { turn: TurnView; at: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={css.answer} aria-expanded={open} onMouseDown={keepFocus} onClick={() => setOpen(!open)}><Icon name={open ? "down" : "right"} small /><span className={css.tool}><HiddenText text={turn.name ?? "tool"} /></span> answered{at}</button>
      {open && <p className={css.call}><Segments segments={turn.text} plain /></p>}
    </>
  );
}

/** A clause that would push everything else out of sight is cut until it is asked for. */
function Long({ text }: { text: string }) {
  const [all, setAll] = useState(text.length <= LONG_FROM);
  if (all) return <p className={css.written}><HiddenText text={text} /></p>;
  return (
    <>
      <p className={css.written}><HiddenText text={text.slice(0, CUT_AT)} /> …</p>
      <p className={css.earlier}><Button tone="link" onClick={() => setAll(true)}>Show all of it</Button></p>
    </>
  );
}
