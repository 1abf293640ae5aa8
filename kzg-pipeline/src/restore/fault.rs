//! The reasons why a blob cannot be restored.

use kzg_advanced::codec::CodecError;

use crate::folder::stored::StoredFault;
use crate::stages::check::Mismatch;

/// The reason why a blob cannot be restored from an artefact.
#[derive(Debug, thiserror::Error)]
pub(super) enum BlobFault {
    #[error(transparent)]
    Stored(#[from] StoredFault),
    #[error(transparent)]
    Codec(#[from] CodecError),
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    #[error(transparent)]
    Recovery(kzg_traits::Error),
    #[error("{good} good cells, 64 are needed; {lost} are lost, {bad} fail their proof")]
    TooFewCells {
        good: usize,
        lost: usize,
        bad: usize,
    },
    #[error("{0}, and there are no cell proofs to tell which cells are false")]
    FalseCells(Mismatch),
}
