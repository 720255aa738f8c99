//! `source-trust.csv`: how often each system was right about each attribute, with count and 95 % interval (Wilson).

use std::io::Write;

use super::manifest::{Loss, Tally};
use super::{ExportError, Rows};
use crate::conflict::verdict::Mark;
use crate::label::{AnswerSort, Label};
use crate::stats::TrustCounts;

#[derive(Default)]
pub(super) struct SourceTrust(TrustCounts);

impl Rows for SourceTrust {
    fn push(&mut self, label: &Label, _out: &mut dyn Write, tally: &mut Tally) -> Result<(), ExportError> {
        let Some(value) = &label.payload.value else {
            return Ok(());
        };
        match value.answer {
            None => tally.lost(Loss::CannotTell),
            Some(AnswerSort::Unknown | AnswerSort::AskOwner)
                if value.claims.iter().all(|c| c.correct.is_none()) =>
            {
                tally.lost(Loss::NoAnswer);
            }
            Some(_) => tally.lost(Loss::Provenance),
        }
        if value
            .claims
            .iter()
            .any(|claim| matches!(claim.mark, Some(Mark::Stale | Mark::LessSpecific)))
        {
            tally.lost(Loss::Marked);
        }
        self.0.count(value);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, tally: &mut Tally) -> Result<(), ExportError> {
        let mut csv = csv::WriterBuilder::new().from_writer(out);
        csv.write_record(["system", "attribute", "right", "n", "rate", "low", "high"])?;
        for item in self.0.items() {
            let (Some(rate), Some(interval)) = (item.rate, item.interval) else {
                continue;
            };
            csv.write_record([
                &item.system,
                &item.attribute,
                &item.right.to_string(),
                &item.n.to_string(),
                &rate.to_string(),
                &interval.low.to_string(),
                &interval.high.to_string(),
            ])?;
            tally.wrote(&item.attribute);
        }
        csv.flush()?;
        Ok(())
    }
}
