//! Encodings of bytes, as formats: reading encodes the bytes of a file into blobs, writing decodes
//! blobs into the bytes.
//!
//! No content shows that it is to be encoded, so these formats are never recognised.

use kzg_advanced::codec::{BlobCodec, CodecError, EigenDa, OpStack, SimpleCoder};
use kzg_traits::Blob;
use kzg_traits::bytes::BYTES_PER_FIELD_ELEMENT;
use kzg_traits::execution::BLS_MODULUS;

use super::sidecars::Contents;
use super::{Format, FormatError, Sidecars};

/// An encoding with one item for each blob. An empty content has no blob.
#[derive(Clone, Copy, Debug)]
pub struct Encoded {
    codec: &'static dyn BlobCodec,
}

impl Encoded {
    /// The encoding of `kzg pipeline`: [`SimpleCoder`].
    pub const SIMPLE: Self = Self {
        codec: &SimpleCoder,
    };
    /// The encoding of the OP stack: [`OpStack`].
    pub const OP_STACK: Self = Self { codec: &OpStack };
    /// The encoding of EigenDA's payloads: [`EigenDa`].
    pub const EIGEN_DA: Self = Self { codec: &EigenDa };
}

impl Format for Encoded {
    fn name(&self) -> &'static str {
        self.codec.name()
    }

    fn holds(&self) -> Contents {
        Contents::BLOBS
    }

    fn is_encoding(&self) -> bool {
        true
    }

    /// Always false: no content shows its encoding.
    fn recognizes(&self, _: &[u8]) -> bool {
        false
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        let blobs = content.chunks(self.codec.capacity()).enumerate();
        let blobs = blobs.map(|(index, item)| {
            let mut blob = Blob::zeroed_on_heap();
            let encoded = self.codec.encode(item, &mut blob);
            encoded.map_err(|reason| FormatError::Codec {
                blob: index,
                reason,
            })?;
            Ok(blob)
        });
        Ok(Sidecars {
            blobs: blobs.collect::<Result<_, FormatError>>()?,
            ..Sidecars::default()
        })
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        sidecars.need_blobs()?;
        let mut out = Vec::new();
        for (index, blob) in sidecars.blobs.iter().enumerate() {
            let decoded = self.codec.decode(blob, &mut out);
            decoded.map_err(|reason| FormatError::Codec {
                blob: index,
                reason,
            })?;
        }
        Ok(out)
    }
}

/// alloy's `SimpleCoder` over several blobs: one item, which crosses from blob to blob.
///
/// Reading gives the blobs of alloy's `SidecarBuilder::from_slice`. Writing gives all items that
/// alloy's `decode_all` finds, one after the other.
///
/// Source: `SimpleCoder` of alloy-eips, src/eip4844/builder.rs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alloy;

/// The bytes of a field element that carry data.
const DATA_BYTES: usize = BYTES_PER_FIELD_ELEMENT - 1;

/// Field elements, one after the other, in as many blobs as they need, at least one.
fn spread(elements: impl ExactSizeIterator<Item = [u8; BYTES_PER_FIELD_ELEMENT]>) -> Sidecars {
    let per_blob = Blob::LENGTH / BYTES_PER_FIELD_ELEMENT;
    let count = elements.len().div_ceil(per_blob).max(1);
    let mut blobs: Vec<Box<Blob>> = (0..count).map(|_| Blob::zeroed_on_heap()).collect();
    for (place, element) in elements.enumerate() {
        let start = place % per_blob * BYTES_PER_FIELD_ELEMENT;
        let blob = &mut blobs[place / per_blob].0;
        blob[start..start + BYTES_PER_FIELD_ELEMENT].copy_from_slice(&element);
    }
    Sidecars {
        blobs,
        ..Sidecars::default()
    }
}

fn elements(sidecars: &Sidecars) -> impl Iterator<Item = &[u8; BYTES_PER_FIELD_ELEMENT]> {
    let blobs = sidecars.blobs.iter();
    blobs.flat_map(|blob| blob.field_elements())
}

impl Format for Alloy {
    fn name(&self) -> &'static str {
        "alloy"
    }

    fn holds(&self) -> Contents {
        Contents::BLOBS
    }

    fn is_encoding(&self) -> bool {
        true
    }

    /// Always false: no content shows its encoding.
    fn recognizes(&self, _: &[u8]) -> bool {
        false
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        let pieces: Vec<&[u8]> = content.chunks(DATA_BYTES).collect();
        let length = (content.len() as u64).to_be_bytes();
        let length = (!content.is_empty()).then_some(&length[..]);
        let pieces: Vec<&[u8]> = length.into_iter().chain(pieces).collect();
        Ok(spread(pieces.iter().map(|piece| {
            let mut element = [0; BYTES_PER_FIELD_ELEMENT];
            element[1..=piece.len()].copy_from_slice(piece);
            element
        })))
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        sidecars.need_blobs()?;
        // As in alloy, the two highest bits of every field element are zero.
        if let Some(element) = elements(sidecars).position(|element| element[0] > 0x3f) {
            let reason = "the two highest bits are not zero";
            return Err(FormatError::Encoding { element, reason });
        }
        let mut out = Vec::new();
        let mut all = elements(sidecars).enumerate();
        while let Some((place, header)) = all.next() {
            let length: [u8; 8] = *header[1..9].first_chunk().expect("eight bytes");
            let mut left = u64::from_be_bytes(length);
            if left == 0 {
                break;
            }
            while left > 0 {
                let Some((_, element)) = all.next() else {
                    let reason = "an item begins here that is longer than the blobs";
                    return Err(FormatError::Encoding {
                        element: place,
                        reason,
                    });
                };
                let used = left.min(DATA_BYTES as u64);
                out.extend_from_slice(&element[1..=used as usize]);
                left -= used;
            }
        }
        Ok(out)
    }
}

/// Words of 32 bytes that are canonical field elements already, big-endian. The rest of the last
/// blob is zero.
///
/// Writing leaves the zero words at the end out, so reading refuses content that ends in a zero
/// word: each content that is read comes back as it was.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words;

impl Format for Words {
    fn name(&self) -> &'static str {
        "words"
    }

    fn holds(&self) -> Contents {
        Contents::BLOBS
    }

    fn is_encoding(&self) -> bool {
        true
    }

    /// Always false: no content shows its encoding.
    fn recognizes(&self, _: &[u8]) -> bool {
        false
    }

    fn read(&self, content: &[u8]) -> Result<Sidecars, FormatError> {
        let (words, rest) = content.as_chunks::<BYTES_PER_FIELD_ELEMENT>();
        let end = content.len() - rest.len();
        if !rest.is_empty() || content.is_empty() {
            return Err(FormatError::at(
                format!("byte {end}"),
                super::Fault::Length {
                    actual: rest.len(),
                    expected: BYTES_PER_FIELD_ELEMENT,
                    unit: "bytes",
                },
            ));
        }
        let per_blob = Blob::LENGTH / BYTES_PER_FIELD_ELEMENT;
        if let Some(place) = words.iter().position(|word| *word >= BLS_MODULUS) {
            return Err(FormatError::Codec {
                blob: place / per_blob,
                reason: CodecError::FieldElement {
                    element: place % per_blob,
                },
            });
        }
        if words.last().is_some_and(is_zero) {
            return Err(FormatError::EndsInZeros);
        }
        Ok(spread(words.iter().copied()))
    }

    fn write(&self, sidecars: &Sidecars) -> Result<Vec<u8>, FormatError> {
        sidecars.need_blobs()?;
        let mut words = sidecars.blobs.iter().fold(Vec::new(), |mut words, blob| {
            words.extend_from_slice(blob.as_slice());
            words
        });
        let (all, _) = words.as_chunks::<BYTES_PER_FIELD_ELEMENT>();
        let used = all.iter().rposition(|word| !is_zero(word));
        words.truncate(used.map_or(0, |last| (last + 1) * BYTES_PER_FIELD_ELEMENT));
        Ok(words)
    }
}

fn is_zero(word: &[u8; BYTES_PER_FIELD_ELEMENT]) -> bool {
    *word == [0; BYTES_PER_FIELD_ELEMENT]
}
