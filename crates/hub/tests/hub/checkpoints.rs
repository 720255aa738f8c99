//! Signed checkpoints: what the chain can't show by itself, shown by what was kept elsewhere.

use std::path::Path;

use domain::canonical::canonical;
use domain::policy::Role;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;

use crate::common::binary::{Folder, Ran};
use crate::common::cases::match_case;
use crate::common::{TestHub, problem};
use crate::verifying::tamper;

/// Checks a checkpoint with nothing of the hub's.
fn is_signed(checkpoint: &Value, key: &Value) -> bool {
    let bytes = |value: &Value| hex::decode(value.as_str().unwrap()).unwrap();
    let public: [u8; 32] = bytes(&key["public_key"]).try_into().unwrap();
    let value = Signature::from_slice(&bytes(&checkpoint["value"])).unwrap();
    VerifyingKey::from_bytes(&public)
        .unwrap()
        .verify_strict(&canonical(&checkpoint["payload"]).unwrap(), &value)
        .is_ok()
}

#[tokio::test]
async fn a_checkpoint_is_the_chains_head_signed_by_the_key_the_hub_shows() {
    let hub = TestHub::start().await;
    let (source, admin) = (hub.source().await, hub.admin().await);
    source.send(&match_case("pair")).await;
    let (status, first) = admin.get("/v1/audit/checkpoint").await;
    assert_eq!(status, 200, "{first}");
    let (_, key) = source.get("/v1/audit/key").await;
    assert_eq!(first["key_id"], key["key_id"]);
    assert!(is_signed(&first, &key));
    let entries = admin.everything("/v1/audit").await;
    let last = entries.last().unwrap();
    assert_eq!(
        last["header"]["action"], "audit.key_made",
        "the key is in the chain it signs"
    );
    assert_eq!(last["payload"]["public_key"], key["public_key"]);
    assert_eq!(
        (&first["payload"]["position"], &first["payload"]["hash"]),
        (&last["position"], &last["hash"])
    );
    let mut changed = first.clone();
    changed["payload"]["position"] = Value::from(1);
    assert!(!is_signed(&changed, &key));

    source.send(&match_case("another")).await;
    let (_, second) = admin.get("/v1/audit/checkpoint").await;
    assert!(second["payload"]["position"].as_i64() > first["payload"]["position"].as_i64());
    assert_eq!(second["key_id"], first["key_id"], "one key for all of them");
}

#[tokio::test]
async fn checkpoints_are_for_those_who_read_the_audit() {
    let hub = TestHub::start().await;
    for role in [Role::Source, Role::Steward, Role::Approver, Role::Lead] {
        let caller = hub.caller(role.as_str(), &[role]).await;
        assert_eq!(
            problem(&caller.get("/v1/audit/checkpoint").await),
            (403, "not_allowed", "")
        );
    }
}

fn import(folder: &Folder, ids: std::ops::Range<u32>) {
    let lines: String = ids
        .map(|id| format!("{}\n", match_case(&format!("c{id}"))))
        .collect();
    std::fs::write(folder.path().join("cases.jsonl"), lines).unwrap();
    folder.done(&["import", "cases", "cases.jsonl"]);
}

fn position(file: &Path) -> i64 {
    let checkpoint: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    checkpoint["payload"]["position"].as_i64().unwrap()
}

fn broken(ran: &Ran, said: &str) {
    assert_eq!(ran.code, Some(4), "{ran:?}");
    assert!(ran.err.contains(said), "{said}: {ran:?}");
}

#[test]
fn what_was_cut_off_or_written_anew_shows_against_a_checkpoint() {
    let folder = Folder::new();
    import(&folder, 0..2);
    folder.done(&["checkpoint", "-o", "early.json"]);
    import(&folder, 2..4);
    folder.done(&["checkpoint", "-o", "late.json"]);
    import(&folder, 4..6);
    let held = folder.done(&["verify", "--checkpoint", "early.json", "late.json"]);
    assert!(held.out.contains("2 checkpoints hold"), "{held:?}");

    let (early, late) = (
        position(&folder.path().join("early.json")),
        position(&folder.path().join("late.json")),
    );
    tamper(&folder, "delete from audit where position >= 3");
    assert!(early < late);
    folder.done(&["verify"]);
    let cut = folder.run(&["verify", "--checkpoint", "early.json", "late.json"]);
    broken(&cut, "breaks at position 3: it was cut off there; late.json");

    tamper(&folder, "delete from audit");
    for _ in 0..3 {
        folder.token("Eve", &["admin"]);
    }
    import(&folder, 6..20);
    folder.done(&["verify"]);
    broken(
        &folder.run(&["verify", "--checkpoint", "early.json"]),
        "the first bad entry lies at position 1 or after it",
    );
}

#[test]
fn a_checkpoint_that_was_changed_or_is_of_another_hub_proves_nothing() {
    let folder = Folder::new();
    import(&folder, 0..1);
    let line = folder.done(&["checkpoint"]).out;
    assert_eq!(line.lines().count(), 1, "one line, so that a file can hold many");
    let path = folder.path().join("kept.jsonl");
    std::fs::write(&path, format!("{line}{line}")).unwrap();
    assert!(
        folder
            .done(&["verify", "--checkpoint", "kept.jsonl"])
            .out
            .contains("2 checkpoints")
    );
    std::fs::write(&path, line.replace("\"position\":", "\"position\":1")).unwrap();
    broken(
        &folder.run(&["verify", "--checkpoint", "kept.jsonl"]),
        "was changed",
    );
    std::fs::write(&path, "{}").unwrap();
    assert_eq!(
        folder.run(&["verify", "--checkpoint", "kept.jsonl"]).code,
        Some(2)
    );
    assert_eq!(folder.run(&["verify", "--checkpoint", "nowhere"]).code, Some(1));

    let other = Folder::new();
    std::fs::write(other.path().join("kept.jsonl"), line).unwrap();
    broken(
        &other.run(&["verify", "--checkpoint", "kept.jsonl"]),
        "is of another hub",
    );
}
