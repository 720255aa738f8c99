//! Which of two cases is worked first.

use serde::{Deserialize, Serialize};

/// Within equal due time and priority.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Order {
    #[default]
    Oldest,
    Uncertain,
    Random,
}

impl Order {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oldest => "oldest",
            Self::Uncertain => "uncertain",
            Self::Random => "random",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Oldest, Self::Uncertain, Self::Random]
            .into_iter()
            .find(|order| order.as_str() == name)
    }
}
