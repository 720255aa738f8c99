//! What can be said of a records file before any of it is imported: its columns, and which of them is likely the id.

use std::io::Read;

use crate::row_error::{InputFile, OpenError};
use crate::table::Table;

/// Column names taken for the id, the likeliest first: Splink's own default before what is usual.
const ID_COLUMNS: [&str; 3] = ["unique_id", "record_id", "id"];

/// The header of a records file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Those that have a name, in the order of the file.
    pub columns: Vec<String>,
    /// A guess by name; none where no name is usual for one.
    pub id: Option<String>,
}

impl Header {
    /// Reads no further than the header, but for what is read ahead.
    ///
    /// # Errors
    /// [`OpenError`] as an import of it would have.
    pub fn read(records: impl Read + Send + 'static) -> Result<Self, OpenError> {
        let mut columns = Table::from_csv(InputFile::Records, records)?.columns;
        columns.retain(|column| !column.is_empty());
        let id = ID_COLUMNS
            .iter()
            .find(|name| columns.iter().any(|column| column == *name))
            .map(|name| (*name).to_owned());
        Ok(Self { columns, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &'static str) -> (Vec<String>, Option<String>) {
        let header = Header::read(text.as_bytes()).unwrap();
        (header.columns, header.id)
    }

    #[test]
    fn the_likeliest_id_is_guessed_by_its_name_and_no_other_is() {
        let (columns, id) = of(",name,id,\"unique_id\"\n0,A,1,2\n");
        assert_eq!(columns, ["name", "id", "unique_id"]);
        assert_eq!(id.as_deref(), Some("unique_id"));
        assert_eq!(of("record_id,name\n").1.as_deref(), Some("record_id"));
        assert_eq!(of("name,paid,ID\n").1, None);
    }

    #[test]
    fn what_no_import_takes_is_said_before_it() {
        let error = Header::read(&b"id,name,name\n"[..]).unwrap_err();
        assert_eq!(error.code(), "duplicate_column");
        let error = Header::read(&b"id,\xff\n"[..]).unwrap_err();
        assert_eq!(error.code(), "invalid_text");
    }
}
