//! Characters that can't be seen, or that look like others (Unicode TR 36 and 39).
//!
//! Genuine text in any script passes: only letters out of their script's place are look-alikes.

use std::ops::Range;

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_script::{Script, UnicodeScript};
use unicode_security::GeneralSecurityProfile;

use super::{Segment, SegmentSort};

/// Beyond this many marks the rest of a text is one hidden segment: nobody reads them one by one.
const MARKS_MAX: usize = 1_000;

/// A suspicious run, by bytes.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub range: Range<usize>,
    pub sort: SegmentSort,
    pub really: String,
}

/// The text, cut where characters are hidden or look like others.
pub fn inspect(text: &str) -> Vec<Segment> {
    paint(text, marks(text), &[])
}

/// How many hidden or look-alike runs the text holds.
pub fn suspicious_count(text: &str) -> usize {
    marks(text).len()
}

/// The text in one line, hidden characters written out as `[U+200B]`.
pub fn escaped(text: &str) -> String {
    escaped_lines(text).replace(['\n', '\t', '\r'], " ")
}

/// The text with its lines, hidden characters written out as `[U+200B]`.
pub fn escaped_lines(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (index, &letter) in letters.iter().enumerate() {
        if letter != '\r' && is_hidden(&letters, index) {
            out.push_str(&format!("[U+{:04X}]", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    out
}

/// What the text looks like (UTS 39), case ignored: two different texts with one skeleton can be taken for each other.
pub fn skeleton_of(text: &str) -> String {
    let visible: String = text.to_lowercase();
    unicode_security::skeleton(&visible).collect()
}

/// Segments from suspicious runs and differing ranges; the suspicious win. Both sorted and without overlap.
pub(super) fn paint(text: &str, marks: Vec<Mark>, differing: &[Range<usize>]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut at = 0;
    for mark in marks {
        plain(text, at..mark.range.start, differing, &mut segments);
        at = mark.range.end;
        segments.push(Segment {
            text: text[mark.range].to_owned(),
            sort: mark.sort,
            really: Some(mark.really),
        });
    }
    plain(text, at..text.len(), differing, &mut segments);
    segments
}

fn plain(text: &str, range: Range<usize>, differing: &[Range<usize>], segments: &mut Vec<Segment>) {
    let mut at = range.start;
    let mut push = |range: Range<usize>, sort| {
        if !range.is_empty() {
            segments.push(Segment {
                text: text[range].to_owned(),
                sort,
                really: None,
            });
        }
    };
    let first = differing.partition_point(|d| d.end <= range.start);
    for differs in differing[first..].iter().take_while(|d| d.start < range.end) {
        let (start, end) = (differs.start.max(at), differs.end.min(range.end));
        push(at..start, SegmentSort::Same);
        push(start..end, SegmentSort::Differs);
        at = end;
    }
    push(at..range.end, SegmentSort::Same);
}

pub(super) fn marks(text: &str) -> Vec<Mark> {
    if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n' | b'\t')) {
        return Vec::new();
    }
    let places: Vec<(usize, char)> = text.char_indices().collect();
    let letters: Vec<char> = places.iter().map(|(_, letter)| *letter).collect();
    let look_alike = look_alikes(&letters);
    let mut marks: Vec<Mark> = Vec::new();
    for (index, &(start, letter)) in places.iter().enumerate() {
        let sort = if is_hidden(&letters, index) {
            SegmentSort::Hidden
        } else if look_alike[index] {
            SegmentSort::LookAlike
        } else {
            continue;
        };
        if marks.len() == MARKS_MAX {
            let really = format!("more than {MARKS_MAX} hidden or look-alike characters");
            marks.push(Mark {
                range: start..text.len(),
                sort: SegmentSort::Hidden,
                really,
            });
            return marks;
        }
        let end = start + letter.len_utf8();
        match marks
            .last_mut()
            .filter(|m| m.range.end == start && index > 0 && letters[index - 1] == letter)
        {
            Some(last) => last.range.end = end,
            None => marks.push(Mark {
                range: start..end,
                sort,
                really: name(letter),
            }),
        }
    }
    marks
}

fn name(letter: char) -> String {
    let point = format!("U+{:04X}", u32::from(letter));
    match unicode_names2::name(letter) {
        Some(name) => format!("{point} {name}"),
        None => point,
    }
}

/// Invisible, control or direction-changing, where the characters around it give it no honest use.
fn is_hidden(letters: &[char], index: usize) -> bool {
    let letter = letters[index];
    let before = index.checked_sub(1).map(|i| letters[i]);
    let after = letters.get(index + 1).copied();
    match letter {
        '\n' | '\t' => false,
        '\r' => after != Some('\n'),
        ' '..='~' => false,
        // Signs that are drawn although their category is format: Arabic number signs and the like.
        '\u{0600}'..='\u{0605}'
        | '\u{06DD}'
        | '\u{070F}'
        | '\u{0890}'
        | '\u{0891}'
        | '\u{08E2}'
        | '\u{110BD}'
        | '\u{110CD}' => false,
        // Variation selectors: for emoji after a symbol, for ideographs after one.
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => {
            !before.is_some_and(|b| takes_variation(b, letter))
        }
        // Joiners: between emoji, and in scripts that are written with them.
        '\u{200D}' => {
            let between_emoji = before.is_some_and(is_emoji_part) && after.is_some_and(is_emoji_part);
            !(between_emoji || joins(before))
        }
        '\u{200C}' => !joins(before),
        // Fillers, blanks and invisible marks outside the format category.
        '\u{034F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{FFA0}' => true,
        _ => matches!(
            get_general_category(letter),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
        ),
    }
}

fn takes_variation(base: char, selector: char) -> bool {
    match selector {
        '\u{FE0E}' | '\u{FE0F}' => {
            !matches!(base, '\u{FE0F}')
                && (is_emoji_part(base)
                    || is_math(base)
                    || matches!(base, '0'..='9' | '#' | '*' | '‼' | '⁉' | '〰' | '〽'))
        }
        '\u{FE00}'..='\u{FE0D}' => base.script() == Script::Han || is_math(base),
        _ => base.script() == Script::Han,
    }
}

fn is_math(letter: char) -> bool {
    get_general_category(letter) == GeneralCategory::MathSymbol
}

fn is_emoji_part(letter: char) -> bool {
    matches!(
        letter,
        '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '♀' | '♂' | '⚕' | '⚖'
    ) || get_general_category(letter) == GeneralCategory::OtherSymbol
}

fn joins(before: Option<char>) -> bool {
    use Script::{
        Arabic, Bengali, Devanagari, Gujarati, Gurmukhi, Kannada, Khmer, Malayalam, Mongolian, Myanmar, Nko,
        Oriya, Sinhala, Syriac, Tamil, Telugu,
    };
    before.is_some_and(|letter| {
        matches!(
            letter.script(),
            Arabic
                | Bengali
                | Devanagari
                | Gujarati
                | Gurmukhi
                | Kannada
                | Khmer
                | Malayalam
                | Mongolian
                | Myanmar
                | Nko
                | Oriya
                | Sinhala
                | Syriac
                | Tamil
                | Telugu
        )
    })
}

/// The ASCII letter or digit a character can be taken for.
fn passes_for(letter: char) -> Option<char> {
    if letter.is_ascii() || matches!(letter, 'ª' | 'º' | '¹' | '²' | '³') {
        return None;
    }
    let mut buffer = [0; 4];
    let mut skeleton = unicode_security::skeleton(letter.encode_utf8(&mut buffer));
    match (skeleton.next(), skeleton.next()) {
        (Some(ascii), None) if ascii.is_ascii_alphanumeric() => Some(ascii),
        _ => None,
    }
}

/// Scripts whose letters are compared with Latin ones. Ideographs, kana and hangul stand beside Latin honestly.
fn is_foreign(letter: char) -> bool {
    use Script::{Bopomofo, Common, Han, Hangul, Hiragana, Inherited, Katakana, Latin};
    letter.is_alphabetic()
        && !matches!(
            letter.script(),
            Latin | Common | Inherited | Han | Hiragana | Katakana | Hangul | Bopomofo
        )
}

fn look_alikes(letters: &[char]) -> Vec<bool> {
    let mut found = vec![false; letters.len()];
    let genuine: Vec<Script> = {
        let mut scripts = Vec::new();
        for &letter in letters
            .iter()
            .filter(|l| is_foreign(**l) && passes_for(**l).is_none())
        {
            if !scripts.contains(&letter.script()) {
                scripts.push(letter.script());
            }
        }
        scripts
    };
    let has_latin = letters.iter().any(char::is_ascii_alphabetic);
    let mut start = 0;
    while start < letters.len() {
        let end = start + letters[start..].iter().take_while(|l| is_word_part(**l)).count();
        if end > start {
            judge_word(&letters[start..end], has_latin, &genuine, &mut found[start..end]);
        }
        start = end.max(start + 1);
    }
    found
}

/// Hidden characters don't end a word, or one of them would cover up a look-alike.
fn is_word_part(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(
            get_general_category(letter),
            GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::Format
        )
}

fn judge_word(word: &[char], has_latin: bool, genuine: &[Script], found: &mut [bool]) {
    if word.iter().all(char::is_ascii) {
        return;
    }
    let ascii = word.iter().filter(|l| l.is_ascii_alphabetic()).count();
    let foreign: Vec<char> = word.iter().copied().filter(|l| is_foreign(*l)).collect();
    let own = foreign.iter().filter(|l| passes_for(**l).is_none()).count();
    if own > 0 && ascii < foreign.len() {
        // A foreign word with Latin letters smuggled in.
        mark(word, found, |letter| letter.is_ascii_alphabetic());
    } else if ascii > 0 {
        mark(word, found, |letter| {
            passes_for(letter).is_some() && (is_foreign(letter) || !letter.identifier_allowed())
        });
    } else if own == 0
        && foreign.len() > 1
        && has_latin
        && !foreign.iter().any(|l| genuine.contains(&l.script()))
    {
        // A whole word of look-alikes in a text that otherwise shows no sign of their script.
        mark(word, found, is_foreign);
    }
}

fn mark(word: &[char], found: &mut [bool], suspicious: impl Fn(char) -> bool) {
    for (letter, found) in word.iter().zip(found) {
        *found = suspicious(*letter);
    }
}
