//! The bundles of the Engine API, in which an execution client returns blobs.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, KzgCommitment, KzgProof};

use super::super::json::{Json, Value, push_list};
use super::super::sidecars::{Contents, ProofKind, check_count};
use super::super::{FormatError, JsonFormat, SidecarProofs, Sidecars};

/// `BlobsBundleV1`: blobs with one proof for each blob.
///
/// Source: src/engine/cancun.md of the Engine API.
#[derive(Clone, Copy, Debug, Default)]
pub struct BundleV1;

/// `BlobsBundleV2`: blobs with 128 cell proofs for each blob. `engine_getPayloadV5` and
/// `engine_getPayloadV6` return it.
///
/// Source: src/engine/osaka.md and src/engine/amsterdam.md of the Engine API.
#[derive(Clone, Copy, Debug, Default)]
pub struct BundleV2;

/// The bundle of a document: the document itself, a payload, or the response to a call.
fn bundle<'j, 'a>(json: &'j Json<'a>) -> Option<&'j Json<'a>> {
    let inner = json.get("result").unwrap_or(json);
    let bundle = inner.get("blobsBundle").unwrap_or(inner);
    let is_bundle = ["commitments", "proofs", "blobs"]
        .iter()
        .all(|key| bundle.get(key).and_then(Json::items).is_some());
    is_bundle.then_some(bundle)
}

/// The numbers of blobs and of proofs; `None` for another document, or a transaction.
fn counts(json: &Json<'_>) -> Option<(usize, usize)> {
    // With versioned hashes the document is a transaction.
    let inner = json.get("result").unwrap_or(json);
    let transaction = inner.get("tx");
    if transaction.is_some_and(|tx| tx.get("blobVersionedHashes").is_some()) {
        return None;
    }
    let bundle = bundle(json)?;
    let len = |key| bundle.get(key).and_then(Json::items).map(<[_]>::len);
    if bundle.get("blobVersionedHashes").is_some() {
        return None;
    }
    len("blobs").zip(len("proofs"))
}

fn read(json: &Json<'_>, proofs_each: usize) -> Result<Sidecars, FormatError> {
    let bundle = bundle(json).ok_or(FormatError::NoPart(
        "lists commitments, proofs and blobs, which a bundle has",
    ))?;
    read_lists(bundle, "proofs", proofs_each)
}

/// Reads the lists `blobs`, `commitments` and `proofs` of an object.
pub(in crate::formats) fn read_lists(
    json: &Json<'_>,
    proofs_key: &str,
    proofs_each: usize,
) -> Result<Sidecars, FormatError> {
    let document = Value::named(json, "");
    let [blobs, commitments, proofs] = [
        document.need("blobs")?,
        document.need("commitments")?,
        document.need(proofs_key)?,
    ];
    check_count("commitments", commitments.len(), blobs.len())?;
    check_count("proofs", proofs.len(), blobs.len() * proofs_each)?;
    let read_blobs = blobs.named_items("blob")?.map(|blob| blob.blob());
    let read_blobs = read_blobs.collect::<Result<_, _>>()?;
    let commitments = commitments.named_items("commitment")?;
    let proofs = proofs.named_items("proof")?;
    let proofs = proofs.map(|proof| Ok(KzgProof(proof.bytes()?)));
    let proofs = proofs.collect::<Result<_, FormatError>>()?;
    Ok(Sidecars {
        blobs: read_blobs,
        commitments: commitments
            .map(|item| Ok(KzgCommitment(item.bytes()?)))
            .collect::<Result<_, FormatError>>()?,
        proofs: match proofs_each {
            1 => SidecarProofs::Blobs(proofs),
            _ => SidecarProofs::Cells(proofs),
        },
        ..Sidecars::default()
    })
}

impl JsonFormat for BundleV1 {
    fn identity(&self) -> (&'static str, Contents) {
        ("bundle-v1", Contents::proved(ProofKind::Blobs))
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        counts(json).is_some_and(|(blobs, proofs)| proofs == blobs)
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        read(json, 1)
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        Ok(write(sidecars, sidecars.blob_proofs()?))
    }
}

impl JsonFormat for BundleV2 {
    fn identity(&self) -> (&'static str, Contents) {
        ("bundle-v2", Contents::proved(ProofKind::Cells))
    }

    fn recognizes_json(&self, json: &Json<'_>) -> bool {
        let each = CELLS_PER_EXT_BLOB;
        counts(json).is_some_and(|(blobs, proofs)| blobs > 0 && proofs == each * blobs)
    }

    fn read_json(&self, json: &Json<'_>) -> Result<Sidecars, FormatError> {
        read(json, CELLS_PER_EXT_BLOB)
    }

    fn write_json(&self, sidecars: &Sidecars) -> Result<String, FormatError> {
        Ok(write(sidecars, sidecars.cell_proofs()?))
    }
}

fn write(sidecars: &Sidecars, proofs: &[KzgProof]) -> String {
    to_json(
        sidecars.commitments.iter(),
        proofs.iter(),
        sidecars.blobs.iter().map(|blob| &**blob),
    )
}

/// The JSON text of a bundle, with a line feed at the end.
pub(crate) fn to_json<'a, 'b>(
    commitments: impl ExactSizeIterator<Item = &'a KzgCommitment>,
    proofs: impl Iterator<Item = &'a KzgProof>,
    blobs: impl Iterator<Item = &'b Blob>,
) -> String {
    let mut text = String::with_capacity(commitments.len() * 3 * Blob::LENGTH);
    let commitments = commitments.map(KzgCommitment::as_slice);
    push_list(&mut text, "{\"commitments\":[", commitments);
    push_list(&mut text, "],\"proofs\":[", proofs.map(KzgProof::as_slice));
    push_list(&mut text, "],\"blobs\":[", blobs.map(Blob::as_slice));
    text.push_str("]}\n");
    text
}

#[cfg(test)]
mod tests {
    use super::super::super::Format;
    use super::*;

    fn sidecars(proofs: SidecarProofs) -> Sidecars {
        let mut blobs = vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
        blobs[1].0[5] = 0xef;
        Sidecars {
            blobs,
            commitments: vec![KzgCommitment([0xab; 48]), KzgCommitment([0xcd; 48])],
            proofs,
            ..Sidecars::default()
        }
    }

    #[test]
    fn bundles_of_both_versions_are_written_and_read_back() {
        let of_blobs = sidecars(SidecarProofs::Blobs(vec![KzgProof([0xc0; 48]); 2]));
        let of_cells = sidecars(SidecarProofs::Cells(
            (0..=255).map(|k| KzgProof([k; 48])).collect(),
        ));
        let formats: [(&dyn Format, &Sidecars); 2] =
            [(&BundleV1, &of_blobs), (&BundleV2, &of_cells)];
        for (format, sidecars) in formats {
            let text = format.write(sidecars).unwrap();
            assert_eq!(format.read(&text).unwrap(), *sidecars);
            assert!(format.recognizes(&text));
            let found = crate::formats::recognize(&text).unwrap();
            assert_eq!(found.name(), format.name());
            let text = String::from_utf8(text).unwrap();
            for envelope in [
                format!("{{\"executionPayload\":{{}},\"blobsBundle\":{text}}}"),
                format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{{\"blobsBundle\":{text}}}}}"),
                text.to_uppercase()
                    .replace("0X", "0x")
                    .replace("COMMITMENTS", "commitments")
                    .replace("PROOFS", "proofs")
                    .replace("BLOBS", "blobs"),
            ] {
                assert_eq!(format.read(envelope.as_bytes()).unwrap(), *sidecars);
            }
        }
        assert!(BundleV1.write(&of_cells).is_err() && BundleV2.write(&of_blobs).is_err());
        let text = BundleV1.write(&of_blobs).unwrap();
        assert!(matches!(
            BundleV2.read(&text),
            Err(FormatError::Count {
                what: "proofs",
                actual: 2,
                expected: 256
            })
        ));
    }

    #[test]
    fn a_malformed_bundle_is_named_by_its_item() {
        let of_blobs = sidecars(SidecarProofs::Blobs(vec![KzgProof([0xc0; 48]); 2]));
        let text = String::from_utf8(BundleV1.write(&of_blobs).unwrap()).unwrap();
        let wrong = text.replacen("cdcd", "cdcg", 1);
        let error = BundleV1.read(wrong.as_bytes()).unwrap_err();
        assert!(
            error.to_string().starts_with("commitment 1: byte 5 is 'g'"),
            "{error}"
        );
        for text in [
            "",
            "{}",
            "[]",
            "{\"commitments\":[],\"proofs\":[\"0x\"],\"blobs\":[]}",
        ] {
            assert!(BundleV1.read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
