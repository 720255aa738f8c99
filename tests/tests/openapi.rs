//! The hub against its own OpenAPI document: schemathesis sends what the document allows, and what it forbids.
//!
//! One check is left out: that whatever fits the schema is taken. The hub refuses what a schema can't say: integers that
//! a double doesn't hold, U+0000, names that aren't there.

use std::process::Command;

use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::postgres::new_database;
use tiebreak_tests::programs::root;

/// Cases for each operation, besides those at the edges of its schema. `TIEBREAK_FUZZ=200` tries more.
const EXAMPLES: &str = "5";

#[test]
fn schemathesis_finds_nothing_in_the_hubs_openapi_document() {
    finds_nothing(&HubProcess::start(&[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_it_where_the_hub_stands_on_postgresql() {
    let Some(database) = new_database().await else {
        return;
    };
    tokio::task::block_in_place(|| finds_nothing(&HubProcess::start_on(&database, &[])));
}

fn finds_nothing(hub: &HubProcess) {
    let made = Command::new("bash")
        .arg(root().join("scripts/python.sh"))
        .output()
        .expect("bash runs");
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    let Some(python) = said.lines().last().filter(|_| made.status.success()) else {
        let why = String::from_utf8_lossy(&made.stderr);
        // A package index that is away isn't the hub's fault; `make test` says at its end what it didn't run.
        eprintln!("SKIPPED schemathesis: it can't be installed: {why}");
        return;
    };
    // What it does is many requests of one token in a row.
    let token = hub.token("Fuzzer", &["admin", "lead", "steward", "approver", "source"]);
    let tried = Command::new(std::path::Path::new(python).with_file_name("st"))
        .current_dir(root().join("target"))
        .arg("--config-file")
        .arg(root().join("tests/python/schemathesis.toml"))
        .args(["run", &format!("{}/v1/openapi.json", hub.base)])
        .args(["-H", &format!("Authorization: Bearer {token}")])
        .args([
            "--exclude-checks",
            "positive_data_acceptance",
            "--warnings",
            "off",
        ])
        .args([
            "--phases",
            "coverage,fuzzing",
            "--continue-on-failure",
            "--request-timeout",
            "60",
        ])
        .args(["--seed", "1", "--generation-database", "none"])
        .arg("--max-examples")
        .arg(std::env::var("TIEBREAK_FUZZ").unwrap_or_else(|_| EXAMPLES.to_owned()))
        .output()
        .expect("schemathesis runs");
    let report = String::from_utf8_lossy(&tried.stdout);
    assert!(
        tried.status.success(),
        "{report}{}",
        String::from_utf8_lossy(&tried.stderr)
    );
    assert!(report.contains("generated"), "something was tried: {report}");
}
