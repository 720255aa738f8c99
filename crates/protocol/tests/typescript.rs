//! The window's types are written from these structs and committed; stale ones fail here.
//! `UPDATE_TYPES=1 cargo test -p tiebreak-protocol --features ts` writes them anew.
#![cfg(feature = "ts")]

use std::path::Path;

use tiebreak_protocol::ipc::{CHANGES, IpcCalls, Topic};
use ts_rs::{Config, TS};

fn generated() -> String {
    let folder = tempfile_folder();
    let config = Config::new().with_large_int("number").with_out_dir(&folder);
    IpcCalls::export_all(&config).expect("types are written");
    Topic::export_all(&config).expect("types are written");
    tiebreak_protocol::WireError::export_all(&config).expect("types are written");
    let mut files: Vec<_> = walk(&folder);
    files.sort();
    let mut out = String::from(
        "// Written from crates/protocol and crates/domain. Do not edit: see CONTRIBUTING.md, \"Types for the window\".\n\n",
    );
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file just written");
        for line in text
            .lines()
            .filter(|line| !line.starts_with("import ") && !line.starts_with("// This file was generated"))
        {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out.push_str("\nexport const changes: Record<keyof IpcCalls, Topic[]> = {\n");
    for (name, topics) in CHANGES {
        let topics = serde_json::to_string(topics).expect("topics are words");
        out.push_str(&format!("  {name}: {topics},\n"));
    }
    out.push_str("};\n");
    std::fs::remove_dir_all(&folder).ok();
    out
}

fn tempfile_folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("tiebreak-types-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the types");
    folder
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder)
        .expect("a folder of types")
        .flat_map(|entry| {
            let path = entry.expect("an entry").path();
            if path.is_dir() { walk(&path) } else { vec![path] }
        })
        .collect()
}

#[test]
fn the_types_the_window_uses_are_those_of_the_protocol() {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/ipc/types.gen.ts");
    let fresh = generated();
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("the folder of the types");
        std::fs::write(&target, &fresh).expect("the types are written");
    }
    let committed = std::fs::read_to_string(&target).unwrap_or_default();
    assert!(
        committed == fresh,
        "ui/src/ipc/types.gen.ts is stale: UPDATE_TYPES=1 cargo test -p tiebreak-protocol --features ts"
    );
}
