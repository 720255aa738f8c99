//! When two claimed values are the same value, by the attribute's type. What isn't of its type is compared as text.

use serde_json::Value;

/// A comparable form. Two values with equal forms are one value said twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Normal {
    Null,
    Boolean(bool),
    /// A decimal without leading or trailing zeros, as text: exact, never rounded.
    Number(Decimal),
    /// Seconds since midnight.
    Time {
        seconds: u32,
    },
    /// ISO 8601 date or instant, as it sorts.
    Date(String),
    Text(String),
    /// Lists and objects: their canonical JSON.
    Json(String),
}

/// An exact decimal: sign, digits before the point, digits after it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    whole: String,
    fraction: String,
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let size = |d: &Self| (d.whole.len(), d.whole.clone(), d.fraction.clone());
        match (self.negative, other.negative) {
            (false, true) => std::cmp::Ordering::Greater,
            (true, false) => std::cmp::Ordering::Less,
            (false, false) => size(self).cmp(&size(other)),
            (true, true) => size(other).cmp(&size(self)),
        }
    }
}

/// Normalises one value by the attribute's `type` (`text number money boolean date datetime time`, else as text).
pub fn normal(value_type: &str, value: &Value) -> Normal {
    match value {
        Value::Null => Normal::Null,
        Value::Bool(flag) => Normal::Boolean(*flag),
        Value::Number(number) => match decimal(&number.to_string()) {
            Some(decimal) => Normal::Number(decimal),
            None => Normal::Text(number.to_string()),
        },
        Value::String(text) => of_text(value_type, text),
        other => Normal::Json(crate::canonical::canonical(other).map_or_else(
            |_| other.to_string(),
            |bytes| String::from_utf8_lossy(&bytes).into_owned(),
        )),
    }
}

fn of_text(value_type: &str, text: &str) -> Normal {
    let trimmed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let typed = match value_type {
        "number" | "money" | "integer" => decimal(&trimmed).map(Normal::Number),
        "boolean" => match trimmed.to_lowercase().as_str() {
            "true" | "yes" => Some(Normal::Boolean(true)),
            "false" | "no" => Some(Normal::Boolean(false)),
            _ => None,
        },
        "time" => seconds(&trimmed).map(|seconds| Normal::Time { seconds }),
        "date" => chrono::NaiveDate::parse_from_str(&trimmed, "%Y-%m-%d")
            .ok()
            .map(|d| Normal::Date(d.to_string())),
        "datetime" => chrono::DateTime::parse_from_rfc3339(&trimmed)
            .ok()
            .map(|instant| {
                Normal::Date(
                    instant
                        .to_utc()
                        .to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
                )
            }),
        _ => None,
    };
    typed.unwrap_or(Normal::Text(trimmed))
}

/// `HH:MM` or `HH:MM:SS`, 24 hours, to seconds since midnight.
fn seconds(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| part.parse::<u32>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = match parts.next() {
        Some(part) => part?,
        None => 0,
    };
    (parts.next().is_none() && hours < 24 && minutes < 60 && seconds < 60)
        .then_some(hours * 3600 + minutes * 60 + seconds)
}

/// Seconds since midnight of a whole text on the 12-hour clock: "9:53 p.m.", "12:05 AM". None with anything beside it.
pub fn clock_of_raw(raw: &str) -> Option<u32> {
    let text: String = raw
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '.')
        .collect();
    let (clock, afternoon) = match (text.strip_suffix("pm"), text.strip_suffix("am")) {
        (Some(clock), _) => (clock, true),
        (_, Some(clock)) => (clock, false),
        _ => return seconds(&text),
    };
    let time = seconds(clock).filter(|time| (3600..13 * 3600).contains(time))?;
    Some(time % (12 * 3600) + if afternoon { 12 * 3600 } else { 0 })
}

/// A plain decimal, with an optional exponent, brought to its shortest exact form.
fn decimal(text: &str) -> Option<Decimal> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((m, e)) => (m, e.parse::<i32>().ok().filter(|e| e.abs() <= 400)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty()
        || !(whole.bytes().chain(fraction.bytes())).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let (whole, fraction) = if point <= 0 {
        (
            String::new(),
            format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        )
    } else if point as usize >= digits.len() {
        (
            format!("{digits}{}", "0".repeat(point as usize - digits.len())),
            String::new(),
        )
    } else {
        (
            digits[..point as usize].to_owned(),
            digits[point as usize..].to_owned(),
        )
    };
    let whole = whole.trim_start_matches('0').to_owned();
    let fraction = fraction.trim_end_matches('0').to_owned();
    let negative = negative && !(whole.is_empty() && fraction.is_empty());
    Some(Decimal {
        negative,
        whole,
        fraction,
    })
}

impl Decimal {
    /// Whether it is negative, and the digits before and after the point: exact, for printing.
    pub fn parts(&self) -> (bool, &str, &str) {
        (
            self.negative,
            if self.whole.is_empty() { "0" } else { &self.whole },
            &self.fraction,
        )
    }

    /// The nearest double: for places on an axis, never for money.
    pub fn nearest(&self) -> f64 {
        let (negative, whole, fraction) = self.parts();
        let size: f64 = format!("{whole}.{fraction}0").parse().unwrap_or(0.0);
        if negative { -size } else { size }
    }
}

/// Reads an exact decimal: "120", "-0.50", "1e2".
pub fn read_decimal(text: &str) -> Option<Decimal> {
    decimal(text.trim())
}

/// Whether two decimal texts have one value, exactly.
pub fn same_decimal(left: &str, right: &str) -> bool {
    match (decimal(left), decimal(right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}
