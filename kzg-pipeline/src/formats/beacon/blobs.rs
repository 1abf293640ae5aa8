//! The blobs of a block, without commitments.

use super::super::json::{Json, Value, push_list};
use super::super::{Contents, Format, FormatError, Raw, Sidecars};
use crate::formats::JsonFormat;

/// The answer of `/eth/v1/beacon/blobs`: the blobs of a block in JSON.
///
/// Source: apis/beacon/blobs/blobs.yaml of the Beacon API.
#[derive(Clone, Copy, Debug, Default)]
pub struct BeaconBlobs;

/// The same in SSZ, which is the bytes of the blobs one after the other, as [`Raw`].
#[derive(Clone, Copy, Debug, Default)]
pub struct BeaconBlobsSsz;

impl JsonFormat for BeaconBlobs {
    fn identity(&self) -> (&'static str, Contents) {
        ("beacon-blobs", Contents::BLOBS)
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        let Some(data) = json.get("data").and_then(Json::items) else {
            return false;
        };
        data.iter().all(|item| matches!(item, Json::Text(_)))
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        let data = Value::named(json, "").need("data")?;
        let blobs = data.list()?.map(|blob| blob.blob());
        Ok(Sidecars {
            blobs: blobs.collect::<Result<_, _>>()?,
            ..Sidecars::default()
        })
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        let mut text = String::new();
        push_list(&mut text, "{\"data\":[", sidecars.only_blobs()?);
        text.push_str("]}\n");
        Ok(text)
    }
}

impl Format for BeaconBlobsSsz {
    fn name(&self) -> &'static str {
        "beacon-blobs-ssz"
    }

    fn holds(&self) -> Contents {
        Contents::BLOBS
    }

    /// Always false: the content is that of [`Raw`].
    fn recognizes(&self, _: &[u8]) -> bool {
        false
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        Raw.read(content)
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        Raw.write(sidecars)
    }
}
