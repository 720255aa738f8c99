//! Pure translation of other systems' files into cases in the hub's own form, and into known links.
//!
//! What it is: readers over bytes (`Read`, for Parquet a file or `Bytes`), deterministic to the byte, which
//! report each bad row and go on. What it is not: it opens no file, knows no network and no store, and
//! doesn't validate cases; that is the domain's, for imported and posted cases alike.

pub mod cases;
pub mod claims;
mod number;
mod row_error;
pub mod splink;
mod table;
mod value_type;

pub use row_error::{ColumnNames, InputFile, OpenError, RowError, RowErrorCode};
pub use table::Pairs;
pub use value_type::ValueType;

#[cfg(test)]
mod shared_data;
