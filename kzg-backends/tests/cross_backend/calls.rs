//! Runs each call on every backend of this repository and on c-kzg.

use kzg_backends::kzg_traits::{Blob, Bytes32, Cell, Error, KzgCommitment, KzgProof, KzgSettings};

use crate::implementations::{IMPLEMENTATIONS, agreed};

pub(crate) fn commit(what: &str, blob: &Blob) -> Result<KzgCommitment, Error> {
    agreed(
        &format!("commit, {what}"),
        |settings| settings.blob_to_kzg_commitment(blob),
        |c| {
            let commitment = c.blob_to_kzg_commitment(&theirs(blob))?;
            Ok(KzgCommitment(commitment.to_bytes().into_inner()))
        },
    )
}

pub(crate) fn prove_blob(
    what: &str,
    blob: &Blob,
    commitment: &KzgCommitment,
) -> Result<KzgProof, Error> {
    agreed(
        &format!("prove blob, {what}"),
        |settings| settings.compute_blob_kzg_proof(blob, commitment),
        |c| {
            let proof = c.compute_blob_kzg_proof(&theirs(blob), &theirs_48(&commitment.0))?;
            Ok(KzgProof(proof.to_bytes().into_inner()))
        },
    )
}

pub(crate) fn prove_at(what: &str, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32), Error> {
    agreed(
        &format!("prove at {z}, {what}"),
        |settings| settings.compute_kzg_proof(blob, z),
        |c| {
            let (proof, y) = c.compute_kzg_proof(&theirs(blob), &theirs_32(z))?;
            Ok((KzgProof(proof.to_bytes().into_inner()), Bytes32(*y)))
        },
    )
}

pub(crate) fn verify_at(
    what: &str,
    commitment: &KzgCommitment,
    z: &Bytes32,
    y: &Bytes32,
    proof: &KzgProof,
) -> Result<bool, Error> {
    agreed(
        &format!("verify at {z}, {what}"),
        |settings| settings.verify_kzg_proof(commitment, z, y, proof),
        |c| {
            c.verify_kzg_proof(
                &theirs_48(&commitment.0),
                &theirs_32(z),
                &theirs_32(y),
                &theirs_48(&proof.0),
            )
        },
    )
}

pub(crate) fn verify_batch(
    what: &str,
    blobs: &[Box<Blob>],
    commitments: &[KzgCommitment],
    proofs: &[KzgProof],
) -> Result<bool, Error> {
    let verdict = agreed(
        &format!("verify batch, {what}"),
        |settings| settings.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs),
        |c| {
            let blobs: Vec<c_kzg::Blob> = blobs.iter().map(|blob| *theirs(blob)).collect();
            let commitments: Vec<_> = commitments.iter().map(|c| theirs_48(&c.0)).collect();
            let proofs: Vec<_> = proofs.iter().map(|p| theirs_48(&p.0)).collect();
            c.verify_blob_kzg_proof_batch(&blobs, &commitments, &proofs)
        },
    );
    // The backends of this repository also give the verdict on each item.
    let each = |settings: &dyn KzgSettings| {
        settings.verify_blob_kzg_proof_each(blobs.into(), commitments, proofs)
    };
    let first = each(&*IMPLEMENTATIONS.ours[0]);
    for settings in &IMPLEMENTATIONS.ours[1..] {
        assert_eq!(each(&**settings), first, "{what}: {}", settings.backend());
    }
    verdict
}

pub(crate) type CellsAndProofs = (Vec<Cell>, Vec<KzgProof>);

pub(crate) fn cells_and_proofs(what: &str, blob: &Blob) -> Result<CellsAndProofs, Error> {
    agreed(
        &format!("cells and proofs, {what}"),
        |settings| settings.compute_cells_and_kzg_proofs(blob),
        |c| {
            c.compute_cells_and_kzg_proofs(&theirs(blob))
                .map(from_theirs)
        },
    )
}

pub(crate) fn recover(
    what: &str,
    indices: &[u64],
    cells: &[Cell],
) -> Result<CellsAndProofs, Error> {
    agreed(
        &format!("recover, {what}"),
        |settings| settings.recover_cells_and_kzg_proofs(indices, cells.into()),
        |c| {
            c.recover_cells_and_kzg_proofs(indices, &their_cells(cells))
                .map(from_theirs)
        },
    )
}

pub(crate) fn verify_cells(
    what: &str,
    commitments: &[KzgCommitment],
    indices: &[u64],
    cells: &[Cell],
    proofs: &[KzgProof],
) -> Result<bool, Error> {
    agreed(
        &format!("verify cells, {what}"),
        |settings| settings.verify_cell_kzg_proof_batch(commitments, indices, cells.into(), proofs),
        |c| {
            let commitments: Vec<_> = commitments.iter().map(|c| theirs_48(&c.0)).collect();
            let proofs: Vec<_> = proofs.iter().map(|p| theirs_48(&p.0)).collect();
            c.verify_cell_kzg_proof_batch(&commitments, indices, &their_cells(cells), &proofs)
        },
    )
}

fn theirs(blob: &Blob) -> Box<c_kzg::Blob> {
    Box::new(c_kzg::Blob::new(blob.0))
}

fn theirs_32(bytes: &Bytes32) -> c_kzg::Bytes32 {
    c_kzg::Bytes32::new(bytes.0)
}

fn theirs_48(bytes: &[u8; 48]) -> c_kzg::Bytes48 {
    c_kzg::Bytes48::new(*bytes)
}

fn their_cells(cells: &[Cell]) -> Vec<c_kzg::Cell> {
    cells.iter().map(|cell| c_kzg::Cell::new(cell.0)).collect()
}

fn from_theirs(
    (cells, proofs): (Box<[c_kzg::Cell; 128]>, Box<[c_kzg::KzgProof; 128]>),
) -> CellsAndProofs {
    (
        cells.iter().map(|cell| Cell(cell.to_bytes())).collect(),
        proofs
            .iter()
            .map(|proof| KzgProof(proof.to_bytes().into_inner()))
            .collect(),
    )
}
