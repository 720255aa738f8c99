//! Amounts as people write them, exact to the last digit: decimal text in, decimal text out, no floating point.

use serde_json::Value;

use crate::action::Action;
use crate::conflict::normal::read_decimal;

/// The amount of the call, "€120.00"; none when there is no pointer or nothing there.
pub fn amount_text(action: &Action, arguments: &Value) -> Option<String> {
    let pointers = action.amount.as_ref()?;
    let value = arguments
        .pointer(&pointers.value)
        .filter(|v| v.is_string() || v.is_number())?;
    let currency = pointers.currency.as_deref().and_then(|currency| {
        if currency.starts_with('/') {
            arguments.pointer(currency).and_then(Value::as_str)
        } else {
            Some(currency)
        }
    });
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(money(&text, currency))
}

/// "1234.5" and "USD" as "$1,234.50". What is no decimal is given back as it is; digits are never dropped.
pub fn money(text: &str, currency: Option<&str>) -> String {
    let code = currency.map(str::trim).filter(|code| !code.is_empty());
    let Some(decimal) = read_decimal(text) else {
        return code.map_or_else(|| text.to_owned(), |code| format!("{code} {text}"));
    };
    let (negative, whole, fraction) = decimal.parts();
    let least = match code {
        Some(code) => minor_digits(&code.to_uppercase()),
        None => {
            if fraction.is_empty() {
                0
            } else {
                2
            }
        }
    };
    let mut digits = grouped(whole);
    if fraction.len().max(least) > 0 {
        digits.push_str(&format!(".{fraction:0<least$}"));
    }
    let sign = if negative { "\u{2212}" } else { "" };
    match code {
        None => format!("{sign}{digits}"),
        Some(code) => match symbol(&code.to_uppercase()) {
            Some(symbol) => format!("{sign}{symbol}{digits}"),
            None => format!("{sign}{code} {digits}"),
        },
    }
}

fn grouped(whole: &str) -> String {
    let mut out = String::with_capacity(whole.len() + whole.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Minor digits by ISO 4217.
fn minor_digits(code: &str) -> usize {
    match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Symbols that name one currency only; the others keep their code.
fn symbol(code: &str) -> Option<&'static str> {
    Some(match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        "ILS" => "₪",
        "VND" => "₫",
        "UAH" => "₴",
        "TRY" => "₺",
        "CAD" => "CA$",
        "AUD" => "A$",
        "NZD" => "NZ$",
        "HKD" => "HK$",
        "BRL" => "R$",
        "MXN" => "MX$",
        _ => return None,
    })
}
