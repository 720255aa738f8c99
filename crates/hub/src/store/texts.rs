//! Long texts of many rows in one value: side by side as bytes, each row saying where its own stands.
//!
//! A statement that writes many rows gets them as one JSON array. What is long stands beside it, as it is: as a string in
//! the array it would be escaped here and read again by the database, letter by letter.

#[derive(Debug, Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
}

impl Texts {
    /// Where the text stands, from 1, and how many bytes it has.
    pub(super) fn put(&mut self, text: &str) -> (usize, usize) {
        let begin = self.bytes.len() + 1;
        self.bytes.extend_from_slice(text.as_bytes());
        (begin, text.len())
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
