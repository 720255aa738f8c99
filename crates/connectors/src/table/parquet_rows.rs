//! Parquet, row group by row group, through the record interface: flat columns as text.
//!
//! Nested columns are left out and named. Floats are written with the fewest digits that give the same
//! float again, so that a CSV of the same figures reads alike; instants as RFC 3339, those at midnight as
//! a day; UUIDs with their hyphens.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, SecondsFormat};
use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::{ReaderIter, TreeBuilder};
use parquet::schema::types::{SchemaDescPtr, SchemaDescriptor, Type};

use super::{Row, Table};
use crate::row_error::{InputFile, OpenError, RowError, RowErrorCode};

pub(super) fn open(file: InputFile, reader: impl ChunkReader + 'static) -> Result<Table, OpenError> {
    let unreadable = |source| OpenError::Parquet { file, source };
    let reader = SerializedFileReader::new(reader).map_err(unreadable)?;
    let root = reader.metadata().file_metadata().schema().clone();
    let (flat, nested): (Vec<_>, Vec<_>) = root
        .get_fields()
        .iter()
        .cloned()
        .partition(|field| is_flat(field));
    let columns = flat.iter().map(|field| field.name().to_owned()).collect();
    let forms = flat.iter().map(|field| Form::of(field)).collect();
    let left_out = nested.iter().map(|field| field.name().to_owned()).collect();
    let projection = Type::group_type_builder(root.name())
        .with_fields(flat)
        .build()
        .map_err(unreadable)?;
    let rows = RowGroups {
        file,
        forms,
        groups: reader.num_row_groups(),
        reader: Box::new(reader),
        schema: Arc::new(SchemaDescriptor::new(Arc::new(projection))),
        next_group: 0,
        current: None,
        row: 0,
    };
    Ok(Table {
        columns,
        left_out,
        rows: Box::new(rows),
    })
}

/// What the record interface can read; it panics on the others (intervals).
fn is_flat(field: &Type) -> bool {
    field.is_primitive()
        && field.get_basic_info().repetition() != Repetition::REPEATED
        && field.get_basic_info().converted_type() != ConvertedType::INTERVAL
}

/// What a column's bytes or integers mean where the record interface doesn't tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Uuid,
    Nanoseconds,
}

impl Form {
    fn of(field: &Type) -> Self {
        match field.get_basic_info().logical_type_ref() {
            Some(LogicalType::Uuid) => Self::Uuid,
            Some(LogicalType::Timestamp(timestamp)) if timestamp.unit == TimeUnit::NANOS => Self::Nanoseconds,
            _ => Self::Plain,
        }
    }
}

struct RowGroups {
    file: InputFile,
    forms: Vec<Form>,
    reader: Box<dyn FileReader + Send>,
    schema: SchemaDescPtr,
    groups: usize,
    next_group: usize,
    current: Option<ReaderIter>,
    row: u64,
}

impl RowGroups {
    fn advance(&mut self) -> Option<Result<parquet::record::Row, ParquetError>> {
        loop {
            if let Some(row) = self.current.as_mut().and_then(Iterator::next) {
                return Some(row);
            }
            if self.next_group >= self.groups {
                return None;
            }
            let group = self.reader.get_row_group(self.next_group);
            self.next_group += 1;
            match group.and_then(|group| TreeBuilder::new().as_iter(self.schema.clone(), &*group)) {
                Ok(rows) => self.current = Some(rows),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Iterator for RowGroups {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.advance()?;
        self.row += 1;
        let line = self.row;
        let error = |code, detail: String| RowError::new(self.file, line, code, detail);
        Some(match row {
            Ok(row) => row
                .into_columns()
                .into_iter()
                .zip(&self.forms)
                .map(|((column, field), form)| {
                    text(field, *form)
                        .map_err(|NotText| error(RowErrorCode::InvalidText, format!("{column} is no text")))
                })
                .collect::<Result<_, _>>()
                .map(|cells| Row { line, cells }),
            Err(source) => {
                // A page that can't be decoded leaves the columns out of step: nothing after it is true.
                let detail = source.to_string();
                let unreadable = error(RowErrorCode::Unreadable, detail);
                self.next_group = self.groups;
                self.current = None;
                Err(unreadable)
            }
        })
    }
}

struct NotText;

fn text(field: Field, form: Form) -> Result<Option<String>, NotText> {
    let text = match field {
        Field::Null => return Ok(None),
        Field::Str(text) => text,
        Field::Bytes(bytes) if form == Form::Uuid => uuid(bytes.data())?,
        Field::Bytes(bytes) => String::from_utf8(bytes.data().to_vec()).map_err(|_| NotText)?,
        // pandas writes a missing figure as NaN.
        Field::Double(value) if value.is_nan() => return Ok(None),
        Field::Float(value) if value.is_nan() => return Ok(None),
        Field::Double(value) => format!("{value:?}"),
        Field::Float(value) => format!("{value:?}"),
        Field::Long(value) if form == Form::Nanoseconds => {
            instant(Some(DateTime::from_timestamp_nanos(value)))?
        }
        Field::TimestampMicros(value) => instant(DateTime::from_timestamp_micros(value))?,
        Field::TimestampMillis(value) => instant(DateTime::from_timestamp_millis(value))?,
        other => other.to_string(),
    };
    match text.as_str() {
        "" => Ok(None),
        text if text.contains('\0') => Err(NotText),
        _ => Ok(Some(text)),
    }
}

fn instant(instant: Option<DateTime<chrono::Utc>>) -> Result<String, NotText> {
    let instant = instant.ok_or(NotText)?;
    // pandas keeps days as instants; its CSV shows them as days.
    Ok(if instant.time() == NaiveTime::MIN {
        instant.date_naive().to_string()
    } else {
        instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    })
}

fn uuid(bytes: &[u8]) -> Result<String, NotText> {
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match hex.as_slice() {
        [a, b, c, d, e, f, g, h, i, j, rest @ ..] if rest.len() == 6 => {
            Ok(format!("{a}{b}{c}{d}-{e}{f}-{g}{h}-{i}{j}-{}", rest.concat()))
        }
        _ => Err(NotText),
    }
}

#[cfg(test)]
mod tests {
    use parquet::data_type::ByteArray;

    use super::*;

    fn read(field: Field, form: Form) -> Option<String> {
        text(field, form).ok().flatten()
    }

    #[test]
    fn floats_read_as_a_csv_would_show_them_and_nan_is_missing() {
        assert_eq!(read(Field::Double(0.1), Form::Plain).unwrap(), "0.1");
        assert_eq!(read(Field::Double(1.0), Form::Plain).unwrap(), "1.0");
        assert_eq!(read(Field::Double(f64::INFINITY), Form::Plain).unwrap(), "inf");
        assert_eq!(read(Field::Double(f64::NAN), Form::Plain), None);
        assert_eq!(read(Field::Long(-7), Form::Plain).unwrap(), "-7");
    }

    #[test]
    fn instants_in_any_unit_are_rfc_3339_and_those_at_midnight_are_days() {
        let seconds = 1_772_355_600_i64;
        let expected = "2026-03-01T09:00:00Z";
        assert_eq!(
            read(Field::TimestampMillis(seconds * 1000), Form::Plain).unwrap(),
            expected
        );
        assert_eq!(
            read(Field::TimestampMicros(seconds * 1_000_000), Form::Plain).unwrap(),
            expected
        );
        assert_eq!(
            read(Field::Long(seconds * 1_000_000_000), Form::Nanoseconds).unwrap(),
            expected
        );
        assert_eq!(
            read(Field::TimestampMillis(1_772_323_200_000), Form::Plain).unwrap(),
            "2026-03-01"
        );
    }

    #[test]
    fn uuids_have_their_hyphens_and_other_bytes_have_to_be_text() {
        let bytes = |bytes: &[u8]| Field::Bytes(ByteArray::from(bytes.to_vec()));
        let uuid: Vec<u8> = (0..16).collect();
        assert_eq!(
            read(bytes(&uuid), Form::Uuid).unwrap(),
            "00010203-0405-0607-0809-0a0b0c0d0e0f"
        );
        assert_eq!(read(bytes("é".as_bytes()), Form::Plain).unwrap(), "é");
        assert!(text(bytes(&[0xff]), Form::Plain).is_err());
        assert!(text(Field::Str("a\0b".to_owned()), Form::Plain).is_err());
    }
}
