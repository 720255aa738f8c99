//! Splink and datasets read what was exported, where they can be installed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The real readers, where they can be installed.
pub fn read_by_their_trainers(data: &Path, files: &HashMap<&str, PathBuf>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let made = Command::new("bash")
        .arg(root.join("scripts/python.sh"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    let Some(python) = said.lines().last().filter(|_| made.status.success()) else {
        eprintln!(
            "SKIPPED Splink and datasets: they can't be installed: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        return;
    };
    let run = |script: &str, words: &[&str]| {
        let ran = Command::new(python)
            .arg(root.join("tests/python").join(script))
            .args(words)
            .output()
            .unwrap();
        let (out, err) = (
            String::from_utf8_lossy(&ran.stdout).into_owned(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        );
        assert!(ran.status.success(), "{script}: {out}\n{err}");
        serde_json::from_str::<Value>(out.lines().last().unwrap()).unwrap()
    };
    let path = |name: &str| files[name].to_str().unwrap();
    let records = data.join("identity/records.csv");
    let words = [
        "--records",
        records.to_str().unwrap(),
        "--labels",
        path("sites-labels.csv"),
        "--matches",
        path("sites-matches.csv"),
        "--id",
        "record_id",
    ];
    let report = run("check_splink.py", &words);
    assert_eq!(
        (report["rows"].as_u64(), report["counted"].as_u64()),
        (Some(446), Some(446)),
        "{report}"
    );
    let report = run(
        "check_datasets.py",
        &[path("trl-preference.jsonl"), path("trl-kto.jsonl")],
    );
    for file in report["files"].as_array().unwrap() {
        assert!(
            file["rows"].as_u64() > Some(0) && file["rows"] == file["lines"],
            "{report}"
        );
    }
}
