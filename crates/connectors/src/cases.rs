//! JSONL of cases in the hub's own form: lines with their numbers, nothing more.
//!
//! Lines aren't parsed here: what JSON is taken, and what a case is, is the domain's.

use std::io::BufRead;

use crate::row_error::{InputFile, RowError, RowErrorCode};

/// The most bytes one case may have.
pub const LINE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// One line that isn't empty, without its line break; the first line of the file is 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub line: u64,
    pub text: String,
}

/// Iterates over the lines; a bad one is reported and the rest is read.
pub struct Lines<R> {
    reader: R,
    line: u64,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            line: 0,
            ended: false,
        }
    }

    /// Reads to the next line break into `bytes`, at most [`LINE_BYTES_MAX`] of it; gives the line's whole
    /// length, or `None` at the end of the file. The rest of a longer line is passed over, never held.
    fn read_line(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<Option<usize>> {
        let mut length = None;
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(length);
            }
            let line_break = buffer.iter().position(|byte| *byte == b'\n');
            let content = line_break.unwrap_or(buffer.len());
            let room = LINE_BYTES_MAX.saturating_sub(bytes.len());
            bytes.extend_from_slice(&buffer[..content.min(room)]);
            length = Some(length.unwrap_or(0) + content);
            self.reader.consume(line_break.map_or(content, |at| at + 1));
            if line_break.is_some() {
                return Ok(length);
            }
        }
    }

    fn error(&self, code: RowErrorCode, detail: impl std::fmt::Display) -> RowError {
        RowError::new(InputFile::Cases, self.line, code, detail)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let mut bytes = Vec::new();
            self.line += 1;
            let length = match self.read_line(&mut bytes) {
                Ok(Some(length)) => length,
                Ok(None) => return None,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(self.error(RowErrorCode::Unreadable, error)));
                }
            };
            if length > LINE_BYTES_MAX {
                let detail = format!("{length} bytes, at most {LINE_BYTES_MAX} are taken");
                return Some(Err(self.error(RowErrorCode::TooLarge, detail)));
            }
            match String::from_utf8(bytes) {
                Ok(text) => {
                    let text = if self.line == 1 {
                        text.trim_start_matches('\u{feff}')
                    } else {
                        &text
                    };
                    if !text.trim().is_empty() {
                        return Some(Ok(Line {
                            line: self.line,
                            text: text.trim_end_matches('\r').to_owned(),
                        }));
                    }
                }
                Err(error) => {
                    let at = error.utf8_error().valid_up_to() + 1;
                    let detail = format!("no UTF-8 text at byte {at}; save the file as UTF-8");
                    return Some(Err(self.error(RowErrorCode::InvalidText, detail)));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    fn read(bytes: &[u8]) -> Vec<Result<Line, RowError>> {
        // A small buffer, so that lines span several reads.
        Lines::new(BufReader::with_capacity(7, bytes)).collect()
    }

    #[test]
    fn empty_lines_are_skipped_but_counted() {
        let lines = read(b"\xef\xbb\xbf{\"a\":1}\r\n\n   \n{\"b\":\"\xc3\xa4\"}");
        let lines: Vec<_> = lines
            .into_iter()
            .map(Result::unwrap)
            .map(|line| (line.line, line.text))
            .collect();
        assert_eq!(
            lines,
            [(1, "{\"a\":1}".to_owned()), (4, "{\"b\":\"ä\"}".to_owned())]
        );
    }

    #[test]
    fn a_line_over_the_limit_is_too_large_and_the_next_is_read() {
        let mut bytes = vec![b'x'; LINE_BYTES_MAX + 1];
        bytes.extend_from_slice(b"\n{}\n");
        let lines: Vec<_> = Lines::new(Cursor::new(bytes)).collect();
        let error = lines[0].as_ref().unwrap_err();
        assert_eq!((error.line, error.code), (1, RowErrorCode::TooLarge));
        assert_eq!(
            lines[1].as_ref().unwrap(),
            &Line {
                line: 2,
                text: "{}".to_owned()
            }
        );
    }

    #[test]
    fn a_line_of_exactly_the_limit_is_taken() {
        let mut bytes = vec![b'x'; LINE_BYTES_MAX];
        bytes.push(b'\n');
        let lines: Vec<_> = Lines::new(Cursor::new(bytes)).collect();
        assert_eq!(lines[0].as_ref().unwrap().text.len(), LINE_BYTES_MAX);
    }

    #[test]
    fn a_last_line_over_the_limit_is_never_cut_short() {
        let lines: Vec<_> = Lines::new(Cursor::new(vec![b'x'; LINE_BYTES_MAX + 1])).collect();
        assert_eq!(lines[0].as_ref().unwrap_err().code, RowErrorCode::TooLarge);
    }

    #[test]
    fn a_line_that_is_no_utf8_is_reported_with_its_number() {
        let lines = read(b"{}\n\xff\n{}\n");
        let error = lines[1].as_ref().unwrap_err();
        assert_eq!(
            (error.line, error.code, lines.len()),
            (2, RowErrorCode::InvalidText, 3)
        );
    }
}
