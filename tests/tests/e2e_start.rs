//! Starting the program: a second time, and where something stands in the way of the store.

use tiebreak_tests::app_window::App;
use tiebreak_tests::programs::program;
use tiebreak_tests::small_cases::{PAIRS, pair};
use tiebreak_tests::webdriver::key;

#[tokio::test]
async fn a_second_start_hands_its_files_to_the_window_that_is_open() {
    let app = App::with_sample().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("more.jsonl"), pair("p1").to_string()).unwrap();
    let file = folder.path().join("more.jsonl");
    let second = app.start_a_second(&["--import", file.to_str().unwrap()]).await;
    assert!(
        second.status.success(),
        "{}",
        String::from_utf8_lossy(&second.stderr)
    );
    app.queue(PAIRS).await;
    app.window.sees("Pair p1").await;
    app.window.close().await;
}

#[tokio::test]
async fn a_folder_without_its_files_is_said_before_anything_is_made_and_also_beside_an_open_window() {
    let folder = tempfile::tempdir().unwrap();
    let (absent, empty, data) = (
        folder.path().join("typo"),
        folder.path().join("empty"),
        folder.path().join("data"),
    );
    std::fs::create_dir(&empty).unwrap();
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stderr).into_owned();
    for (given, words) in [
        (&absent, "typo can't be read"),
        (&empty, "empty needs a records CSV and a predictions file"),
    ] {
        let started = std::process::Command::new(program("tiebreak"))
            .arg("--data")
            .arg(&data)
            .arg("--splink")
            .arg(given)
            .output()
            .unwrap();
        assert_eq!(started.status.code(), Some(2), "{}", said(&started));
        assert!(said(&started).contains(words), "{}", said(&started));
        assert_eq!(
            said(&started).lines().count(),
            1,
            "a sentence: {}",
            said(&started)
        );
        assert!(!data.exists());
    }
    let app = App::with_sample().await;
    let second = app.start_a_second(&["--splink", absent.to_str().unwrap()]).await;
    assert_eq!(second.status.code(), Some(2), "{}", said(&second));
    assert!(said(&second).contains("typo can't be read"));
    app.window.close().await;
}

#[tokio::test]
async fn without_a_keychain_files_wait_for_the_passphrase_and_the_passphrase_opens_the_store_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("more.jsonl");
    std::fs::write(&file, pair("p1").to_string()).unwrap();
    let app = App::without_a_keychain(&["--import", file.to_str().unwrap()]).await;
    app.window.sees("there is no keychain here").await;
    app.window
        .sees("more.jsonl: imported once your cases on this computer are open.")
        .await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("Choose a passphrase, or stop").await;
    app.window.type_text("correct horse").await;
    app.window.press(&[], key::TAB).await;
    app.window.type_text("correct horse").await;
    app.window.press(&[], key::ENTER).await;
    app.past_recovery_key().await;
    app.queue(PAIRS).await;
    app.window.sees("Pair p1").await;

    let app = app.killed_and_opened_again().await;
    app.window.sees("Your cases are locked").await;
    app.window.type_text("correct house").await;
    app.window.press(&[], key::ENTER).await;
    app.window.sees("This isn't the passphrase").await;
    app.window.press(&[key::CONTROL], "a").await;
    app.window.type_text("correct horse").await;
    app.window.press(&[], key::ENTER).await;
    app.queue(PAIRS).await;
    app.window.close().await;
}

#[tokio::test]
async fn rows_of_a_handed_over_file_that_are_refused_are_said_in_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("more.jsonl");
    std::fs::write(&file, format!("{}\n{{}}\n", pair("p1"))).unwrap();
    let app = App::open(&["--import", file.to_str().unwrap()]).await;
    app.window
        .sees("1 row could not be taken; the others are in.")
        .await;
    app.window.sees("more.jsonl, line 2").await;
    assert_eq!(app.axe().await, Vec::<String>::new());
    app.window.press(&[], key::ESCAPE).await;
    app.window.loses("could not be taken").await;

    let second = app
        .start_a_second(&["--import", "/nonexistent/cases.jsonl"])
        .await;
    assert!(second.status.success());
    app.window.sees("Not everything came in").await;
    app.window.sees("cases.jsonl").await;
    app.window.close().await;
}

#[tokio::test]
async fn what_stood_in_the_way_at_the_start_is_looked_at_again_when_asked() {
    let data = tempfile::tempdir().unwrap();
    let places = data.path().join("desk.json");
    std::fs::write(&places, "half a fi").unwrap();
    let app = App::open_in(data, &[]).await;
    app.window.sees("Tiebreak can’t go on").await;
    app.window.click("button", "Try again").await;
    app.window.sees("Tiebreak can’t go on").await;
    std::fs::remove_file(&places).unwrap();
    app.window.click("button", "Try again").await;
    app.window.sees("Where are your cases?").await;
    app.window.close().await;
}

#[tokio::test]
async fn a_recovery_key_that_was_never_offered_is_offered_beside_the_case() {
    let app = App::open(&["--sample"]).await;
    app.case().await;
    assert_eq!(app.axe().await, Vec::<String>::new());
    app.window.click("button", "Show the key").await;
    app.past_recovery_key().await;
    app.case().await;
    app.window.loses("Show the key").await;
    let app = app.killed_and_opened_again().await;
    app.case().await;
    app.window.loses("Show the key").await;
    app.window.close().await;
}
