//! `splink-labels.csv`: for `accuracy_analysis_from_labels_table` and `prediction_errors_from_labels_table`, which
//! read `clerical_match_score`. A pair that can't be told has no score.

use std::io::Write;

use super::manifest::{Loss, Tally};
use super::splink::Pairs;
use super::{ExportError, Rows};
use crate::label::Label;

#[derive(Default)]
pub(super) struct SplinkLabels(Pairs);

impl Rows for SplinkLabels {
    fn push(&mut self, label: &Label, _out: &mut dyn Write, _tally: &mut Tally) -> Result<(), ExportError> {
        self.0.push(label);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, tally: &mut Tally) -> Result<(), ExportError> {
        std::mem::take(&mut self.0).write(out, tally, |label| label.ok_or(Loss::CannotTell))
    }
}
