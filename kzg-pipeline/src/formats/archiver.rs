//! The objects of base/blob-archiver: the blob sidecars of a block in JSON, compressed or not.

use std::borrow::Cow;

use kzg_traits::Bytes32;

use super::beacon::{push_blob_sidecars, read_blob_sidecars};
use super::gzip::{compressed, decompressed};
use super::json::{Json, Value, push_hex};
use super::sidecars::{Contents, ProofKind};
use super::{Format, FormatError, JsonFormat, Sidecars};

/// An object of blob-archiver. Reading accepts compressed objects too.
///
/// Source: `BlobData` of base/blob-archiver, common/storage/storage.go.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlobArchiver;

/// The same, compressed by gzip when written.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlobArchiverGzip;

impl JsonFormat for BlobArchiver {
    fn identity(&self) -> (&'static str, Contents) {
        ("blob-archiver", Contents::proved(ProofKind::Blobs))
    }

    fn text<'c>(&self, content: &'c [u8]) -> Result<Cow<'c, [u8]>, FormatError> {
        decompressed(content)
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        let header = json.get("header");
        header
            .and_then(|header| header.get("beacon_block_hash"))
            .is_some()
            && json.get("blob_sidecars").is_some()
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        let document = Value::named(json, "");
        let root = document.need("header")?.need("beacon_block_hash")?;
        let data = document.need("blob_sidecars")?.need("data")?;
        let root = Bytes32(root.bytes()?);
        let mut sidecars = read_blob_sidecars(&data)?;
        if let Some(block) = &mut sidecars.block {
            block.root = Some(root);
        }
        Ok(sidecars)
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        let block = sidecars.block.as_ref();
        let block = block.ok_or(FormatError::Lacks("the header of a block"))?;
        let mut text = String::from("{\"header\":{");
        let root = block.root.unwrap_or_else(|| block.header.root());
        push_hex(&mut text, "beacon_block_hash", &root.0);
        text.push_str("},\"blob_sidecars\":{\"data\":[");
        push_blob_sidecars(&mut text, sidecars)?;
        text.push_str("]}}\n");
        Ok(text)
    }
}

impl Format for BlobArchiverGzip {
    fn name(&self) -> &'static str {
        "blob-archiver-gzip"
    }

    fn holds(&self) -> Contents {
        BlobArchiver.holds()
    }

    /// Always false: [`BlobArchiver`] reads compressed objects too.
    fn recognizes(&self, _: &[u8]) -> bool {
        false
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        BlobArchiver.read(content)
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        compressed(&BlobArchiver.write(sidecars)?)
    }
}
