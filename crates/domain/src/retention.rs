//! How long content is kept once its case is closed, by its sensitivity.
//!
//! What it is not: the erasing, which is the hub's; here is only what is to be erased when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::case::Sensitivity;
use crate::invalid::{Invalid, segment};
use crate::text::counted;

/// A century: who wants to keep longer says nothing.
const DAYS_MAX: u32 = 36_525;

/// Days after which content is erased; none: kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Days {
    pub public: Option<u32>,
    pub internal: Option<u32>,
    pub confidential: Option<u32>,
    pub restricted: Option<u32>,
}

impl Days {
    pub const fn of(&self, sensitivity: Sensitivity) -> Option<u32> {
        match sensitivity {
            Sensitivity::Public => self.public,
            Sensitivity::Internal => self.internal,
            Sensitivity::Confidential => self.confidential,
            Sensitivity::Restricted => self.restricted,
        }
    }
}

/// What a hub erases, counted from when a case was closed. Says nothing: everything is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retention {
    /// For queues that have no days of their own.
    pub hub: Days,
    /// A queue named here takes nothing from the hub's: what it doesn't say is kept.
    pub queues: BTreeMap<String, Days>,
}

impl Retention {
    pub fn days(&self, queue: &str, sensitivity: Sensitivity) -> Option<u32> {
        self.queues.get(queue).unwrap_or(&self.hub).of(sensitivity)
    }

    /// What is erased when, queues by their names as `title` writes them. Nothing said: one sentence that everything is kept.
    pub fn sentences(&self, title: impl Fn(&str) -> String) -> Vec<String> {
        let places = std::iter::once((None, &self.hub))
            .chain(self.queues.iter().map(|(name, days)| (Some(name), days)));
        let mut all = Vec::new();
        for (queue, days) in places {
            let of = match queue {
                None if self.queues.is_empty() => "Content".to_owned(),
                None => "Other content".to_owned(),
                Some(name) => format!("{}: content", title(name)),
            };
            let before = all.len();
            for sensitivity in Sensitivity::ALL {
                if let Some(n) = days.of(sensitivity) {
                    let (of_it, after) = (sensitivity.as_str(), counted(n as usize, "day"));
                    all.push(format!(
                        "{of} that is {of_it} is erased {after} after its case is closed"
                    ));
                }
            }
            if all.len() == before {
                all.push(format!("{of} is kept"));
            }
        }
        all
    }

    /// # Errors
    /// `invalid_retention` with the place of a number of days that is none.
    pub fn check(&self) -> Result<(), Invalid> {
        let queues = self
            .queues
            .iter()
            .map(|(name, days)| (format!("/queues{}", segment(name)), days));
        for (place, days) in std::iter::once(("/hub".to_owned(), &self.hub)).chain(queues) {
            for sensitivity in Sensitivity::ALL {
                if days
                    .of(sensitivity)
                    .is_some_and(|days| !(1..=DAYS_MAX).contains(&days))
                {
                    let pointer = format!("{place}/{}", sensitivity.as_str());
                    let detail = format!("1 to {DAYS_MAX} days, or nothing to keep it");
                    return Err(Invalid::new("invalid_retention", pointer, detail));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: serde_json::Value) -> Retention {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_queue_with_days_of_its_own_takes_nothing_from_the_hubs() {
        let retention =
            read(json!({"hub": {"internal": 400, "restricted": 30}, "queues": {"sites": {"restricted": 7}}}));
        assert_eq!(retention.days("refunds", Sensitivity::Restricted), Some(30));
        assert_eq!(retention.days("refunds", Sensitivity::Public), None, "kept");
        assert_eq!(retention.days("sites", Sensitivity::Restricted), Some(7));
        assert_eq!(retention.days("sites", Sensitivity::Internal), None, "kept");
    }

    #[test]
    fn what_is_erased_when_is_said_in_sentences() {
        let said = |json| read(json).sentences(str::to_uppercase);
        assert_eq!(said(json!({})), ["Content is kept"]);
        assert_eq!(
            said(json!({"hub": {"internal": 400, "restricted": 1}, "queues": {"sites": {}}})),
            [
                "Other content that is internal is erased 400 days after its case is closed",
                "Other content that is restricted is erased 1 day after its case is closed",
                "SITES: content is kept",
            ]
        );
    }

    #[test]
    fn nothing_is_erased_on_the_day_it_is_closed() {
        let fault = |json| read(json).check().unwrap_err().pointer;
        assert_eq!(fault(json!({"hub": {"public": 0}})), "/hub/public");
        assert_eq!(
            fault(json!({"queues": {"a/b": {"restricted": 99_999}}})),
            "/queues/a~1b/restricted"
        );
        assert_eq!(read(json!({"hub": {"public": 1}})).check(), Ok(()));
        assert!(serde_json::from_value::<Retention>(json!({"hub": {"secret": 1}})).is_err());
    }
}
