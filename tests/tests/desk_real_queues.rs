//! The real queues, worked to their end by a desk: every case is shown, decided once and delivered.

use serde_json::{Value, json};
use tiebreak_tests::desk_harness::TestDesk;
use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::programs::shared;

/// As the machine suggests; where it suggests nothing, can't tell.
fn agreeing(case: &Value) -> Value {
    let verdict = &case["suggestion"]["verdict"];
    json!({"verdict": verdict, "cannot_tell": verdict.is_null(), "reasons": [], "comment": null})
}

async fn work_through(desk: &TestDesk, queue: &str, count: usize) -> Vec<u64> {
    let mut took = Vec::new();
    let mut case = desk.cases(queue, 1).await.remove(0);
    loop {
        let draft = agreeing(&case);
        // What breaks its own schema can't be approved as it is; it is turned down instead.
        let decided = match desk.try_decide(&case, draft).await {
            Ok(decided) => decided,
            Err(error) => {
                assert_eq!(error.code, "invalid_arguments", "{error}");
                desk.decide(
                    &case,
                    json!({"verdict": null, "cannot_tell": true, "reasons": [], "comment": null}),
                )
                .await
            }
        };
        took.push(decided["took_us"].as_u64().unwrap());
        if took.len() == count {
            return took;
        }
        case = match decided["work"]["cases"].get(0) {
            Some(next) => next.clone(),
            None => desk.cases(queue, 1).await.remove(0),
        };
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_of_the_real_queues_is_shown_decided_and_delivered() {
    let Some(shared) = shared() else {
        println!("SKIPPED: the shared data isn't here (TIEBREAK_SHARED)");
        return;
    };
    let hub = HubProcess::start(&["--undo-seconds", "0"]);
    let desk = TestDesk::at(&hub, "Sam", &["steward", "approver", "lead"]).await;
    let files = [
        ("conflicts/cases.jsonl", "flights"),
        ("identity/group_cases.jsonl", "groups"),
        ("actions/cases.jsonl", "changes"),
        ("messages/cases.jsonl", "messages"),
    ];
    for (file, queue) in files {
        let path = shared.join("data").join(file);
        let count = std::fs::read_to_string(&path)
            .unwrap()
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count();
        hub.run(&["import", "cases", path.to_str().unwrap(), "--queue", queue]);
        desk.until("the queue", async || {
            desk.call("sync_now", json!({})).await;
            let overview = desk.overview().await;
            overview["queues"]
                .as_array()
                .unwrap()
                .iter()
                .any(|q| q["name"] == queue && q["left"] == count)
                .then_some(())
        })
        .await;
        let mut took = work_through(&desk, queue, count).await;
        took.sort_unstable();
        println!(
            "{queue}: {count} decided, p50 {} µs, p95 {} µs",
            took[count / 2],
            took[count * 95 / 100]
        );
        desk.until_delivered().await;
        desk.until("done", async || {
            let work = desk
                .call("work", json!({"queue": queue, "have": [], "limit": 1}))
                .await;
            (work["idle"]["why"] == "done").then_some(())
        })
        .await;
    }
    let decisions = hub.caller("Lea", &["lead"]).everything("/v1/decisions").await;
    assert_eq!(decisions.len(), 148 + 53 + 125 + 40, "decisions = cases");
    assert!(
        decisions.iter().all(|row| row["agreement"] != "override"),
        "whoever agrees overrides nothing"
    );
}
