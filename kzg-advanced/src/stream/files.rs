//! The sources of the stream processor: readers, files and bytes.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::mapped::MappedBlobs;
use super::processor::StreamProcessor;
use super::reader::{BlobReader, Form};
use crate::codec::SimpleCoder;
use crate::error::{KzgAdvancedError, KzgAdvancedResult};

impl StreamProcessor {
    /// A source: the consecutive blobs of a reader, 131072 bytes each. An incomplete last blob is an
    /// error.
    pub fn blobs_from_reader<R: Read>(&self, reader: R) -> BlobReader<R> {
        let name = "reader".to_owned();
        BlobReader::new(name, reader, Form::Blobs, self.pool.clone())
    }

    /// As [`blobs_from_reader`](Self::blobs_from_reader), for a file.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] if it cannot be opened.
    pub fn blobs_from_file(&self, path: impl AsRef<Path>) -> KzgAdvancedResult<BlobReader<File>> {
        let (name, file) = open(path.as_ref())?;
        Ok(BlobReader::new(name, file, Form::Blobs, self.pool.clone()))
    }

    /// A source: the bytes of a reader, encoded into blobs by [`SimpleCoder`].
    pub fn encode_reader<R: Read>(&self, reader: R) -> BlobReader<R> {
        let name = "reader".to_owned();
        let form = Form::encoded_by(&SimpleCoder);
        BlobReader::new(name, reader, form, self.pool.clone())
    }

    /// As [`encode_reader`](Self::encode_reader), for a file.
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::Io`] if it cannot be opened.
    pub fn encode_file(&self, path: impl AsRef<Path>) -> KzgAdvancedResult<BlobReader<File>> {
        let (name, file) = open(path.as_ref())?;
        let form = Form::encoded_by(&SimpleCoder);
        Ok(BlobReader::new(name, file, form, self.pool.clone()))
    }

    /// A source: the consecutive blobs in bytes such as a mapped file, without copying. For bytes
    /// that are shared already, such as an `Arc` of a mapping, use
    /// [`bytes::Bytes::from_owner`](::bytes::Bytes::from_owner).
    ///
    /// # Errors
    ///
    /// [`KzgAdvancedError::DataValidation`] if the last blob is incomplete.
    pub fn blobs_from_bytes<S: AsRef<[u8]>>(&self, bytes: S) -> KzgAdvancedResult<MappedBlobs<S>> {
        MappedBlobs::new(bytes).map_err(|error| KzgAdvancedError::data("bytes", error))
    }
}

/// Opens a file; returns its name for errors too.
pub(super) fn open(path: &Path) -> KzgAdvancedResult<(String, File)> {
    let file = File::open(path).map_err(KzgAdvancedError::reading(path))?;
    Ok((path.display().to_string(), file))
}
