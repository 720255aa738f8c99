// Finds characters that can't be seen or that pass for others, so that they are drawn and never take effect. For drawing only:
// whether a case has such characters is said by the domain. Pure.

export interface Part {
  text: string;
  /** Set when the part is to be drawn: what it is, as a code point. */
  drawn?: { code: string; kind: "hidden" | "look-alike" };
}

// Format and control characters, separators of lines and paragraphs, private use, and letters that draw nothing.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\u{034f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}-\u{180f}\u{2800}\u{3164}\u{fe00}-\u{fe0f}\u{ffa0}\u{e0100}-\u{e01ef}]/u;
// Latin letters, and signs of European text: among them nothing is hidden and nothing passes for anything. Asked first, since an engine
// takes its time to make a class of all letters there are, and would do so in the midst of the first picture.
const PLAIN = /^[\x20-\x7e\n\t\u{a0}-\u{ac}\u{ae}-\u{24f}\u{2010}-\u{2027}\u{202f}-\u{205e}\u{20a0}-\u{20bf}\u{2190}-\u{22ff}]*$/u;
const HARMLESS = /^[\n\t\r\u{00ad}]$/u;
const EMOJI = /\p{Extended_Pictographic}/u;
const WORD = /[\p{L}\p{M}]+/gu;
const LATIN = /\p{Script=Latin}/u;
const PASSES_FOR_LATIN = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;

const codeOf = (character: string) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** Words that mix Latin letters with letters of another script that look like them: the positions of the strangers. */
function strangers(text: string): Set<number> {
  const found = new Set<number>();
  for (const word of text.matchAll(WORD)) {
    if (!LATIN.test(word[0]) || !PASSES_FOR_LATIN.test(word[0])) continue;
    let at = word.index;
    for (const character of word[0]) {
      if (PASSES_FOR_LATIN.test(character)) found.add(at);
      at += character.length;
    }
  }
  return found;
}

export function partsOf(text: string): Part[] {
  // Nearly every value is plain: one test, one part.
  if (PLAIN.test(text)) return [{ text }];
  const odd = strangers(text);
  const parts: Part[] = [];
  const characters = [...text];
  let plain = "";
  let at = 0;
  characters.forEach((character, index) => {
    // Joiners and variation selectors inside an emoji belong to it.
    const before = characters[index - 1] ?? "";
    const inEmoji = (character === "\u{200d}" || character === "\u{fe0f}") && (EMOJI.test(before) || before === "\u{fe0f}");
    const hidden = HIDDEN.test(character) && !HARMLESS.test(character) && !inEmoji;
    if (hidden || odd.has(at)) {
      if (plain !== "") parts.push({ text: plain });
      plain = "";
      parts.push({ text: character, drawn: { code: codeOf(character), kind: hidden ? "hidden" : "look-alike" } });
    } else {
      plain += character;
    }
    at += character.length;
  });
  if (plain !== "") parts.push({ text: plain });
  return parts;
}
