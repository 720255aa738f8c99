// Values side by side: equal characters recede, differing ones have ground, weight and a rule; hidden and look-alike ones are
// drawn. Which they are is computed elsewhere.
import { Glyph, HiddenText } from "./HiddenText";
import css from "./Segments.module.css";

/** As the desk sends it. */
export interface SegmentLike {
  text: string;
  sort: "same" | "differs" | "hidden" | "look_alike";
  /** Of a hidden or look-alike character: "U+0430 CYRILLIC SMALL LETTER A". */
  really?: string | null | undefined;
}

/** `plain` for text that is compared with nothing: it does not recede. */
export function Segments({ segments, plain = false }: { segments: readonly SegmentLike[]; plain?: boolean }) {
  return (
    <bdi className={plain ? css.plain : css.value}>
      {segments.map((segment, index) => {
        if (segment.sort === "same") return segment.text;
        if (segment.sort === "differs") return <mark key={index} className={css.differs}>{segment.text}</mark>;
        return <Glyph key={index} text={segment.text} kind={segment.sort === "hidden" ? "hidden" : "look-alike"} really={segment.really ?? ""} />;
      })}
    </bdi>
  );
}

export interface ChangeLike {
  text: string;
  sort: "kept" | "added" | "removed";
}

/** Words taken out and put in, as in an edited message. A hidden character that was put in is a change to see. */
export function Edits({ edits }: { edits: readonly ChangeLike[] }) {
  return (
    <bdi>
      {edits.map((edit, index) => {
        if (edit.sort === "added") return <ins key={index} className={css.ins}><HiddenText text={edit.text} /></ins>;
        return edit.sort === "removed" ? <del key={index} className={css.del}><HiddenText text={edit.text} /></del> : <span key={index}><HiddenText text={edit.text} /></span>;
      })}
    </bdi>
  );
}
