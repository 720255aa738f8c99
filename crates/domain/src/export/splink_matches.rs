//! `splink-matches.csv`: for `estimate_m_from_pairwise_labels`, which ignores the score and takes every row for a
//! match. Hence matches only.

use std::io::Write;

use super::manifest::{Loss, Tally};
use super::splink::Pairs;
use super::{ExportError, Rows};
use crate::label::Label;

#[derive(Default)]
pub(super) struct SplinkMatches(Pairs);

impl Rows for SplinkMatches {
    fn push(&mut self, label: &Label, _out: &mut dyn Write, _tally: &mut Tally) -> Result<(), ExportError> {
        self.0.push(label);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, tally: &mut Tally) -> Result<(), ExportError> {
        std::mem::take(&mut self.0).write(out, tally, |label| match label {
            Some(1) => Ok(1),
            Some(_) => Err(Loss::Negative),
            None => Err(Loss::CannotTell),
        })
    }
}
