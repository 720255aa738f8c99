// Markdown as a reader would see it, and nothing it could do: HTML stays text, images are not loaded, links are text with their
// address, which nothing follows. A chunk of its own.
import type { ReactNode } from "react";
import { Children } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import { HiddenText } from "../../kit/HiddenText";
import css from "./Message.module.css";

/** Text with its hidden characters drawn; elements inside are drawn by their own component. */
function drawn(children: ReactNode): ReactNode {
  return Children.map(children, (child) => (typeof child === "string" ? <HiddenText text={child} /> : child));
}

const COMPONENTS: Components = {
  a: ({ children, href }) => <span><span className={css.link}>{drawn(children)}</span> <span className={css.address}>‹<HiddenText text={href ?? ""} />›</span></span>,
  img: ({ alt, src }) => <span className={css.address}>[image{alt ? <>: <HiddenText text={alt} /></> : null} ‹<HiddenText text={typeof src === "string" ? src : ""} />›]</span>,
  p: ({ children }) => <p>{drawn(children)}</p>,
  li: ({ children }) => <li>{drawn(children)}</li>,
  em: ({ children }) => <em>{drawn(children)}</em>,
  strong: ({ children }) => <strong>{drawn(children)}</strong>,
  code: ({ children }) => <code>{drawn(children)}</code>,
  blockquote: ({ children }) => <blockquote>{drawn(children)}</blockquote>,
  h1: ({ children }) => <p className={css.heading}>{drawn(children)}</p>,
  h2: ({ children }) => <p className={css.heading}>{drawn(children)}</p>,
  h3: ({ children }) => <p className={css.heading}>{drawn(children)}</p>,
  h4: ({ children }) => <p className={css.heading}>{drawn(children)}</p>,
  h5: ({ children }) => <p className={css.heading}>{drawn(children)}</p>,
  h6: ({ children }) => <p className={css.heading}>{drawn(children)}</p>,
};

/** The address is shown as it is written: it never becomes a link, so nothing needs to be taken out of it. */
const asWritten = (url: string) => url;

export default function Markdown({ text }: { text: string }) {
  return <ReactMarkdown components={COMPONENTS} urlTransform={asWritten}>{text}</ReactMarkdown>;
}
