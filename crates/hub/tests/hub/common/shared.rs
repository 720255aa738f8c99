//! The real queues with known answers. They aren't part of the repository: tests that need them say so and pass
//! without them.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder of data, or none with a word about what wasn't tested.
pub fn data(test: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("TIEBREAK_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let data = folder.join("data");
    if data.is_dir() {
        return Some(data);
    }
    eprintln!(
        "SKIPPED {test}: {} isn't there (TIEBREAK_SHARED says where it is)",
        data.display()
    );
    None
}

pub fn jsonl(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
