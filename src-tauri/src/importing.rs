//! What an import says in the window: before it, of the file; after it, what came of each row; and why it ended early.
//! Importing itself is the hub's.

use std::path::Path;

use hub::import::{self, ImportError, Report, Watch};
use protocol::WireError;
use protocol::importing::RecordsHeader;
use protocol::ipc::{Imported, RefusedRow};

use crate::wire::wire;

/// Refused rows that are handed to the window; the count is whole.
pub const REFUSED_SHOWN: usize = 100;

/// The columns of a file of records, as an import would find them.
///
/// # Errors
/// What an import of it would be refused with.
pub async fn records_header(records: String) -> Result<RecordsHeader, WireError> {
    let read = move || import::records_header(Path::new(&records));
    // A file on another computer keeps whoever reads it waiting.
    let read = tokio::task::spawn_blocking(read).await;
    let header = read
        .map_err(|_| WireError::new("internal", "The file can't be read"))?
        .map_err(|error| unread(&error, None))?;
    Ok(RecordsHeader {
        columns: header.columns,
        id: header.id,
    })
}

pub fn imported(report: Report) -> Imported {
    let refused = report
        .refused_rows
        .into_iter()
        .take(REFUSED_SHOWN)
        .map(|row| RefusedRow {
            words: row.in_words(),
            file: row.file,
            line: row.line,
            code: row.code,
        })
        .collect();
    Imported {
        created: report.created,
        revised: report.revised,
        unchanged: report.unchanged,
        left_alone: report.decided,
        known_links: report.known_links,
        refused_count: report.refused,
        refused,
        notes: report.notes,
    }
}

/// What an import said last: of one that ends early, what is in.
#[derive(Default)]
pub struct LastSaid(pub Option<String>);

impl Watch for LastSaid {
    fn say(&mut self, sentence: &str) {
        self.0 = Some(domain::text::capitalised(sentence));
    }
}

/// What the hub says of one write that came to nothing; not true of an import, whose batches each stand by themselves.
const NOTHING_CHANGED: &str = "; nothing was changed";

pub fn unread(error: &ImportError, in_before: Option<&str>) -> WireError {
    let ImportError::Hub(inside) = error else {
        return WireError::new(error.code(), domain::text::capitalised(&error.to_string()));
    };
    let mut told = wire(inside);
    if let Some(in_before) = in_before {
        let why = told.message.trim_end_matches('.');
        let why = why.strip_suffix(NOTHING_CHANGED).unwrap_or(why);
        told.message = format!("{why}. {in_before}. Import the same files again for the rest.");
    }
    told
}

#[cfg(test)]
mod tests {
    use hub::HubError;

    use super::*;

    #[tokio::test]
    async fn a_records_file_is_known_by_its_columns_before_it_is_imported() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("records.csv");
        std::fs::write(&file, "\u{feff}name,record_id\nArmour,1\n").unwrap();
        let header = records_header(file.to_string_lossy().into_owned()).await.unwrap();
        assert_eq!(header.columns, ["name", "record_id"]);
        assert_eq!(header.id.as_deref(), Some("record_id"));
        let absent = folder.path().join("absent.csv");
        let refused = records_header(absent.to_string_lossy().into_owned())
            .await
            .unwrap_err();
        assert_eq!(refused.code, "file_unreadable");
        assert!(refused.message.contains("absent.csv"), "{}", refused.message);
    }

    #[test]
    fn an_import_that_ends_early_says_what_is_in_and_never_the_code() {
        let full = || {
            ImportError::Hub(HubError::Unavailable {
                code: "disk_full",
                detail: format!("the hub's disk is full or can't be written{NOTHING_CHANGED}"),
                retry_after_seconds: 60,
            })
        };
        let told = unread(&full(), Some("Before it stopped: 500 created"));
        assert_eq!(
            (told.code.as_str(), told.message.as_str()),
            (
                "disk_full",
                "The hub's disk is full or can't be written. Before it stopped: 500 created. \
                 Import the same files again for the rest."
            )
        );
        let broken = ImportError::Hub(HubError::broken("row 7 of cases: no such column"));
        let told = unread(&broken, Some("Before it stopped: 500 created"));
        assert_eq!(
            told.message,
            "Something went wrong inside the hub on this computer. What was in it is kept. \
             Before it stopped: 500 created. Import the same files again for the rest."
        );
        assert_eq!(
            unread(&full(), None).message,
            "The hub's disk is full or can't be written; nothing was changed"
        );
    }
}
