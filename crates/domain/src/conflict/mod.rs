//! Data conflict: systems disagree about an entity's attributes. Its verdict answers every attribute.

pub mod normal;
pub mod verdict;
pub mod view;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::invalid::{INVALID_CASE, Invalid, read, unique};
pub use verdict::{Answer, ConflictVerdict, Mark};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConflictBody {
    pub entity: Entity,
    pub attributes: Vec<ConflictAttribute>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entity {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub id: Option<String>,
    pub label: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConflictAttribute {
    pub name: String,
    pub label: Option<String>,
    #[serde(rename = "type")]
    pub value_type: String,
    pub claims: Vec<Claim>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Claim {
    pub id: String,
    pub system: String,
    /// May be null: the system says that there is none.
    #[serde(default)]
    pub value: Value,
    /// As the system wrote it.
    pub raw: Option<String>,
    pub updated_at: Option<DateTime<Utc>>,
    pub url: Option<String>,
}

impl ConflictBody {
    /// # Errors
    /// `invalid_case` with a pointer into the body.
    pub fn read(json: &Value) -> Result<Self, Invalid> {
        let body: Self = read(json, INVALID_CASE)?;
        if body.attributes.is_empty() {
            return Err(Invalid::new(
                INVALID_CASE,
                "/attributes",
                "at least one attribute",
            ));
        }
        unique(
            body.attributes.iter().map(|a| a.name.as_str()),
            "/attributes",
            "/name",
        )?;
        for (index, attribute) in body.attributes.iter().enumerate() {
            let list = format!("/attributes/{index}/claims");
            if attribute.claims.is_empty() {
                return Err(Invalid::new(INVALID_CASE, list, "at least one claim"));
            }
            unique(attribute.claims.iter().map(|c| c.id.as_str()), &list, "/id")?;
            for position in 0..attribute.claims.len() {
                let claim = json.pointer(&format!("{list}/{position}"));
                if claim.is_some_and(|c| c.get("value").is_none()) {
                    return Err(Invalid::new(
                        INVALID_CASE,
                        format!("{list}/{position}/value"),
                        "missing; null says that there is none",
                    ));
                }
            }
        }
        Ok(body)
    }

    pub fn attribute(&self, name: &str) -> Option<&ConflictAttribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

impl ConflictAttribute {
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }
}

#[cfg(test)]
mod tests;
