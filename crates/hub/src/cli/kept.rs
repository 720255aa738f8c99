//! Checkpoints that were kept elsewhere, held against the chain as it is walked.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::failure::Failure;
use crate::Hub;
use crate::checkpoints::{self, NoProof};
use crate::store::meta;

/// In the order of their positions.
#[derive(Debug, Default)]
pub struct Kept {
    all: Vec<Mark>,
    /// Of those, how many the chain has come by.
    passed: usize,
}

#[derive(Debug)]
struct Mark {
    position: i64,
    hash: String,
    file: String,
}

impl Kept {
    /// What the files hold, if this hub signed it.
    pub async fn read(hub: &Hub, files: &[PathBuf]) -> Result<Self, Failure> {
        if files.is_empty() {
            return Ok(Self::default());
        }
        let key = checkpoints::key(hub).await?;
        let hub_id = meta::hub_id(&mut *hub.store.reader().await?).await?;
        let mut all = Vec::new();
        for path in files {
            for json in documents(path)? {
                let payload = checkpoints::signed(&json, &key, &hub_id).map_err(|why| fault(path, why))?;
                all.push(Mark {
                    position: payload.position,
                    hash: payload.hash,
                    file: path.display().to_string(),
                });
            }
        }
        all.sort_by_key(|mark| mark.position);
        Ok(Self { all, passed: 0 })
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The chain has come to this position with this hash.
    pub fn pass(&mut self, position: i64, hash: &str) -> Result<(), Failure> {
        while let Some(mark) = self.all.get(self.passed).filter(|mark| mark.position == position) {
            if mark.hash != hash {
                // Until the checkpoint before it, the chain is the one that was signed.
                let held = self
                    .passed
                    .checked_sub(1)
                    .map_or(0, |last| self.all[last].position);
                return Err(Failure::Broken(format!(
                    "the audit chain was rewritten: the entry at position {position} isn't the one of {}; the first bad entry lies at position {} or after it",
                    mark.file,
                    held + 1
                )));
            }
            self.passed += 1;
        }
        Ok(())
    }

    /// The chain has ended at this position.
    pub fn end(&self, position: i64) -> Result<(), Failure> {
        match self.all.get(self.passed) {
            None => Ok(()),
            Some(_) => {
                let last = self.all.last().unwrap_or(&self.all[self.passed]);
                Err(Failure::Broken(format!(
                    "the audit chain breaks at position {}: it was cut off there; {} holds position {}",
                    position + 1,
                    last.file,
                    last.position
                )))
            }
        }
    }
}

fn fault(path: &Path, why: NoProof) -> Failure {
    let said = format!("{} {why}", path.display());
    match why {
        NoProof::Unreadable => Failure::Usage(said),
        NoProof::OtherHub | NoProof::OtherKey | NoProof::Forged => Failure::Broken(said),
    }
}

/// One after the other, as `checkpoint >> FILE` leaves them.
fn documents(path: &Path) -> Result<Vec<Value>, Failure> {
    let text = std::fs::read(path).map_err(|source| Failure::File {
        path: path.to_owned(),
        source,
    })?;
    let found: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(&text).into_iter().collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(fault(path, NoProof::Unreadable)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(marks: &[(i64, &str)]) -> Kept {
        let all = marks.iter().map(|(position, hash)| Mark {
            position: *position,
            hash: (*hash).to_owned(),
            file: "kept.json".to_owned(),
        });
        Kept {
            all: all.collect(),
            passed: 0,
        }
    }

    fn walk(kept: &mut Kept, hashes: &[&str]) -> Result<(), Failure> {
        for (position, hash) in (0..).zip(hashes) {
            kept.pass(position, hash)?;
        }
        kept.end(hashes.len() as i64 - 1)
    }

    #[test]
    fn a_chain_holds_every_checkpoint_it_comes_by() {
        walk(&mut kept(&[(0, "g"), (2, "b"), (2, "b")]), &["g", "a", "b", "c"]).unwrap();
    }

    #[test]
    fn a_cut_off_end_and_a_rewritten_part_are_found_and_placed() {
        let cut = walk(&mut kept(&[(1, "a"), (3, "c")]), &["g", "a", "b"]).unwrap_err();
        assert!(cut.to_string().contains("breaks at position 3"), "{cut}");
        let rewritten = walk(&mut kept(&[(1, "a"), (3, "c")]), &["g", "a", "x", "y"]).unwrap_err();
        assert!(
            rewritten.to_string().contains("lies at position 2 or after"),
            "{rewritten}"
        );
        assert_eq!((cut.exit_code(), rewritten.exit_code()), (4, 4));
    }
}
