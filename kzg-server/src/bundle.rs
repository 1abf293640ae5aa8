//! Bundles of the Engine API, from bytes of any kind or from blobs.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use kzg_advanced::codec::{BlobCodec, SimpleCoder};
use kzg_advanced::resilience::InputGuard;
use kzg_advanced::{Blob, Cell, KzgCommitment, KzgProof};
use kzg_pipeline::formats::{
    BlobCells, BundleV1, BundleV2, Format, GetBlobsV4, SidecarProofs, Sidecars,
};
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;

use crate::problem::{Class, Problem};
use crate::service::{Admission, Service};
use crate::wire::operation::{OperationRequest, OperationResponse};

/// The most blobs of a bundle.
pub const MOST_BLOBS: usize = 128;

/// The form of a bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleForm {
    /// `BlobsBundleV1`: a proof for each blob.
    V1,
    /// `BlobsBundleV2`: the proofs of the cells.
    #[default]
    V2,
    /// A list of `BlobCellsAndProofsV1`: the cells and their proofs.
    Cells,
}

/// The content of the body of a request for a bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleInput {
    /// Bytes of any kind, which are encoded into blobs.
    #[default]
    Bytes,
    /// The bytes of blobs.
    Blobs,
}

impl BundleForm {
    /// The form with a name.
    ///
    /// # Errors
    ///
    /// Class `Input`.
    pub fn by_name(name: &str) -> Result<Self, Problem> {
        match name {
            "1" => Ok(Self::V1),
            "2" => Ok(Self::V2),
            "cells" => Ok(Self::Cells),
            _ => Err(Problem::new(Class::Input, "version is 1, 2 or cells")),
        }
    }

    /// The number of bytes that the answer takes for each blob while it is made: what is computed or
    /// copied, and two hexadecimal digits for each byte of the bundle.
    #[must_use]
    pub fn memory(self) -> usize {
        3 * match self {
            Self::V1 => Blob::LENGTH + 2 * KzgProof::LENGTH,
            Self::V2 => Blob::LENGTH + (1 + CELLS_PER_EXT_BLOB) * KzgProof::LENGTH,
            Self::Cells => CELLS_PER_EXT_BLOB * (Cell::LENGTH + KzgProof::LENGTH),
        }
    }
}

impl BundleInput {
    /// The content with a name.
    ///
    /// # Errors
    ///
    /// Class `Input`.
    pub fn by_name(name: &str) -> Result<Self, Problem> {
        match name {
            "bytes" => Ok(Self::Bytes),
            "blobs" => Ok(Self::Blobs),
            _ => Err(Problem::new(Class::Input, "input is bytes or blobs")),
        }
    }

    /// The most bytes of a body.
    #[must_use]
    pub fn most(self) -> usize {
        MOST_BLOBS * self.blob_length()
    }

    /// The number of bytes of a body that a blob has.
    pub(crate) fn blob_length(self) -> usize {
        match self {
            Self::Bytes => SimpleCoder.capacity(),
            Self::Blobs => Blob::LENGTH,
        }
    }

    /// The blobs of a body.
    ///
    /// # Errors
    ///
    /// Class `Input` for a body that is not a whole number of blobs.
    pub fn blobs(self, body: &[u8]) -> Result<Vec<Arc<Blob>>, Problem> {
        let codec: Option<SimpleCoder> = match self {
            Self::Bytes => Some(SimpleCoder),
            Self::Blobs if body.len().is_multiple_of(Blob::LENGTH) => None,
            Self::Blobs => {
                let detail = format!(
                    "{} bytes, expected a multiple of {}, the length of a blob",
                    body.len(),
                    Blob::LENGTH
                );
                return Err(Problem::new(Class::Input, detail));
            }
        };
        let pieces = body.chunks(self.blob_length()).map(|piece| {
            let mut blob = Blob::zeroed_on_heap();
            match codec {
                Some(codec) => {
                    let encoded = codec.encode(piece, &mut blob);
                    encoded.map_err(|error| Problem::new(Class::Input, error.to_string()))?;
                }
                None => blob.0.copy_from_slice(piece),
            }
            Ok(blob.into())
        });
        pieces.collect()
    }
}

/// The commitment, cells and proofs of one blob of a bundle.
#[derive(Debug)]
struct Made {
    commitment: KzgCommitment,
    cells: Vec<Cell>,
    proofs: Vec<KzgProof>,
}

/// The bundle of some blobs, as JSON. `memory` is kept as long as the blobs.
///
/// # Errors
///
/// The problem of a call, with the index of its blob.
pub async fn make(
    service: &Arc<Service>,
    form: BundleForm,
    blobs: Vec<Arc<Blob>>,
    deadline: std::time::Instant,
    memory: InputGuard,
) -> Result<Bytes, Problem> {
    let calls = blobs.iter().cloned().enumerate().map(|(index, blob)| {
        let (service, memory) = (Arc::clone(service), memory.clone());
        async move {
            let made = of_blob(&service, form, blob, deadline, &memory).await;
            made.map_err(|problem| problem.of_item(index as u64))
        }
    });
    let calls: Vec<_> = calls.collect();
    let made: Vec<Made> = stream::iter(calls).buffered(16).try_collect().await?;
    // Hexadecimal digits of megabytes take milliseconds.
    let write = tokio::task::spawn_blocking(move || {
        let _memory = memory;
        write(form, &blobs, made)
    });
    let failed = |_| Problem::new(Class::Fault, "the bundle could not be written");
    write.await.map_err(failed)?
}

async fn of_blob(
    service: &Service,
    form: BundleForm,
    blob: Arc<Blob>,
    deadline: std::time::Instant,
    memory: &InputGuard,
) -> Result<Made, Problem> {
    let call = |call| service.call(call, deadline, Admission::OfStream, memory.clone());
    let unexpected = || Problem::new(Class::Fault, "an unexpected answer");
    let OperationResponse::Point(point) =
        call(OperationRequest::BlobToKzgCommitment { blob: blob.clone() }).await?
    else {
        return Err(unexpected());
    };
    let commitment = point.into();
    let answer = call(match form {
        BundleForm::V1 => OperationRequest::ComputeBlobKzgProof { blob, commitment },
        BundleForm::V2 => OperationRequest::ComputeCellKzgProofs { blob },
        BundleForm::Cells => OperationRequest::ComputeCellsAndKzgProofs { blob },
    });
    let (cells, proofs) = match answer.await? {
        OperationResponse::Point(proof) => (Vec::new(), vec![proof.into()]),
        OperationResponse::Proofs(proofs) => (Vec::new(), proofs),
        OperationResponse::CellsAndProofs(cells, proofs) => (cells, proofs),
        _ => return Err(unexpected()),
    };
    Ok(Made {
        commitment,
        cells,
        proofs,
    })
}

fn write(form: BundleForm, blobs: &[Arc<Blob>], made: Vec<Made>) -> Result<Bytes, Problem> {
    let mut sidecars = Sidecars::default();
    if form == BundleForm::Cells {
        let cells = made.into_iter().map(|made| BlobCells {
            indices: (0..made.cells.len() as u64).collect(),
            cells: made.cells,
            proofs: made.proofs,
        });
        sidecars.cells = cells.collect();
        return written(&GetBlobsV4, &sidecars);
    }
    let copies = blobs.iter().map(|blob| {
        let mut copy = Blob::zeroed_on_heap();
        copy.0.copy_from_slice(&blob.0);
        copy
    });
    sidecars.blobs = copies.collect();
    sidecars.commitments = made.iter().map(|made| made.commitment).collect();
    let proofs = made.into_iter().flat_map(|made| made.proofs).collect();
    if form == BundleForm::V1 {
        sidecars.proofs = SidecarProofs::Blobs(proofs);
        written(&BundleV1, &sidecars)
    } else {
        sidecars.proofs = SidecarProofs::Cells(proofs);
        written(&BundleV2, &sidecars)
    }
}

fn written(format: &dyn Format, sidecars: &Sidecars) -> Result<Bytes, Problem> {
    let text = format.write(sidecars);
    let failed =
        |error: kzg_pipeline::formats::FormatError| Problem::new(Class::Fault, error.to_string());
    text.map(Bytes::from).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_encoded_and_blobs_are_taken_as_they_are() {
        let body = vec![7; SimpleCoder.capacity() + 1];
        let blobs = BundleInput::Bytes.blobs(&body).unwrap();
        let mut decoded = Vec::new();
        for blob in &blobs {
            SimpleCoder.decode(blob, &mut decoded).unwrap();
        }
        assert_eq!((blobs.len(), decoded), (2, body));
        // A body with the length of a blob is never guessed to be one.
        let blob = vec![0; Blob::LENGTH];
        assert_eq!(BundleInput::Bytes.blobs(&blob).unwrap().len(), 2);
        assert_eq!(BundleInput::Blobs.blobs(&blob).unwrap()[0].0[..], blob);
        assert!(BundleInput::Blobs.blobs(&blob[1..]).is_err());
        for input in [BundleInput::Bytes, BundleInput::Blobs] {
            assert!(input.blobs(&[]).unwrap().is_empty());
        }
    }

    #[test]
    fn names_are_known_or_refused() {
        assert_eq!(BundleForm::by_name("2"), Ok(BundleForm::V2));
        assert!(BundleForm::by_name("3").is_err());
        assert_eq!(BundleInput::by_name("blobs"), Ok(BundleInput::Blobs));
        assert!(BundleInput::by_name("auto").is_err());
    }
}
