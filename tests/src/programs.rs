//! Where the built programs, the pages' files and the shared data are. Nothing is built here.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lie in the repository")
        .to_owned()
}

/// A program built with the same profile as this one: beside it, or one folder up from a test.
///
/// # Panics
/// When it wasn't built; says how to.
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("this program has a path");
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    own.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} isn't built: cargo build -p tiebreak -p tiebreak-hub"))
}

/// The queues with known answers, where they are to be had: `TIEBREAK_SHARED`, or `shared` beside the repository.
pub fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("TIEBREAK_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    folder.join("data/README.md").is_file().then_some(folder)
}
