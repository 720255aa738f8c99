//! Starting the program: a second time, and where something stands in the way of the store.

use tiebreak_tests::app_window::App;
use tiebreak_tests::small_cases::pair;

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
    app.queue(tiebreak_tests::small_cases::PAIRS).await;
    app.window.sees("Pair p1").await;
    app.window.close().await;
}
