//! What JSON is taken (API.md, Ground rules): no duplicate keys, no number that loses digits, no U+0000 or lone
//! surrogate, no depth over 64. Each fault has a code and a pointer, also where an ordinary parser would take the text.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use crate::invalid::{Invalid, segment};

pub const DEPTH_MAX: usize = 64;
const SAFE_INTEGER: i128 = (1 << 53) - 1;

/// Parses one JSON text strictly.
///
/// # Errors
/// `malformed_json`, `duplicate_key`, `unsafe_number`, `invalid_text`, `too_deep`, with a pointer.
pub fn parse(text: &str) -> Result<Value, Invalid> {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        path: Vec::new(),
    };
    scanner.value()?;
    serde_json::from_str(text).map_err(|error| Invalid::new("malformed_json", "", malformed(&error, text)))
}

/// Where the text stops being JSON and what is expected there, for people. Of a text of one line the character alone is
/// said: where it is a line of a file, the number of that line is known to whoever read it.
fn malformed(error: &serde_json::Error, text: &str) -> String {
    if error.is_eof() {
        return match text.trim() {
            "" => "there is nothing here; JSON is expected".to_owned(),
            _ => "it ends too early: a bracket or a quotation mark isn't closed".to_owned(),
        };
    }
    let said = error.to_string();
    let what = said.rfind(" at line ").map_or(said.as_str(), |at| &said[..at]);
    let what = match what {
        "expected value" => "a value is expected",
        "expected `:`" => "a colon is expected",
        "expected `,` or `}`" => "a comma or } is expected",
        "expected `,` or `]`" => "a comma or ] is expected",
        "key must be a string" => "a name in quotation marks is expected",
        "trailing comma" => "a comma with nothing after it",
        "trailing characters" => "there is more after the end",
        "expected ident" => "true, false or null is expected",
        other => other,
    };
    match error.line() {
        1 => format!("not JSON at character {}: {what}", error.column()),
        line => format!("not JSON at line {line}, character {}: {what}", error.column()),
    }
}

/// As [`parse`], from bytes that should be UTF-8.
///
/// # Errors
/// As [`parse`]; bytes that aren't UTF-8 are `malformed_json`.
pub fn parse_bytes(bytes: &[u8]) -> Result<Value, Invalid> {
    parse(std::str::from_utf8(bytes).map_err(|e| Invalid::new("malformed_json", "", e.to_string()))?)
}

/// Where the scanner stands: written out as a pointer only when there is a fault to say.
enum Step<'a> {
    Member(Cow<'a, str>),
    Element(usize),
}

/// Walks the text and looks only for what an ordinary parser lets through or can't name. On broken syntax it stops
/// quietly: the parser after it says what is wrong.
struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    path: Vec<Step<'a>>,
}

/// Members up to which names are compared one by one: quicker than a set for the objects there are.
const COMPARED_ONE_BY_ONE: usize = 16;

/// The names met in one object.
#[derive(Default)]
struct Names<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    /// False: it was there already.
    fn insert(&mut self, name: Cow<'a, str>) -> bool {
        if self.few.contains(&name) || self.many.contains(&name) {
            return false;
        }
        if self.few.len() < COMPARED_ONE_BY_ONE {
            self.few.push(name);
        } else {
            self.many.insert(name);
        }
        true
    }
}

impl<'a> Scanner<'a> {
    fn fault<T>(&self, code: &str, detail: impl Into<String>) -> Result<T, Invalid> {
        let pointer: String = self
            .path
            .iter()
            .map(|step| match step {
                Step::Member(name) => segment(name),
                Step::Element(index) => format!("/{index}"),
            })
            .collect();
        Err(Invalid::new(code, pointer, detail))
    }

    fn peek(&mut self) -> Option<u8> {
        while self
            .bytes
            .get(self.at)
            .is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
        {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, expected: u8) -> bool {
        let found = self.peek() == Some(expected);
        self.at += usize::from(found);
        found
    }

    /// True while the syntax holds.
    fn value(&mut self) -> Result<bool, Invalid> {
        match self.peek() {
            Some(b'{') => self.members(),
            Some(b'[') => self.elements(),
            Some(b'"') => Ok(self.string()?.is_some()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => Ok(self.word("true")),
            Some(b'f') => Ok(self.word("false")),
            Some(b'n') => Ok(self.word("null")),
            _ => Ok(false),
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.bytes[self.at..].starts_with(word.as_bytes());
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn deeper(&mut self) -> Result<(), Invalid> {
        self.at += 1;
        if self.path.len() >= DEPTH_MAX {
            return self.fault("too_deep", format!("deeper than {DEPTH_MAX} levels"));
        }
        Ok(())
    }

    fn members(&mut self) -> Result<bool, Invalid> {
        self.deeper()?;
        let mut seen = Names::default();
        if self.take(b'}') {
            return Ok(true);
        }
        loop {
            if self.peek() != Some(b'"') {
                return Ok(false);
            }
            let Some(quoted) = self.string()? else {
                return Ok(false);
            };
            let Some(name) = unquoted(quoted) else {
                return Ok(false);
            };
            self.path.push(Step::Member(name.clone()));
            if !seen.insert(name) {
                return self.fault("duplicate_key", "this member stands twice");
            }
            if !self.take(b':') || !self.value()? {
                return Ok(false);
            }
            self.path.pop();
            if self.take(b'}') {
                return Ok(true);
            }
            if !self.take(b',') {
                return Ok(false);
            }
        }
    }

    fn elements(&mut self) -> Result<bool, Invalid> {
        self.deeper()?;
        if self.take(b']') {
            return Ok(true);
        }
        for index in 0_usize.. {
            self.path.push(Step::Element(index));
            if !self.value()? {
                return Ok(false);
            }
            self.path.pop();
            if self.take(b']') {
                return Ok(true);
            }
            if !self.take(b',') {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// The string with its quotes, or none where it doesn't end.
    fn string(&mut self) -> Result<Option<&'a str>, Invalid> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.bytes.get(self.at) {
                None => return Ok(None),
                Some(b'"') => break,
                Some(b'\\') => {
                    if self.bytes.get(self.at + 1) == Some(&b'u') {
                        self.escape()?;
                    }
                    self.at += 2;
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(self.text.get(start..self.at))
    }

    fn escape(&mut self) -> Result<(), Invalid> {
        match self.unit(self.at) {
            Some(0) => self.fault("invalid_text", "U+0000 isn't taken"),
            Some(0xD800..=0xDBFF) => match self.unit(self.at + 6) {
                Some(0xDC00..=0xDFFF) => {
                    self.at += 6;
                    Ok(())
                }
                _ => self.fault("invalid_text", "half of a surrogate pair"),
            },
            Some(0xDC00..=0xDFFF) => self.fault("invalid_text", "half of a surrogate pair"),
            _ => Ok(()),
        }
    }

    /// The code unit of a `\uXXXX` that starts here.
    fn unit(&self, at: usize) -> Option<u16> {
        let text = std::str::from_utf8(self.bytes.get(at..at + 6)?).ok()?;
        u16::from_str_radix(text.strip_prefix("\\u")?, 16).ok()
    }

    fn number(&mut self) -> Result<bool, Invalid> {
        let start = self.at;
        while self
            .bytes
            .get(self.at)
            .is_some_and(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
        {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        let whole = !text.contains(['.', 'e', 'E']);
        if whole
            && text
                .parse::<i128>()
                .map_or(text.len() > 16, |n| n.abs() > SAFE_INTEGER)
        {
            return self.fault(
                "unsafe_number",
                "an integer beyond ±(2^53−1); send it as a string",
            );
        }
        if !whole && !survives_a_double(text) {
            return self.fault(
                "unsafe_number",
                "this number loses digits in a double; send it as a string",
            );
        }
        Ok(true)
    }
}

/// What a quoted name means; none where it can't be read.
fn unquoted(quoted: &str) -> Option<Cow<'_, str>> {
    if quoted.contains('\\') {
        return serde_json::from_str(quoted).ok().map(Cow::Owned);
    }
    quoted.get(1..quoted.len() - 1).map(Cow::Borrowed)
}

/// Decimals of so many digits survive a double whatever they are (`DBL_DIG` of C), where no exponent takes them to its ends.
const DIGITS_SAFE: usize = 15;

/// Whether the shortest decimal of the nearest double has the text's value.
fn survives_a_double(text: &str) -> bool {
    is_short(text) || is_written_again(text)
}

fn is_short(text: &str) -> bool {
    let is_plain = text.bytes().all(|b| matches!(b, b'-' | b'.' | b'0'..=b'9'));
    is_plain && text.bytes().filter(u8::is_ascii_digit).count() <= DIGITS_SAFE
}

fn is_written_again(text: &str) -> bool {
    let Ok(double) = text.parse::<f64>() else {
        return true;
    };
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    // Zero is zero, whatever its exponent.
    if !mantissa.bytes().any(|b| matches!(b, b'1'..=b'9')) {
        return true;
    }
    double.is_finite() && crate::conflict::normal::same_decimal(text, &format!("{double:e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> (String, String) {
        let invalid = parse(text).unwrap_err();
        (invalid.code, invalid.pointer)
    }

    #[test]
    fn numbers_that_survive_a_double_are_taken() {
        for text in [
            "12.30",
            "1e2",
            "0.1",
            "-0",
            "-0.0",
            "9007199254740991",
            "1E-7",
            "5e-324",
            "123456789.125",
            "0e999",
            "-0.0e-999",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn short_decimals_are_written_again_as_they_were(digits in "[0-9]{1,15}", point in 0_usize..16, negative: bool) {
            let mut text = digits;
            text.insert(point.min(text.len()), '.');
            let text = format!("{}0{text}", if negative { "-" } else { "" });
            let text = text.trim_end_matches('.');
            proptest::prop_assert!(is_written_again(text), "{}", text);
        }
    }

    #[test]
    fn numbers_that_lose_digits_are_named_with_their_place() {
        for text in [
            "9007199254740992",
            "-9007199254740992",
            "0.10000000000000000001",
            "1e400",
            "1e-400",
            "9007199254740993.0",
            "123456789012345678901234567890",
        ] {
            assert_eq!(
                code(&format!("{{\"a\":[1,{text}]}}")),
                ("unsafe_number".into(), "/a/1".into()),
                "{text}"
            );
        }
    }

    #[test]
    fn duplicate_keys_are_found_also_when_written_differently() {
        assert_eq!(
            code(r#"{"x":{"a":1,"\u0061":2}}"#),
            ("duplicate_key".into(), "/x/a".into())
        );
        assert_eq!(
            code(r#"{"a/b":1,"a/b":2}"#),
            ("duplicate_key".into(), "/a~1b".into())
        );
    }

    #[test]
    fn text_that_postgres_or_utf8_cannot_hold_is_refused() {
        assert_eq!(code(r#"["a\u0000b"]"#), ("invalid_text".into(), "/0".into()));
        assert_eq!(code(r#"["\ud83d"]"#), ("invalid_text".into(), "/0".into()));
        assert_eq!(code(r#"["\ude00\ud83d"]"#), ("invalid_text".into(), "/0".into()));
        assert!(parse(r#"["\ud83d\ude00", "\\u0000"]"#).is_ok());
    }

    #[test]
    fn sixty_four_levels_are_taken_and_sixty_five_are_not() {
        assert!(parse(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
        assert_eq!(
            code(&format!("{}{}", "[".repeat(65), "]".repeat(65))).0,
            "too_deep"
        );
        assert_eq!(code(&"[".repeat(100_000)).0, "too_deep");
    }

    #[test]
    fn where_the_syntax_breaks_is_said_in_words() {
        for (text, words) in [
            ("", "there is nothing here; JSON is expected"),
            (
                r#"{"a": [1, 2"#,
                "it ends too early: a bracket or a quotation mark isn't closed",
            ),
            (
                r#"{"a": "b"#,
                "it ends too early: a bracket or a quotation mark isn't closed",
            ),
            (r#"{"a" 1}"#, "not JSON at character 6: a colon is expected"),
            (
                r#"{"a": 1 "b"}"#,
                "not JSON at character 9: a comma or } is expected",
            ),
            ("id,name", "not JSON at character 1: a value is expected"),
            (
                "{\n'a': 1}",
                "not JSON at line 2, character 1: a name in quotation marks is expected",
            ),
            ("{} {}", "not JSON at character 4: there is more after the end"),
            (
                "[nul]",
                "not JSON at character 5: true, false or null is expected",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err().detail, words, "{text}");
        }
    }

    #[test]
    fn broken_syntax_is_malformed() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "01",
            "nul",
            "\"",
            "[1 2]",
            "1 2",
            "{\"a\":1,}",
        ] {
            assert_eq!(code(text).0, "malformed_json", "{text}");
        }
    }
}
