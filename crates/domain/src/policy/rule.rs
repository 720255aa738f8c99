//! One rule of a policy: when it applies, and how many people must then agree.

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::{APPROVERS_MAX, INVALID_POLICY};
use crate::action::Effect;
use crate::invalid::Invalid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rule {
    pub when: When,
    /// 1 or 2.
    pub approvers: u8,
}

/// All that is given must hold. What is said of calls must hold for one call that would run, as it would run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct When {
    /// One of these, by the registry or by the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effects: Option<Vec<Effect>>,
    /// One of these, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Above>,
    /// Also where the machine doesn't say how sure it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below_confidence: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub irreversible: Option<bool>,
    /// Somebody changed the arguments: then somebody else has to agree to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<bool>,
}

/// More than `value` in this currency. What can't be read is above, so is every currency that no rule names, and so is
/// whatever a tool does that nobody registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Above {
    pub currency: String,
    /// Money is text: "1000.00".
    pub value: String,
}

impl When {
    /// Whether it says anything of calls, and so applies only where one would run.
    pub(super) fn is_of_calls(&self) -> bool {
        self.effects.is_some()
            || self.tools.is_some()
            || self.above.is_some()
            || self.irreversible.is_some()
            || self.edited.is_some()
    }

    /// In a few words, for who reads a simulation: "pay, above 1000 EUR".
    pub fn words(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some(effects) = &self.effects {
            let names: Vec<&str> = effects.iter().map(|effect| effect.as_str()).collect();
            parts.push(names.join(" or "));
        }
        if let Some(tools) = &self.tools {
            parts.push(tools.join(" or "));
        }
        if let Some(above) = &self.above {
            parts.push(format!("above {} {}", above.value, above.currency));
        }
        if let Some(limit) = self.below_confidence {
            parts.push(format!("confidence below {limit}"));
        }
        let yes_no = [
            (self.irreversible, "irreversible", "reversible"),
            (self.edited, "edited", "as proposed"),
        ];
        parts.extend(
            yes_no
                .into_iter()
                .filter_map(|(said, yes, no)| said.map(|said| if said { yes } else { no }.to_owned())),
        );
        parts.join(", ")
    }
}

impl Rule {
    pub(super) fn check(&self) -> Result<(), Invalid> {
        let bad = |pointer: &str, detail: &str| Err(Invalid::new(INVALID_POLICY, pointer, detail));
        let when = &self.when;
        if !(1..=APPROVERS_MAX).contains(&self.approvers) {
            return bad("/approvers", "1 or 2");
        }
        if when == &When::default() {
            return bad(
                "/when",
                "says nothing; what holds for all cases is the policy's own approvers",
            );
        }
        if when.effects.as_ref().is_some_and(Vec::is_empty) {
            return bad("/when/effects", "at least one effect");
        }
        if when
            .tools
            .as_ref()
            .is_some_and(|names| names.is_empty() || names.iter().any(String::is_empty))
        {
            return bad("/when/tools", "at least one tool, by name");
        }
        if when
            .below_confidence
            .is_some_and(|limit| !(0.0..=1.0).contains(&limit))
        {
            return bad("/when/below_confidence", "0 to 1");
        }
        if let Some(above) = &when.above {
            if above.currency.trim().is_empty() {
                return bad("/when/above/currency", "a currency, EUR");
            }
            if Amount::parse(&above.value).is_none() {
                return bad("/when/above/value", "an amount as text, 1000.00");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_rule_says_what_it_is_about() {
        let words = |when: Value| serde_json::from_value::<When>(when).unwrap().words();
        assert_eq!(
            words(
                json!({"effects": ["pay", "send"], "above": {"currency": "EUR", "value": "1000"}, "irreversible": true})
            ),
            "pay or send, above 1000 EUR, irreversible"
        );
        assert_eq!(
            words(json!({"below_confidence": 0.8, "edited": false, "tools": ["refund"]})),
            "refund, confidence below 0.8, as proposed"
        );
    }
}
