//! The type of an attribute, guessed from its values. The names are those the domain compares values by.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    Text,
    Number,
    Boolean,
    Date,
    Datetime,
    /// A time of day.
    Time,
}

impl ValueType {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Time => "time",
        }
    }

    /// The one type all the values have; text when they have none in common, or there are none.
    pub fn of<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut common = None;
        for value in values {
            let value_type = Self::of_one(value.trim());
            match common {
                None => common = Some(value_type),
                Some(known) if known == value_type => {}
                Some(_) => return Self::Text,
            }
        }
        common.unwrap_or(Self::Text)
    }

    fn of_one(value: &str) -> Self {
        if is_time(value) {
            Self::Time
        } else if is_shaped(value, "0000-00-00") && NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok() {
            Self::Date
        } else if DateTime::parse_from_rfc3339(value).is_ok() {
            Self::Datetime
        } else if ["true", "false", "yes", "no"]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word))
        {
            Self::Boolean
        } else if is_number(value) {
            Self::Number
        } else {
            Self::Text
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// `shape` has a 0 for every digit; chrono alone would also take `2024-1-5` and blanks.
fn is_shaped(value: &str, shape: &str) -> bool {
    value.len() == shape.len()
        && value
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                other => byte == other,
            })
}

fn is_time(value: &str) -> bool {
    (is_shaped(value, "00:00") && NaiveTime::parse_from_str(value, "%H:%M").is_ok())
        || (is_shaped(value, "00:00:00") && NaiveTime::parse_from_str(value, "%H:%M:%S").is_ok())
}

/// A figure, not a code: `007` and `00123` are codes, whose zeros a comparison as numbers would lose.
fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_what_all_values_have_in_common() {
        assert_eq!(ValueType::of(["21:53", " 08:05 "]), ValueType::Time);
        assert_eq!(ValueType::of(["21:53:10", "08:05"]), ValueType::Time);
        assert_eq!(ValueType::of(["2024-02-29", "1999-01-01"]), ValueType::Date);
        assert_eq!(ValueType::of(["2024-02-29T10:00:00Z"]), ValueType::Datetime);
        assert_eq!(ValueType::of(["1", "-2.50"]), ValueType::Number);
        assert_eq!(ValueType::of(["yes", "FALSE"]), ValueType::Boolean);
        assert_eq!(ValueType::of(["1", "one"]), ValueType::Text);
        assert_eq!(ValueType::of([]), ValueType::Text);
    }

    #[test]
    fn codes_and_impossible_dates_are_text() {
        assert_eq!(ValueType::of(["00123", "4"]), ValueType::Text);
        assert_eq!(ValueType::of(["25:10"]), ValueType::Text);
        assert_eq!(ValueType::of(["2023-02-29"]), ValueType::Text);
        assert_eq!(ValueType::of(["1,5"]), ValueType::Text);
        assert_eq!(ValueType::of(["1e5"]), ValueType::Text);
    }
}
