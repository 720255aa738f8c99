//! A writer that counts and hashes what passes.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

pub(super) struct Out<W> {
    inner: W,
    bytes: u64,
    digest: Sha256,
}

impl<W> Out<W> {
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            bytes: 0,
            digest: Sha256::new(),
        }
    }

    /// The writer, how many bytes it took, and the hex SHA-256 over them.
    pub fn close(self) -> (W, u64, String) {
        let sha256 = hex::encode(self.digest.finalize());
        (self.inner, self.bytes, sha256)
    }
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
