//! What stands beside an export: counts, where people differ, what the format can't say, and the hash of the bytes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Format;
use crate::label::Split;

/// Disagreeing pairs named one by one; beyond that they are only counted.
const DISAGREEMENTS_NAMED: usize = 100;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manifest {
    pub format: Format,
    pub filters: Filters,
    /// Live labels read.
    pub labels: u64,
    /// Rows written, without a header.
    pub rows: u64,
    /// Rows by what they say: `1`, `0`, `true`, `edit` …
    pub counts: BTreeMap<String, u64>,
    /// Pairs on which live labels say both the same and not the same; the file has the newest.
    pub disagreements: u64,
    /// The first hundred of them.
    pub disagreeing: Vec<Disagreement>,
    pub not_said: Vec<NotSaid>,
    /// Where a file is of one source, which others there are, with how many labels: asked for with `source` each has its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other_sources: BTreeMap<String, u64>,
    pub bytes: u64,
    /// Hex, of the file's bytes: as `sha256sum` prints it.
    pub sha256: String,
}

/// What the labels were chosen by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Filters {
    pub queue: Option<String>,
    /// Of the cases.
    #[serde(default)]
    pub source: Option<String>,
    pub split: Option<Split>,
    pub since: Option<DateTime<Utc>>,
    /// The ledger's position the file is of: asked for again with it, the file is the same.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub until: Option<i64>,
}

/// Two records, each as `system` (none: null) and `id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Disagreement {
    pub left: (Option<String>, String),
    pub right: (Option<String>, String),
}

/// Something the format has no place for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotSaid {
    pub code: Loss,
    pub text: String,
    /// Rows of the ledger it touched.
    pub rows: u64,
    /// They aren't in the file at all; otherwise they are, without this.
    pub left_out: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Loss {
    Erased,
    Provenance,
    CannotTell,
    Superseded,
    Negative,
    OtherIdColumn,
    OtherSource,
    NoAnswer,
    Marked,
    Approved,
    NoAlternative,
    SameArguments,
    NoContext,
    Evidence,
    Feedback,
    RoleAsUser,
    CallsAsText,
    CallLeftOut,
}

impl Loss {
    const fn text(self) -> &'static str {
        match self {
            Self::Erased => "The content was erased",
            Self::Provenance => {
                "Has no place for who decided, on what basis, against which suggestion and how it was chosen"
            }
            Self::CannotTell => "The person couldn't tell, and the format has no such label",
            Self::Superseded => "A newer label of the same pair stands in its place",
            Self::Negative => "Not the same: only matches are taken",
            Self::OtherIdColumn => "Its id column has another name than most; export its queue by itself",
            Self::OtherSource => {
                "Comes from another source than most, where the same id can be another record; export each source by itself"
            }
            Self::NoAnswer => "No value was given as the answer, so nobody was right or wrong",
            Self::Marked => "Has claims marked stale or less specific, which count neither for nor against",
            Self::Approved => "Approved as proposed: there is nothing it was preferred to",
            Self::NoAlternative => "Rejected: nothing was chosen instead",
            Self::SameArguments => "Edited to the same arguments: there is nothing it was preferred to",
            Self::NoContext => "Neither conversation nor facts nor policy: there is no prompt",
            Self::Evidence => "Quoted evidence has no place in a prompt",
            Self::Feedback => "Has no place for why it was decided so",
            Self::RoleAsUser => "A role the format doesn't know stands as user",
            Self::CallsAsText => "Earlier tool calls stand as text, since the columns were already settled",
            Self::CallLeftOut => {
                "The call can't follow the replies before it, since the columns were already settled"
            }
        }
    }

    const fn leaves_out(self) -> bool {
        !matches!(
            self,
            Self::Provenance
                | Self::Marked
                | Self::Evidence
                | Self::Feedback
                | Self::RoleAsUser
                | Self::CallsAsText
        )
    }
}

/// The manifest in the making.
#[derive(Default)]
pub(super) struct Tally {
    pub labels: u64,
    rows: u64,
    counts: BTreeMap<String, u64>,
    lost: BTreeMap<Loss, u64>,
    disagreements: u64,
    disagreeing: Vec<Disagreement>,
    other_sources: BTreeMap<String, u64>,
}

impl Tally {
    /// A row was written that says so.
    pub fn wrote(&mut self, said: &str) {
        self.rows += 1;
        *self.counts.entry(said.to_owned()).or_default() += 1;
    }

    pub fn lost(&mut self, loss: Loss) {
        self.lost_by(loss, 1);
    }

    pub fn lost_by(&mut self, loss: Loss, labels: u64) {
        if labels > 0 {
            *self.lost.entry(loss).or_default() += labels;
        }
    }

    pub fn of_another_source(&mut self, source: &str) {
        self.lost(Loss::OtherSource);
        *self.other_sources.entry(source.to_owned()).or_default() += 1;
    }

    pub fn disagreed(&mut self, pair: impl FnOnce() -> Disagreement) {
        self.disagreements += 1;
        if self.disagreeing.len() < DISAGREEMENTS_NAMED {
            self.disagreeing.push(pair());
        }
    }

    pub fn manifest(self, format: Format, filters: Filters, bytes: u64, sha256: String) -> Manifest {
        let not_said = self.lost.into_iter().map(|(code, rows)| NotSaid {
            code,
            text: code.text().to_owned(),
            rows,
            left_out: code.leaves_out(),
        });
        Manifest {
            format,
            filters,
            labels: self.labels,
            rows: self.rows,
            counts: self.counts,
            disagreements: self.disagreements,
            disagreeing: self.disagreeing,
            not_said: not_said.collect(),
            other_sources: self.other_sources,
            bytes,
            sha256,
        }
    }
}
