//! `labels.jsonl`: the ledger's live rows unchanged, one JSON object a line. It can say everything.

use std::io::Write;

use super::manifest::Tally;
use super::{ExportError, Rows, write_line};
use crate::label::Label;

pub(super) struct LabelsJsonl;

impl Rows for LabelsJsonl {
    fn push(&mut self, label: &Label, out: &mut dyn Write, tally: &mut Tally) -> Result<(), ExportError> {
        write_line(out, label)?;
        tally.wrote(label.head.kind.as_str());
        Ok(())
    }
}
