//! How the window looks and behaves on this computer.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Settings {
    pub theme: Theme,
    pub text_size: TextSize,
    pub context_open: bool,
    pub sidebar_open: bool,
    /// For who can't hold a key: press, then P.
    pub hold_alternative: bool,
    /// Tell when something needs you and the window is away.
    pub notifications: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            text_size: TextSize::Normal,
            context_open: true,
            sidebar_open: true,
            hold_alternative: false,
            notifications: true,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// Of everything in the window, in percent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum TextSize {
    #[default]
    #[serde(rename = "100")]
    Normal,
    #[serde(rename = "125")]
    Larger,
    #[serde(rename = "150")]
    Large,
    #[serde(rename = "200")]
    Double,
}
