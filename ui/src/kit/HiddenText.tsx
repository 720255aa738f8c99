// Text that others wrote, as text: what can't be seen in it, or passes for something else, is drawn as a glyph with its code
// point. Direction marks take no effect on what stands around it.
import type { ReactNode } from "react";
import { partsOf } from "./hidden";
import css from "./HiddenText.module.css";

export function HiddenText({ text }: { text: string }) {
  const parts = partsOf(text);
  if (parts.length === 1 && parts[0]?.drawn === undefined) return <>{text}</>;
  return (
    <bdi>
      {parts.map((part, index) => (part.drawn === undefined ? part.text : <Glyph key={index} text={part.text} kind={part.drawn.kind} really={part.drawn.code} />))}
    </bdi>
  );
}

/** Children that are nothing but text, as text that others wrote; anything else as it is. */
export function drawn(children: ReactNode): ReactNode {
  return typeof children === "string" ? <HiddenText text={children} /> : children;
}

/** `really` begins with the code point; what follows is its name. */
export function Glyph({ text, kind, really }: { text: string; kind: "hidden" | "look-alike"; really: string }) {
  const code = really.split(" ")[0] || "?";
  const name = really.slice(code.length).trim();
  return (
    <span className={css.glyph} title={`${kind === "hidden" ? "hidden character" : "looks like another letter"}: ${really}`} data-name={name}>
      {kind === "look-alike" && `${text} `}{code}
    </span>
  );
}
