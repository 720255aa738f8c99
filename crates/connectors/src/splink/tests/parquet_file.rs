//! The same pairs as CSV and as Parquet give the same cases.

use std::sync::Arc;

use parquet::basic::{ConvertedType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::*;

const ROWS_PER_GROUP: usize = 2;

/// What Splink has in a column of this name.
fn physical_type(column: &str) -> PhysicalType {
    let is_figure = ["match_weight", "match_probability"].contains(&column)
        || ["bf_", "mw_", "tf_"]
            .iter()
            .any(|prefix| column.starts_with(prefix));
    match column {
        _ if is_figure => PhysicalType::DOUBLE,
        _ if column.starts_with("gamma_") => PhysicalType::INT32,
        _ => PhysicalType::BYTE_ARRAY,
    }
}

fn field(column: &str) -> Arc<Type> {
    let physical_type = physical_type(column);
    let builder = Type::primitive_type_builder(column, physical_type).with_repetition(Repetition::OPTIONAL);
    let builder = if physical_type == PhysicalType::BYTE_ARRAY {
        builder.with_converted_type(ConvertedType::UTF8)
    } else {
        builder
    };
    Arc::new(builder.build().unwrap())
}

/// Writes a CSV's rows in several row groups, empty cells as nulls.
pub(super) fn from_csv(text: &str) -> Pairs {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut fields: Vec<_> = columns.iter().map(|column| field(column)).collect();
    let nested = Type::group_type_builder("nested").with_fields(vec![field("inner")]);
    fields.push(Arc::new(
        nested.with_repetition(Repetition::OPTIONAL).build().unwrap(),
    ));
    let schema = Arc::new(
        Type::group_type_builder("schema")
            .with_fields(fields)
            .build()
            .unwrap(),
    );
    let file = tempfile();
    let mut writer = SerializedFileWriter::new(
        file.try_clone().unwrap(),
        schema,
        Arc::new(WriterProperties::default()),
    )
    .unwrap();
    for rows in rows.chunks(ROWS_PER_GROUP) {
        let mut group = writer.next_row_group().unwrap();
        for index in 0..columns.len() {
            write_column(
                &mut group,
                physical_type(&columns[index]),
                rows.iter().map(|row| &row[index]),
            );
        }
        write_column(&mut group, PhysicalType::BYTE_ARRAY, rows.iter().map(|_| ""));
        group.close().unwrap();
    }
    writer.close().unwrap();
    Pairs::from_file(file).unwrap()
}

fn write_column<'a>(
    group: &mut SerializedRowGroupWriter<'_, std::fs::File>,
    physical_type: PhysicalType,
    cells: impl Iterator<Item = &'a str>,
) {
    let cells: Vec<&str> = cells.collect();
    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(!cell.is_empty())).collect();
    let filled = cells.iter().filter(|cell| !cell.is_empty());
    let mut column = group.next_column().unwrap().unwrap();
    match physical_type {
        PhysicalType::DOUBLE => {
            let values: Vec<f64> = filled.map(|cell| cell.parse().unwrap()).collect();
            column
                .typed::<DoubleType>()
                .write_batch(&values, Some(&levels), None)
                .unwrap();
        }
        PhysicalType::INT32 => {
            let values: Vec<i32> = filled.map(|cell| cell.parse().unwrap()).collect();
            column
                .typed::<Int32Type>()
                .write_batch(&values, Some(&levels), None)
                .unwrap();
        }
        _ => {
            let values: Vec<ByteArray> = filled.map(|cell| ByteArray::from(*cell)).collect();
            column
                .typed::<ByteArrayType>()
                .write_batch(&values, Some(&levels), None)
                .unwrap();
        }
    }
    column.close().unwrap();
}

/// A file without a name; it is gone when it is closed.
fn tempfile() -> std::fs::File {
    ::tempfile::tempfile().unwrap()
}

#[test]
fn parquet_and_csv_give_the_same_items() {
    for (id, records, pairs) in [("shop_id", RECORDS_4, PAIRS_4), ("unique_id", RECORDS_5, PAIRS_5)] {
        let options = SplinkOptions::new(id, 0.0, 0.99);
        let (_, from_text) = import(options.clone(), records, pairs);
        let from_text: Vec<_> = from_text.into_iter().map(|item| item.unwrap().content).collect();
        let from_parquet: Vec<_> = open(options, records, from_csv(pairs))
            .map(|item| item.unwrap().content)
            .collect();
        assert_eq!(from_parquet, from_text);
    }
}

#[test]
fn rows_are_counted_across_row_groups_and_nested_columns_are_said_to_be_left_out() {
    let mut reader = open(options_4(), RECORDS_4, from_csv(PAIRS_4));
    let lines: Vec<u64> = reader.by_ref().map(|item| item.unwrap().line).collect();
    assert_eq!(lines, [1, 2, 3, 4], "the fifth row lies below the band");
    assert!(reader.notes().contains(&Note::ColumnLeftOut {
        column: "nested".to_owned()
    }));
}

#[test]
fn a_file_that_only_begins_as_parquet_is_refused() {
    use std::io::{Seek, Write};
    let mut file = tempfile();
    file.write_all(b"PAR1 and then nothing of the kind").unwrap();
    file.rewind().unwrap();
    assert_eq!(Pairs::from_file(file).err().unwrap().code(), "unreadable");
}
