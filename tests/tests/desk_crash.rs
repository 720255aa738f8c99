//! A program that is killed loses nothing that a call has answered.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::json;
use tiebreak_tests::desk_harness::{TestDesk, different, send_pairs};
use tiebreak_tests::hub_process::HubProcess;

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_survives_kill_9_with_the_hub_down_and_is_delivered_once() {
    let mut hub = HubProcess::start(&[]);
    let lead = hub.caller("Lea", &["lead"]);
    send_pairs(&hub.caller("matcher", &["source"]), 2).await;
    let desk = TestDesk::at(&hub, "Sam", &["steward"]).await;
    let case = desk.cases("sites", 2).await.remove(0);
    desk.desk.close().await;
    hub.kill();

    let mut child = Command::new(env!("CARGO_BIN_EXE_desk_child"))
        .args([
            "decide".as_ref(),
            desk.folder.path().as_os_str(),
            "sites".as_ref(),
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    // SIGKILL: no destructor, no flush.
    child.kill().unwrap();
    child.wait().unwrap();
    let decided = line
        .trim()
        .strip_prefix("decided ")
        .expect("the child has decided")
        .to_owned();

    let desk = TestDesk::open(desk.folder.clone()).await;
    let waiting = desk.outbox().await;
    assert_eq!(waiting.len(), 1, "the decision is there");
    assert_eq!(waiting[0]["id"], json!(decided));
    hub.start_again();
    desk.call("sync_now", json!({})).await;
    desk.until_delivered().await;
    let whole = lead.case(case["id"].as_str().unwrap()).await;
    let decisions = whole["decisions"].as_array().unwrap();
    assert_eq!(decisions.len(), 1, "delivered once");
    assert_eq!(decisions[0]["id"], json!(decided));
    assert_eq!(decisions[0]["verdict"], different()["verdict"]);
}
