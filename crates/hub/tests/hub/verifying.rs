//! `verify` against what was changed behind the hub's back; and a start that is called off.

use std::time::{Duration, Instant};

use sqlx::Connection as _;

use crate::common::binary::Folder;
use crate::common::cases::match_case;

/// Changes the database in the folder by hand.
pub fn tamper(folder: &Folder, sql: &'static str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite:{}", folder.path().join("tiebreak.db").display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        sqlx::query(sql).execute(&pool).await.unwrap();
        pool.close().await;
    });
}

#[test]
fn verify_finds_what_was_changed_behind_the_hubs_back() {
    for (sql, said) in [
        (
            "update audit set header = replace(header, 'case', 'cake') where position = 2",
            "position 2",
        ),
        (
            "update audit set header = 'no JSON' where position = 2",
            "position 2",
        ),
        (
            "update audit set salt = 'no hex' where position = 2",
            "position 2",
        ),
        (
            "update audit set payload = 'no JSON' where position = 2",
            "position 2",
        ),
        ("update audit set hash = null where position = 2", "position 2"),
        ("update audit set salt = null where position = 2", "position 2"),
        (
            "update case_payloads set payload = 'no JSON'",
            "isn't what came in",
        ),
        (
            "update case_payloads set payload = replace(payload, '60608', '60609')",
            "isn't what came in",
        ),
        ("delete from case_payloads", "has no content"),
    ] {
        let folder = Folder::new();
        std::fs::write(folder.path().join("a.jsonl"), format!("{}\n", match_case("x"))).unwrap();
        folder.done(&["import", "cases", "a.jsonl"]);
        folder.done(&["verify"]);
        tamper(&folder, sql);
        let ran = folder.run(&["verify"]);
        assert_eq!(ran.code, Some(4), "{sql}: {ran:?}");
        assert!(ran.err.contains(said), "{sql}: {ran:?}");
    }
}

#[test]
fn verify_says_how_much_is_erased() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("a.jsonl"), format!("{}\n", match_case("x"))).unwrap();
    folder.done(&["import", "cases", "a.jsonl"]);
    let whole = folder.done(&["verify"]).out;
    assert!(
        whole.contains("2 audit entries hold, 0 erased") && whole.contains("1 revisions hold, 0 erased"),
        "{whole}"
    );
    tamper(&folder, "update case_payloads set payload = null");
    tamper(
        &folder,
        "update audit set payload = null, salt = null where position = 2",
    );
    let erased = folder.done(&["verify"]).out;
    assert!(
        erased.contains("2 audit entries hold, 1 erased") && erased.contains("0 revisions hold, 1 erased"),
        "{erased}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_ends_serve_also_while_it_waits_for_the_database() {
    let folder = Folder::new();
    folder.token("Ana", &["steward"]);
    let url = format!("sqlite:{}", folder.path().join("tiebreak.db").display());
    let mut other = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let mut child = folder
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(child.try_wait().unwrap().is_none(), "it waits");
    let told = Instant::now();
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let ended = child.wait().unwrap();
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    assert_eq!(ended.code(), Some(0));
}
