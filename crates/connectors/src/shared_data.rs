//! Where the data to try the readers on lies, which isn't part of the repository.

use std::path::PathBuf;

/// A path under `TIEBREAK_SHARED`, else beside the repository. Says so where it is absent; the test then ends.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("TIEBREAK_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let full = root.join(path);
    if full.exists() {
        return Some(full);
    }
    eprintln!(
        "SKIPPED: {} is absent; set TIEBREAK_SHARED to try real data",
        full.display()
    );
    None
}
