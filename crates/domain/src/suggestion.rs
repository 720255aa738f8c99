//! What the machine would do. Checked like a decision's verdict, never signed, never a label.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::body::CaseBody;
use crate::invalid::{Invalid, read};
use crate::verdict::Verdict;

#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    pub verdict: Verdict,
    /// 0 to 1, as the model says it.
    pub confidence: Option<f64>,
    pub by: Option<ModelVersion>,
    pub rationale: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelVersion {
    pub name: Option<String>,
    pub version: Option<String>,
    pub rule: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    verdict: Value,
    confidence: Option<f64>,
    by: Option<ModelVersion>,
    rationale: Option<String>,
}

/// # Errors
/// `invalid_suggestion` (or `invalid_verdict`) with a pointer into the suggestion.
pub fn read_suggestion(json: &Value, body: &CaseBody) -> Result<Suggestion, Invalid> {
    const CODE: &str = "invalid_suggestion";
    let wire: Wire = read(json, CODE)?;
    if wire.confidence.is_some_and(|c| !(0.0..=1.0).contains(&c)) {
        return Err(Invalid::new(CODE, "/confidence", "0 to 1"));
    }
    let verdict = Verdict::read_suggested(&wire.verdict, body).map_err(|mut e| {
        e.code = CODE.to_owned();
        e.under("/verdict")
    })?;
    Ok(Suggestion {
        verdict,
        confidence: wire.confidence,
        by: wire.by,
        rationale: wire.rationale,
    })
}
