//! What an import guessed or found, to be said to whoever started it.

use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    SystemColumnGuessed {
        column: String,
    },
    SystemColumnAbsent,
    VersionGuessed {
        version: &'static str,
    },
    /// A comparison was taken to be made from this record column.
    Aligned {
        name: String,
        column: String,
    },
    /// Several record columns could be meant; the pairs' own values are shown beside them.
    AlignmentUnclear {
        name: String,
        columns: Vec<String>,
    },
    /// What the pairs file holds and the records don't.
    AttributeFromPairs {
        name: String,
    },
    /// Comparisons without a factor: their levels are shown, weights aren't.
    FactorsAbsent {
        names: Vec<String>,
    },
    WeightAbsent,
    /// match_weight − sum of the evidence, over all pairs read.
    PriorVaries {
        low: f64,
        high: f64,
    },
    /// A column whose values have no form as text.
    ColumnLeftOut {
        column: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SystemColumnGuessed { column } => {
                write!(
                    out,
                    "the column {column} was taken for the records' system (--system says another)"
                )
            }
            Self::SystemColumnAbsent => {
                out.write_str("the records name no system (--system says which column does)")
            }
            Self::VersionGuessed { version } => {
                write!(out, "written by Splink {version}, by the names of its columns")
            }
            Self::Aligned { name, column } => {
                write!(
                    out,
                    "{name} was taken to compare the column {column} (--map {name}=COLUMN says another)"
                )
            }
            Self::AlignmentUnclear { name, columns } => write!(
                out,
                "{name} could compare {}; it is shown as an attribute of its own (--map {name}=COLUMN decides)",
                columns.join(" or ")
            ),
            Self::AttributeFromPairs { name } => {
                write!(
                    out,
                    "{name} is in the pairs and not in the records; it becomes an attribute"
                )
            }
            Self::FactorsAbsent { names } => write!(
                out,
                "no Bayes factor for {}; evidence is shown without weights (Splink's retain_intermediate_calculation_columns adds them)",
                names.join(", ")
            ),
            Self::WeightAbsent => {
                out.write_str("the pairs have no match_weight; evidence is shown without a prior")
            }
            Self::PriorVaries { low, high } => {
                write!(
                    out,
                    "match_weight minus the evidence varies from pair to pair: {low:.2} to {high:.2}"
                )
            }
            Self::ColumnLeftOut { column } => {
                write!(out, "the column {column} holds no plain values and was left out")
            }
        }
    }
}
