//! Labels out of names, lists in words, values as text. English, sentence case.

use serde_json::Value;

/// The first letter upper-case: sentence case for a detail that was written mid-sentence.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Written in capitals in the middle of a sentence too.
const INITIALISMS: [&str; 24] = [
    "zip", "id", "url", "vat", "iban", "bic", "ssn", "ein", "duns", "api", "sku", "ean", "isbn", "npi", "po",
    "ip", "crm", "erp", "usd", "eur", "gbp", "ui", "uuid", "tin",
];

/// A name as a label: "site_name" → "Site name", "zipCode" → "ZIP code".
pub fn label(name: &str) -> String {
    capitalised(&lower_label(name))
}

/// The same inside a sentence: "site name", "ZIP code".
pub fn lower_label(name: &str) -> String {
    let words: Vec<String> = split_words(name)
        .into_iter()
        .map(|word| {
            let lower = word.to_lowercase();
            match lower.as_str() {
                "dob" => "date of birth".to_owned(),
                "email" => "e-mail".to_owned(),
                known if INITIALISMS.contains(&known) => known.to_uppercase(),
                _ => lower,
            }
        })
        .collect();
    if words.is_empty() {
        name.to_owned()
    } else {
        words.join(" ")
    }
}

/// The words of a name in snake, kebab, dotted or camel case.
pub fn split_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for letter in name.chars() {
        if matches!(letter, '_' | '-' | '.' | ' ' | '/' | ':') {
            words.push(String::new());
            lower_before = false;
            continue;
        }
        if letter.is_uppercase() && lower_before {
            words.push(String::new());
        }
        lower_before = letter.is_lowercase() || letter.is_numeric();
        if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// "a", "a and b", "a, b and c".
pub fn joined<T: AsRef<str>>(parts: &[T]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// "one" to "twelve", then figures.
pub fn number_word(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    WORDS
        .get(n)
        .map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

/// "1 value", "4 values", "4 entries". The plural is the singular with an s; a y after a consonant becomes ie.
pub fn counted(n: usize, singular: &str) -> String {
    if n == 1 {
        return format!("1 {singular}");
    }
    match singular.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{n} {stem}ies"),
        _ => format!("{n} {singular}s"),
    }
}

/// Any JSON value as text on the screen: whole, nothing rounded. Null is empty.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) if !items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().map(value_text).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
