//! Which cases the pictures show: the real queues beside the repository where they are there, else the sample's.

use std::path::PathBuf;

use tiebreak_tests::hub_process::HubProcess;
use tiebreak_tests::programs::{root, shared};

/// A queue of each sort, and the files they come from.
pub struct Data {
    pub pairs: String,
    pub conflicts: String,
    pub actions: String,
    pub messages: String,
    files: Vec<PathBuf>,
    /// The folder of Splink's output, for the pairs.
    splink: Option<PathBuf>,
}

impl Data {
    pub fn found() -> Self {
        match shared() {
            Some(folder) => Self::real(folder.join("data")),
            None => Self::sample(),
        }
    }

    fn real(folder: PathBuf) -> Self {
        let files = [
            "identity/group_cases.jsonl",
            "conflicts/cases.jsonl",
            "actions/cases.jsonl",
            "messages/cases.jsonl",
        ];
        Self {
            pairs: "sites".to_owned(),
            conflicts: "flight-times".to_owned(),
            actions: "booking-changes".to_owned(),
            messages: "customer-messages".to_owned(),
            files: files.map(|file| folder.join(file)).to_vec(),
            splink: Some(folder.join("identity")),
        }
    }

    fn sample() -> Self {
        let [pairs, conflicts, actions, messages] = [
            "duplicate-leads",
            "vendor-data",
            "payment-approvals",
            "customer-emails",
        ];
        let file = |queue: &str| root().join(format!("src-tauri/sample/{queue}.jsonl"));
        Self {
            files: [pairs, conflicts, actions, messages].map(file).to_vec(),
            pairs: pairs.to_owned(),
            conflicts: conflicts.to_owned(),
            actions: actions.to_owned(),
            messages: messages.to_owned(),
            splink: None,
        }
    }

    pub fn import(&self, hub: &HubProcess) {
        for file in &self.files {
            hub.run(&["import", "cases", file.to_str().unwrap()]);
        }
        if let Some(folder) = &self.splink {
            let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
            let (records, pairs) = (file("records.csv"), file("splink_predictions.parquet"));
            let words = "--id record_id --low 0.2 --high 0.99 --queue";
            let mut line = vec!["import", "splink", "--records", &records, "--pairs", &pairs];
            line.extend(words.split(' '));
            line.push(&self.pairs);
            hub.run(&line);
        }
    }
}
