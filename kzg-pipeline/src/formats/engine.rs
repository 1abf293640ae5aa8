//! The bundles of the Engine API, in which an execution client returns blobs.

use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::{Blob, KzgCommitment, KzgProof};
use serde::Deserialize;

use super::hex::BYTE_ORDER_MARK;
use super::{Format, FormatError, SidecarProofs, Sidecars};

/// `BlobsBundleV1`: blobs with one proof for each blob.
///
/// Source: src/engine/cancun.md of the Engine API.
#[derive(Clone, Copy, Debug, Default)]
pub struct BundleV1;

/// `BlobsBundleV2`: blobs with 128 cell proofs for each blob.
///
/// Source: src/engine/osaka.md of the Engine API.
#[derive(Clone, Copy, Debug, Default)]
pub struct BundleV2;

impl Format for BundleV1 {
    fn name(&self) -> &'static str {
        "bundle-v1"
    }

    fn recognizes(&self, content: &[u8]) -> bool {
        parse(content).is_ok_and(|bundle| bundle.proofs.len() == bundle.blobs.len())
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        read(content, 1)
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        match &sidecars.proofs {
            SidecarProofs::Blobs(proofs) => write(sidecars, proofs, 1),
            _ => Err(FormatError::OtherProofs),
        }
    }
}

impl Format for BundleV2 {
    fn name(&self) -> &'static str {
        "bundle-v2"
    }

    fn recognizes(&self, content: &[u8]) -> bool {
        let each = CELLS_PER_EXT_BLOB;
        parse(content).is_ok_and(|bundle| {
            !bundle.blobs.is_empty() && bundle.proofs.len() == each * bundle.blobs.len()
        })
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        read(content, CELLS_PER_EXT_BLOB)
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        match &sidecars.proofs {
            SidecarProofs::Cells(proofs) => write(sidecars, proofs, CELLS_PER_EXT_BLOB),
            _ => Err(FormatError::OtherProofs),
        }
    }
}

/// A bundle with undecoded items.
#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(borrow)]
    commitments: Vec<&'a str>,
    #[serde(borrow)]
    proofs: Vec<&'a str>,
    #[serde(borrow)]
    blobs: Vec<&'a str>,
}

/// The JSON around a bundle: none, a payload, or the response to a call.
#[derive(Deserialize)]
#[serde(untagged)]
enum Envelope<'a> {
    Bundle(#[serde(borrow)] Bundle<'a>),
    Payload {
        #[serde(borrow, rename = "blobsBundle")]
        bundle: Bundle<'a>,
    },
    Answer {
        #[serde(borrow)]
        result: Payload<'a>,
    },
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow, rename = "blobsBundle")]
    bundle: Bundle<'a>,
}

fn parse(content: &[u8]) -> Result<Bundle<'_>, FormatError> {
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    Ok(match serde_json::from_slice(content)? {
        Envelope::Bundle(bundle)
        | Envelope::Payload { bundle }
        | Envelope::Answer {
            result: Payload { bundle },
        } => bundle,
    })
}

fn read(content: &[u8], proofs_each: usize) -> Result<Sidecars, FormatError> {
    let bundle = parse(content)?;
    let blobs = bundle.blobs.len();
    for (what, actual, expected) in [
        ("commitments", bundle.commitments.len(), blobs),
        ("proofs", bundle.proofs.len(), blobs * proofs_each),
    ] {
        if actual != expected {
            return Err(FormatError::Count {
                what,
                actual,
                expected,
            });
        }
    }
    let proofs = items(&bundle.proofs, "proof", |item| KzgProof(*item))?;
    Ok(Sidecars {
        blobs: bundle
            .blobs
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let mut blob = Blob::zeroed_on_heap();
                decode(text, "blob", index, &mut blob.0)?;
                Ok(blob)
            })
            .collect::<Result<_, FormatError>>()?,
        commitments: items(&bundle.commitments, "commitment", |item| {
            KzgCommitment(*item)
        })?,
        proofs: match proofs_each {
            1 => SidecarProofs::Blobs(proofs),
            _ => SidecarProofs::Cells(proofs),
        },
    })
}

fn items<T>(
    texts: &[&str],
    what: &'static str,
    make: impl Fn(&[u8; 48]) -> T,
) -> Result<Vec<T>, FormatError> {
    let each = texts.iter().enumerate().map(|(index, text)| {
        let mut bytes = [0; 48];
        decode(text, what, index, &mut bytes)?;
        Ok(make(&bytes))
    });
    each.collect()
}

/// Decodes hexadecimal digits of either case after `0x`.
fn decode(text: &str, what: &'static str, index: usize, out: &mut [u8]) -> Result<(), FormatError> {
    let malformed = |reason| FormatError::Item {
        what,
        index,
        reason,
    };
    let read = super::hex::read_hex(text.as_bytes(), out.len()).map_err(malformed)?;
    match &*read {
        [item] => {
            out.copy_from_slice(item);
            Ok(())
        }
        _ => Err(malformed(super::hex::HexError::Length {
            item: 0,
            digits: text.len(),
            expected: 2 * out.len(),
        })),
    }
}

fn write(
    sidecars: &Sidecars,
    proofs: &[KzgProof],
    proofs_each: usize,
) -> Result<Vec<u8>, FormatError> {
    let blobs = sidecars.blobs.len();
    for (what, actual, expected) in [
        ("commitments", sidecars.commitments.len(), blobs),
        ("proofs", proofs.len(), blobs * proofs_each),
    ] {
        if actual != expected {
            return Err(FormatError::Count {
                what,
                actual,
                expected,
            });
        }
    }
    let text = to_json(
        sidecars.commitments.iter(),
        proofs.iter(),
        sidecars.blobs.iter().map(|blob| &**blob),
    );
    Ok(text.into_bytes())
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

fn push_list<'a>(text: &mut String, opening: &str, items: impl Iterator<Item = &'a [u8]>) {
    text.push_str(opening);
    for (place, item) in items.enumerate() {
        text.push_str(if place == 0 { "\"" } else { ",\"" });
        text.push_str(&hex::encode_prefixed(item));
        text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sidecars(proofs: SidecarProofs) -> Sidecars {
        let mut blobs = vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
        blobs[1].0[5] = 0xef;
        Sidecars {
            blobs,
            commitments: vec![KzgCommitment([0xab; 48]), KzgCommitment([0xcd; 48])],
            proofs,
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
            let found = super::super::recognize(&text).unwrap();
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
