//! What became of an import, and who is told while it runs.

use domain::Invalid;

use crate::links::OTHER_QUEUE;

/// Told while an import runs. Whoever doesn't care passes `&mut ()`.
pub trait Watch: Send {
    /// One more row was read.
    fn step(&mut self) {}
    /// A row that was left out.
    fn refused(&mut self, _row: &Refused) {}
    /// A sentence for a person: what was guessed, what was counted.
    fn say(&mut self, _sentence: &str) {}
}

impl Watch for () {}

/// A row that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub file: String,
    /// From 1.
    pub line: u64,
    pub code: String,
    /// Into the case, where there is a place.
    pub pointer: Option<String>,
    pub detail: String,
}

impl Refused {
    /// For a person who has the file before them: where in the row, and what is expected there.
    pub fn in_words(&self) -> String {
        let pointer = self.pointer.as_deref().unwrap_or_default();
        // The queue that was asked for stands in no row.
        let pointer = if self.code == OTHER_QUEUE { "" } else { pointer };
        let words = Invalid::new(&self.code, pointer, self.detail.as_str()).in_words();
        // A place is a name as the file has it.
        if pointer.is_empty() {
            domain::text::capitalised(&words)
        } else {
            words
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} line {}: {}", self.file, self.line, self.code)?;
        if let Some(pointer) = self.pointer.as_deref().filter(|pointer| !pointer.is_empty()) {
            write!(f, " at {pointer}")?;
        }
        write!(f, ": {}", self.detail)
    }
}

/// How many refused rows a report holds; it counts them all.
pub const REFUSED_KEPT: usize = 1000;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub created: u64,
    pub unchanged: u64,
    pub revised: u64,
    pub refused: u64,
    /// Decided before and left alone.
    pub decided: u64,
    pub known_links: u64,
    pub new_links: u64,
    /// The first thousand.
    pub refused_rows: Vec<Refused>,
    /// What was guessed, in sentences.
    pub notes: Vec<String>,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            created,
            unchanged,
            revised,
            refused,
            decided,
            known_links,
            new_links,
            ..
        } = self;
        write!(
            f,
            "{created} created, {unchanged} unchanged, {revised} revised, {refused} refused"
        )?;
        if *decided > 0 {
            write!(f, ", {decided} decided and left alone")?;
        }
        if *known_links > 0 {
            write!(f, "; {known_links} known links, {new_links} of them new")?;
        }
        Ok(())
    }
}
