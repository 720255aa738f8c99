//! The command line as typed, with the real binary.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::binary::Folder;
use crate::common::cases::{match_case, same};
use crate::common::{decision, fate, problem};

#[test]
fn the_token_stands_alone_on_the_last_line() {
    let folder = Folder::new();
    let ran = folder.done(&[
        "token", "create", "--role", "steward", "--role", "approver", "--name", "Ana",
    ]);
    let token = ran.out.lines().last().unwrap();
    assert!(
        token.len() >= 32 && !token.contains(char::is_whitespace),
        "{ran:?}"
    );
    assert!(
        folder.path().join("tiebreak.db").is_file(),
        "the default database is here"
    );
    let bytes: Vec<u8> = std::fs::read_dir(folder.path())
        .unwrap()
        .flat_map(|e| std::fs::read(e.unwrap().path()).unwrap())
        .collect();
    assert!(
        !bytes.windows(token.len()).any(|w| w == token.as_bytes()),
        "only its hash is stored"
    );
}

#[test]
fn usage_is_exit_two_and_failure_one() {
    let folder = Folder::new();
    for words in [
        &["nonsense"][..],
        &[],
        &["token", "create", "--name", "Ana"],
        &["token", "create", "--name", "Ana", "--role", "king"],
        &[
            "import",
            "splink",
            "--records",
            "r.csv",
            "--pairs",
            "p.csv",
            "--id",
            "i",
            "--low",
            "0.2",
            "--high",
            "0.9",
        ],
        &["import", "claims", "c.csv"],
        &["migrate", "--database", "mysql://u:p@db/x"],
        &[
            "token",
            "create",
            "--role",
            "lead",
            "--name",
            "A",
            "--expires",
            "soon",
        ],
        &["export", "labels.docx"],
        &["serve", "--listen", "0.0.0.0:0"],
        &["serve", "--webhook-proxy", "socks5://u:p@proxy:1080"],
    ] {
        let ran = folder.run(words);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(!ran.err.is_empty(), "{ran:?}");
    }
    std::fs::write(folder.path().join("r.csv"), "i,name\n1,A\n2,B\n").unwrap();
    std::fs::write(
        folder.path().join("p.csv"),
        "match_probability,match_weight,i_l,i_r,name_l,name_r\n0.5,0,1,2,A,B\n",
    )
    .unwrap();
    let splink = "import splink --records r.csv --pairs p.csv --id i --queue q";
    for more in [
        "--low 0.9 --high 0.2",
        "--low 0.2 --high 0.9 --map nome=name",
        "--low 0.2 --high 0.9 --map name=nome",
    ] {
        let words: Vec<&str> = splink.split(' ').chain(more.split(' ')).collect();
        let ran = folder.run(&words);
        assert_eq!(ran.code, Some(2), "{ran:?}");
    }
    for words in [
        &["import", "cases", "absent.jsonl"][..],
        &["migrate", "--database", "sqlite:no/such/folder/x.db"],
    ] {
        let ran = folder.run(words);
        assert_eq!(ran.code, Some(1), "{ran:?}");
    }
    assert_eq!(folder.run(&["--help"]).code, Some(0));
    assert_eq!(folder.run(&["--version"]).code, Some(0));
}

#[test]
fn what_is_secret_in_the_environment_is_not_said_again() {
    let folder = Folder::new();
    let environment = [
        ("TIEBREAK_DATABASE", "mysql://u:secret@db/x"),
        ("TIEBREAK_WEBHOOK_PROXY", "ftp://u:secret@proxy"),
    ];
    for words in [&["serve", "--help"][..], &["serve"]] {
        let output = folder.command(words).envs(environment).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!said.is_empty() && !said.contains("secret"), "{words:?}: {said}");
    }
}

#[test]
fn an_open_address_without_a_proxy_is_refused_in_words() {
    let ran = Folder::new().run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("--behind-proxy"), "{ran:?}");
}

#[test]
fn a_flag_comes_before_the_environment_and_that_before_the_file() {
    let folder = Folder::new();
    std::fs::write(
        folder.path().join("tiebreak-hub.toml"),
        "database = 'sqlite:file.db'\n",
    )
    .unwrap();
    folder.done(&["migrate"]);
    assert!(folder.path().join("file.db").is_file());
    let by_environment = folder
        .command(&["migrate"])
        .env("TIEBREAK_DATABASE", "sqlite:environment.db")
        .status()
        .unwrap();
    assert!(by_environment.success() && folder.path().join("environment.db").is_file());
    let by_flag = folder
        .command(&["--database", "sqlite:flag.db", "migrate"])
        .env("TIEBREAK_DATABASE", "sqlite:other.db")
        .status()
        .unwrap();
    assert!(
        by_flag.success()
            && folder.path().join("flag.db").is_file()
            && !folder.path().join("other.db").exists()
    );
    std::fs::write(folder.path().join("tiebreak-hub.toml"), "databse = 'x'\n").unwrap();
    assert_eq!(folder.run(&["migrate"]).code, Some(2), "a misspelt name is said");
}

#[test]
fn a_database_with_a_key_opens_with_that_key_only() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("key"), "ab".repeat(32)).unwrap();
    std::fs::write(folder.path().join("other"), "cd".repeat(32)).unwrap();
    folder.done(&["migrate", "--key-file", "key"]);
    let bytes = std::fs::read(folder.path().join("tiebreak.db")).unwrap();
    assert!(!bytes.starts_with(b"SQLite format 3"), "the file is encrypted");
    folder.done(&["verify", "--key-file", "key"]);
    for words in [&["verify", "--key-file", "other"][..], &["verify"]] {
        let ran = folder.run(words);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.to_lowercase().contains("key"), "said in words: {ran:?}");
    }
    let by_environment = folder
        .command(&["verify"])
        .env("TIEBREAK_KEY_FILE", "key")
        .status()
        .unwrap();
    assert!(by_environment.success());
}

#[tokio::test]
async fn commands_work_beside_a_running_hub() {
    let folder = Folder::new();
    let serving = folder.serve(&["--undo-seconds", "0"]);
    let source = serving.api(&folder.token("matcher", &["source"]));
    let steward = serving.api(&folder.token("Ana", &["steward"]));
    let id = source.send(&match_case("x")).await;
    let case = steward.case(&id).await;
    assert_eq!(
        fate(&steward.post_one("/v1/decisions", &decision(&case, same())).await).0,
        "accepted"
    );
    std::fs::write(
        folder.path().join("more.jsonl"),
        format!("{}\n{}\n", match_case("y"), match_case("z")),
    )
    .unwrap();
    folder.done(&["import", "cases", "more.jsonl"]);
    assert_eq!(steward.everything("/v1/cases").await.len(), 3);
    let labels = folder.done(&["export", "labels.jsonl"]).out;
    assert_eq!(labels.lines().count(), 1, "{labels}");
    let ran = folder.done(&["token", "revoke", &source.token]);
    assert!(ran.err.contains("revoked"), "{ran:?}");
    assert_eq!(
        problem(&source.post("/v1/cases", &match_case("w")).await),
        (401, "token_revoked", "")
    );
    folder.done(&["token", "revoke", "--name", "Ana"]);
    assert_eq!(problem(&steward.get("/v1/me").await).1, "token_revoked");
    assert_eq!(folder.run(&["token", "revoke", "nobody"]).code, Some(1));
    folder.done(&["verify"]);
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_ends_serve_within_five_seconds_long_polls_included() {
    let folder = Folder::new();
    let mut serving = folder.serve(&[]);
    let lead = serving.api(&folder.token("Lea", &["lead"]));
    let end = lead.get("/v1/changes").await.1["next"]
        .as_str()
        .unwrap()
        .to_owned();
    let poll = tokio::spawn(async move { lead.get(&format!("/v1/changes?wait=30&after={end}")).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!poll.is_finished());
    let started = Instant::now();
    serving.terminate();
    let status = tokio::task::spawn_blocking(move || serving.child.wait().unwrap())
        .await
        .unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(status.code(), Some(0));
    assert_eq!(poll.await.unwrap().0, 200, "a long poll is answered, not cut off");
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_ends_serve_within_five_seconds_also_in_the_middle_of_an_import() {
    let folder = Folder::new();
    let mut serving = folder.serve(&[]);
    let source = serving.api(&folder.token("matcher", &["source"]));
    let endless = futures_util::stream::unfold(0_u64, |i| async move {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Some((
            Ok::<_, std::io::Error>(format!("{}\n", match_case(&format!("c{i}")))),
            i + 1,
        ))
    });
    let body = reqwest::Body::wrap_stream(endless);
    let request = source
        .request(reqwest::Method::POST, "/v1/cases")
        .header("content-type", "application/x-ndjson");
    let response = request.body(body).send().await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let started = Instant::now();
    serving.terminate();
    let status = tokio::task::spawn_blocking(move || serving.child.wait().unwrap())
        .await
        .unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(status.code(), Some(0));
    assert!(
        response.text().await.is_err(),
        "an answer that is cut off doesn't look whole"
    );
    folder.done(&["verify"]);
}

#[test]
fn a_port_that_is_taken_is_said_with_its_address() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = folder.run(&["serve", "--listen", &address]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains(&address), "{ran:?}");
}

#[test]
fn an_expiry_is_a_span_or_a_date() {
    let folder = Folder::new();
    for when in ["90d", "12h", "30m", "2099-12-31", "2099-12-31T12:00:00Z"] {
        folder.done(&[
            "token",
            "create",
            "--role",
            "lead",
            "--name",
            "Lea",
            "--expires",
            when,
        ]);
    }
    let past = folder.run(&[
        "token",
        "create",
        "--role",
        "lead",
        "--name",
        "Lea",
        "--expires",
        "2020-01-01",
    ]);
    assert_eq!(past.code, Some(2), "{past:?}");
}

#[test]
fn refused_rows_are_exit_three_with_line_and_reason_and_the_good_ones_are_in() {
    let folder = Folder::new();
    let mut broken = match_case("y");
    broken["body"]["links"][0]["right"] = json!("zz");
    std::fs::write(
        folder.path().join("a.jsonl"),
        format!("{}\n\n{broken}\nnot json\n{}\n", match_case("x"), match_case("z")),
    )
    .unwrap();
    let ran = folder.run(&["import", "cases", "a.jsonl"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    for part in [
        "line 3",
        "/body/links/0/right",
        "line 4",
        "malformed_json",
        "2 created",
        "2 refused",
    ] {
        assert!(ran.err.contains(part), "{part}: {ran:?}");
    }
    assert!(
        !ran.err.contains('\u{1b}') && !ran.out.contains('\u{1b}'),
        "no progress bar in a pipe: {ran:?}"
    );
}

#[test]
fn an_import_again_changes_nothing_and_changed_content_is_the_next_revision() {
    let folder = Folder::new();
    let write = |cases: &[Value]| {
        let text: String = cases.iter().map(|case| format!("{case}\n")).collect();
        std::fs::write(folder.path().join("a.jsonl"), text).unwrap();
    };
    let mut changed = match_case("x");
    changed["title"] = json!("now with a title");
    write(&[match_case("x"), match_case("y")]);
    assert!(
        folder
            .done(&[
                "import", "cases", "a.jsonl", "--queue", "mine", "--source", "file"
            ])
            .err
            .contains("2 created")
    );
    assert!(
        folder
            .done(&[
                "import", "cases", "a.jsonl", "--queue", "mine", "--source", "file"
            ])
            .err
            .contains("2 unchanged")
    );
    write(&[changed.clone(), match_case("y")]);
    let ran = folder.done(&[
        "import", "cases", "a.jsonl", "--queue", "mine", "--source", "file",
    ]);
    assert!(
        ran.err.contains("1 revised") && ran.err.contains("1 unchanged"),
        "{ran:?}"
    );
    let again = folder.done(&[
        "import", "cases", "a.jsonl", "--queue", "mine", "--source", "file",
    ]);
    assert!(again.err.contains("2 unchanged"), "{again:?}");
    changed["title"] = json!("and another");
    write(&[changed]);
    assert!(
        folder
            .done(&[
                "import", "cases", "a.jsonl", "--queue", "mine", "--source", "file"
            ])
            .err
            .contains("1 revised")
    );
}

#[tokio::test]
async fn an_import_leaves_decided_cases_alone_and_counts_them() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("a.jsonl"), format!("{}\n", match_case("x"))).unwrap();
    folder.done(&["import", "cases", "a.jsonl"]);
    {
        let serving = folder.serve(&["--undo-seconds", "0"]);
        let steward = serving.api(&folder.token("Ana", &["steward"]));
        let id = steward.everything("/v1/cases").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let case = steward.case(&id).await;
        assert_eq!(
            fate(&steward.post_one("/v1/decisions", &decision(&case, same())).await).0,
            "accepted"
        );
    }
    let mut changed = match_case("x");
    changed["title"] = json!("changed");
    std::fs::write(folder.path().join("a.jsonl"), format!("{changed}\n")).unwrap();
    let ran = folder.done(&["import", "cases", "a.jsonl"]);
    assert!(ran.err.contains("1 decided"), "{ran:?}");
    let serving = folder.serve(&[]);
    let lead = serving.api(&folder.token("Lea", &["lead"]));
    let case = &lead.everything("/v1/cases").await[0];
    assert_eq!(
        (case["revision"].as_u64(), case["state"].as_str()),
        (Some(1), Some("released"))
    );
}
