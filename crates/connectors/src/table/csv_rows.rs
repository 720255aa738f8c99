//! CSV with a header, RFC 4180, UTF-8 with or without a byte order mark.

use std::io::{self, Read};

use csv::{ByteRecord, ErrorKind, ReaderBuilder};

use super::{Row, Table};
use crate::row_error::{InputFile, OpenError, RowError, RowErrorCode};

pub(super) fn open(file: InputFile, reader: impl Read + Send + 'static) -> Result<Table, OpenError> {
    // Flexible, so that a row of another length is our error with its line and doesn't end the file.
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(reader);
    let columns = header(file, reader.byte_headers())?;
    let width = columns.len();
    let mut ended = false;
    let rows = std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let mut record = ByteRecord::new();
        match reader.read_byte_record(&mut record) {
            Ok(true) => Some(row(file, width, &record)),
            Ok(false) => None,
            Err(error) => {
                ended = true;
                let line = error
                    .position()
                    .map_or_else(|| reader.position().line(), csv::Position::line);
                Some(Err(RowError::new(file, line, RowErrorCode::Unreadable, error)))
            }
        }
    });
    Ok(Table {
        columns,
        left_out: Vec::new(),
        rows: Box::new(rows),
    })
}

fn header(file: InputFile, header: csv::Result<&ByteRecord>) -> Result<Vec<String>, OpenError> {
    let header = header.map_err(|error| OpenError::Read {
        file,
        source: match error.into_kind() {
            ErrorKind::Io(source) => source,
            other => io::Error::other(format!("{other:?}")),
        },
    })?;
    header
        .iter()
        .map(|name| std::str::from_utf8(name).map(str::to_owned))
        .collect::<Result<_, _>>()
        .map_err(|_| OpenError::HeaderNotText { file })
}

fn row(file: InputFile, width: usize, record: &ByteRecord) -> Result<Row, RowError> {
    let line = record.position().map_or(0, csv::Position::line);
    if record.len() != width {
        let detail = format_args!("{} cells where the header has {width}", record.len()).to_string();
        return Err(RowError::new(file, line, RowErrorCode::WrongColumnCount, detail));
    }
    let cells = record
        .iter()
        .map(|cell| match std::str::from_utf8(cell) {
            Ok("") => Ok(None),
            Ok(text) if text.contains('\0') => Err(RowError::new(
                file,
                line,
                RowErrorCode::InvalidText,
                "a cell holds U+0000",
            )),
            Ok(text) => Ok(Some(text.to_owned())),
            Err(error) => Err(RowError::new(file, line, RowErrorCode::InvalidText, error)),
        })
        .collect::<Result<_, _>>()?;
    Ok(Row { line, cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &'static [u8]) -> (Vec<String>, Vec<Result<Row, RowError>>) {
        let table = open(InputFile::Records, bytes).unwrap();
        (table.columns, table.rows.collect())
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_column() {
        let (columns, _) = read(b"\xef\xbb\xbfid,name\n1,a\n");
        assert_eq!(columns, ["id", "name"]);
    }

    #[test]
    fn lines_count_line_breaks_inside_quotes() {
        let (_, rows) = read(b"id,name\n1,\"a\nb\"\n2,c\n");
        let lines: Vec<u64> = rows.iter().map(|row| row.as_ref().unwrap().line).collect();
        assert_eq!(lines, [2, 4]);
        assert_eq!(rows[0].as_ref().unwrap().cell(1), Some("a\nb"));
    }

    #[test]
    fn a_row_of_another_length_or_of_no_utf8_is_reported_and_the_rest_is_read() {
        let (_, rows) = read(b"id,name\n1\n2,\xff\n3,\0\n4, c \n");
        let codes: Vec<_> = rows
            .iter()
            .map(|row| row.as_ref().map_err(|error| (error.line, error.code)))
            .collect();
        assert_eq!(
            *codes[0].as_ref().unwrap_err(),
            (2, RowErrorCode::WrongColumnCount)
        );
        assert_eq!(*codes[1].as_ref().unwrap_err(), (3, RowErrorCode::InvalidText));
        assert_eq!(*codes[2].as_ref().unwrap_err(), (4, RowErrorCode::InvalidText));
        assert_eq!(
            rows[3].as_ref().unwrap().cell(1),
            Some(" c "),
            "nothing is trimmed"
        );
    }

    #[test]
    fn a_reader_that_fails_ends_the_rows_with_one_error() {
        struct Breaks(bool);
        impl Read for Breaks {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if self.0 {
                    return Err(io::Error::other("the disk is gone"));
                }
                self.0 = true;
                buffer[..8].copy_from_slice(b"id\n1\n2\n3");
                Ok(8)
            }
        }
        let rows: Vec<_> = open(InputFile::Pairs, Breaks(false)).unwrap().rows.collect();
        assert_eq!(rows.len(), 3, "two whole rows, then the error, then nothing");
        assert_eq!(rows[2].as_ref().unwrap_err().code, RowErrorCode::Unreadable);
    }
}
