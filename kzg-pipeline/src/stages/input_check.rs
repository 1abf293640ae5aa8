//! Checks that the blobs of an input hold its bytes.

use kzg_traits::{Blob, Bytes32};
use sha2::{Digest, Sha256};

use crate::manifest::{InputEndRecord, InputRecord};
use kzg_advanced::codec::{BlobCodec, CodecError};

/// Decodes the blobs of an input in order and hashes their bytes.
#[derive(Default)]
pub(crate) struct InputCheck {
    hash: Sha256,
    bytes: u64,
    number: u64,
    path: String,
    /// Whether a blob of the input is missing, so that its hash cannot be computed.
    broken: bool,
    text: Vec<u8>,
}

impl InputCheck {
    /// Begins an input.
    pub(crate) fn begin(&mut self, input: &InputRecord) {
        self.hash = Sha256::new();
        self.bytes = 0;
        self.number = input.input;
        self.path.clone_from(&input.path);
        self.broken = false;
    }

    /// The number and the path of the current input.
    pub(crate) fn open(&self) -> Option<(u64, &str)> {
        (!self.path.is_empty()).then_some((self.number, &*self.path))
    }

    /// Takes the next blob of the input, and returns the number of bytes in the blob.
    pub(crate) fn blob(&mut self, codec: &dyn BlobCodec, blob: &Blob) -> Result<u64, CodecError> {
        self.text.clear();
        if let Err(error) = codec.decode(blob, &mut self.text) {
            self.broken = true;
            return Err(error);
        }
        self.hash.update(&self.text);
        self.bytes += self.text.len() as u64;
        Ok(self.text.len() as u64)
    }

    /// Notes that the next blob of the input is missing.
    pub(crate) fn lost(&mut self) {
        self.broken = true;
    }

    /// Ends the input. Returns the name and the fault of the input if the blobs hold other bytes.
    pub(crate) fn end(&mut self, end: &InputEndRecord) -> Option<(String, String)> {
        let hash = std::mem::take(&mut self.hash);
        if self.broken {
            return None;
        }
        let sha256 = Bytes32(hash.finalize().into());
        ((self.bytes, &sha256) != (end.bytes, &end.sha256)).then(|| {
            (
                format!("input {} ({})", end.input, self.path),
                format!(
                    "its blobs hold {} bytes of SHA-256 {sha256}, its end line says {} bytes of \
                     SHA-256 {}",
                    self.bytes, end.bytes, end.sha256
                ),
            )
        })
    }
}
