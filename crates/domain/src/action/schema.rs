//! Whether arguments fit their schema. Schemas come from outside: no reference is ever fetched.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use crate::invalid::{Invalid, segment};
use crate::text::{joined, value_text};

pub const INVALID_ARGUMENTS: &str = "invalid_arguments";

/// More faults than this aren't listed; the first is enough to stop.
const FAULTS_MAX: usize = 50;

/// Everything that is wrong with the arguments, each with a pointer into them; empty when they fit or there is no schema.
/// A schema that can't be read itself makes every set of arguments unfit: default is stop.
pub fn faults(schema: Option<&Value>, arguments: &Value) -> Vec<Invalid> {
    let Some(schema) = schema else { return Vec::new() };
    match jsonschema::options().should_validate_formats(true).build(schema) {
        Ok(validator) => validator
            .iter_errors(arguments)
            .take(FAULTS_MAX)
            .map(|error| fault(&error))
            .collect(),
        Err(error) => vec![Invalid::new(
            INVALID_ARGUMENTS,
            "",
            format!("the schema can't be read: {error}"),
        )],
    }
}

/// The detail reads after the field's label: "isn't a valid e-mail address".
fn fault(error: &jsonschema::ValidationError<'_>) -> Invalid {
    let mut pointer = error.instance_path().to_string();
    let detail = match error.kind() {
        ValidationErrorKind::Required { property } => {
            pointer.push_str(&segment(&value_text(property)));
            "is missing".to_owned()
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            if let Some(first) = unexpected.first() {
                pointer.push_str(&segment(first));
            }
            "isn't known to this tool".to_owned()
        }
        ValidationErrorKind::Format { format } => format!("isn't a valid {}", format_name(format)),
        ValidationErrorKind::Pattern { pattern } => format!("doesn't have the expected form {pattern}"),
        ValidationErrorKind::Type { kind } => format!("should be {}", type_name(kind)),
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> = options.as_array().into_iter().flatten().map(value_text).collect();
            format!("isn't one of {}", joined(&options))
        }
        ValidationErrorKind::Constant { expected_value } => {
            format!("should be {}", value_text(expected_value))
        }
        ValidationErrorKind::MinLength { limit: 1 } => "is empty".to_owned(),
        ValidationErrorKind::MinLength { limit } => format!("is too short, at least {limit} characters"),
        ValidationErrorKind::MaxLength { limit } => format!("is too long, at most {limit} characters"),
        ValidationErrorKind::Minimum { limit } => format!("is less than {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("is more than {limit}"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("isn't more than {limit}"),
        ValidationErrorKind::ExclusiveMaximum { limit } => format!("isn't less than {limit}"),
        ValidationErrorKind::MinItems { limit } => format!("has too few entries, at least {limit}"),
        ValidationErrorKind::MaxItems { limit } => format!("has too many entries, at most {limit}"),
        ValidationErrorKind::UniqueItems => "has an entry twice".to_owned(),
        _ => error.to_string(),
    };
    Invalid::new(INVALID_ARGUMENTS, pointer, detail)
}

fn format_name(format: &str) -> &str {
    match format {
        "email" | "idn-email" => "e-mail address",
        "date-time" => "date and time",
        "uri" | "iri" => "web address",
        "uuid" => "UUID",
        other => other,
    }
}

fn type_name(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => {
            let name = one.to_string();
            match name.as_str() {
                "string" => "a text".to_owned(),
                "integer" => "a whole number".to_owned(),
                "object" | "array" => format!("an {name}"),
                "boolean" => "yes or no".to_owned(),
                _ => format!("a {name}"),
            }
        }
        TypeKind::Multiple(several) => {
            let names: Vec<String> = several.iter().map(|one| one.to_string()).collect();
            names.join(" or ")
        }
    }
}
