//! After a first call of each, operations with the caller's buffers allocate nothing: on kzg-blst
//! with one thread, directly and through the batch processor.

mod inputs;

use std::sync::Arc;

use allocations::{Counting, allocations_in, bytes_in};
use inputs::{blob, load};
use kzg_advanced::batch::PartialCells;
use kzg_advanced::bytes::CELLS_PER_EXT_BLOB;
use kzg_advanced::{
    BatchProcessor, Blob, Blobs, Bytes32, Cell, KzgCommitment, KzgProof, KzgSettings,
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The numbers of calls per operation: first to warm up, since each of several scratch buffers grows
/// to the size that the operation needs; then to count.
const WARM_UP: usize = 5;
const COUNTED: usize = 2;

struct Inputs {
    settings: Arc<dyn KzgSettings>,
    blobs: Vec<Box<Blob>>,
    commitments: Vec<KzgCommitment>,
    proofs: Vec<KzgProof>,
}

impl Inputs {
    fn new() -> Self {
        let settings = load();
        let blobs: Vec<Box<Blob>> = (1..=3).map(blob).collect();
        let commitments = settings.blobs_to_kzg_commitments((&blobs).into());
        let commitments = commitments.expect("canonical blobs");
        let proofs = settings.compute_blob_kzg_proofs((&blobs).into(), &commitments);
        let proofs = proofs.expect("canonical blobs");
        Self {
            settings,
            blobs,
            commitments,
            proofs,
        }
    }

    fn blobs(&self) -> Blobs<'_> {
        (&self.blobs).into()
    }
}

/// Fails if a call of the operation allocates after the warm-up.
fn assert_allocates_nothing(operation: &str, mut call: impl FnMut()) {
    for _ in 0..WARM_UP {
        call();
    }
    for _ in 0..COUNTED {
        let ((), allocations) = allocations_in(&mut call);
        assert_eq!(allocations, 0, "{operation}");
    }
}

#[test]
fn the_counter_counts() {
    let (bytes, allocations) = allocations_in(|| vec![1_u8; 100]);
    assert_eq!((bytes.len(), allocations), (100, 1));
    let ((), allocations) = allocations_in(|| {
        let mut grown = Vec::with_capacity(1);
        grown.extend_from_slice(&bytes);
        assert_eq!(grown.len(), 100);
    });
    assert_eq!(allocations, 2);
}

#[test]
fn the_bytes_are_counted() {
    let (first, bytes) = bytes_in(|| {
        let (_, inner) = bytes_in(|| drop(vec![1_u8; 300]));
        assert_eq!((inner.peak, inner.kept), (300, 0));
        drop(vec![1_u8; 200]);
        vec![1_u8; 100]
    });
    assert_eq!((bytes.peak, bytes.kept), (300, 100));
    let ((), bytes) = bytes_in(|| {
        drop(first);
        drop(vec![1_u8; 150]);
    });
    assert_eq!((bytes.peak, bytes.kept), (50, 0));
    let (grown, bytes) = bytes_in(|| {
        let mut grown = Vec::with_capacity(100);
        grown.extend_from_slice(&[1_u8; 100]);
        grown.reserve_exact(150);
        grown
    });
    assert_eq!((grown.capacity(), bytes.peak, bytes.kept), (250, 350, 250));
}

#[test]
fn blob_operations_allocate_nothing() {
    let inputs = Inputs::new();
    let Inputs {
        settings,
        blobs,
        commitments,
        proofs,
    } = &inputs;
    let (blob, commitment, proof) = (&blobs[0], &commitments[0], &proofs[0]);
    let z = Bytes32([7; 32]);
    let (point_proof, y) = settings.compute_kzg_proof(blob, &z).expect("canonical");
    let mut made = commitments.clone();
    let mut proved = proofs.clone();
    let mut verdicts = vec![Ok(false); blobs.len()];

    assert_allocates_nothing("blob_to_kzg_commitment", || {
        assert_eq!(settings.blob_to_kzg_commitment(blob), Ok(*commitment));
    });
    assert_allocates_nothing("blobs_to_kzg_commitments_into", || {
        let done = settings.blobs_to_kzg_commitments_into(inputs.blobs(), &mut made);
        assert_eq!(done, Ok(()));
    });
    assert_allocates_nothing("compute_kzg_proof", || {
        assert_eq!(settings.compute_kzg_proof(blob, &z), Ok((point_proof, y)));
    });
    assert_allocates_nothing("compute_blob_kzg_proof", || {
        assert_eq!(
            settings.compute_blob_kzg_proof(blob, commitment),
            Ok(*proof)
        );
    });
    assert_allocates_nothing("compute_blob_kzg_proofs_into", || {
        let done = settings.compute_blob_kzg_proofs_into(inputs.blobs(), commitments, &mut proved);
        assert_eq!(done, Ok(()));
    });
    assert_allocates_nothing("verify_kzg_proof", || {
        let verdict = settings.verify_kzg_proof(commitment, &z, &y, &point_proof);
        assert_eq!(verdict, Ok(true));
    });
    assert_allocates_nothing("verify_blob_kzg_proof", || {
        let verdict = settings.verify_blob_kzg_proof(blob, commitment, proof);
        assert_eq!(verdict, Ok(true));
    });
    assert_allocates_nothing("verify_blob_kzg_proof_batch", || {
        let verdict = settings.verify_blob_kzg_proof_batch(inputs.blobs(), commitments, proofs);
        assert_eq!(verdict, Ok(true));
    });
    assert_allocates_nothing("verify_blob_kzg_proof_each_into", || {
        let done = settings.verify_blob_kzg_proof_each_into(
            inputs.blobs(),
            commitments,
            proofs,
            &mut verdicts,
        );
        assert_eq!(done, Ok(()));
    });
    assert_eq!((&made, &proved), (commitments, proofs));
    assert!(verdicts.iter().all(|verdict| *verdict == Ok(true)));
}

#[test]
fn blobs_through_the_batch_layer() {
    let inputs = Inputs::new();
    let Inputs {
        settings,
        commitments,
        proofs,
        ..
    } = &inputs;
    let mut made = commitments.clone();
    let mut proved = proofs.clone();
    let mut verdicts = vec![Ok(false); commitments.len()];
    let plain = BatchProcessor::new(Arc::clone(settings));
    for batch in [plain.clone(), plain.with_chunk_size(2)] {
        assert_allocates_nothing("batch_commitments_into", || {
            let done = batch.batch_commitments_into(inputs.blobs(), &mut made);
            done.expect("canonical blobs");
        });
        assert_allocates_nothing("batch_proofs_into", || {
            let done = batch.batch_proofs_into(inputs.blobs(), commitments, &mut proved);
            done.expect("canonical blobs");
        });
        assert_allocates_nothing("batch_verify_list", || {
            let verdict = batch.batch_verify_list(inputs.blobs(), commitments, proofs);
            assert!(verdict.expect("well formed"));
        });
        assert_allocates_nothing("batch_verify_each_into", || {
            batch
                .batch_verify_each_into(inputs.blobs(), commitments, proofs, &mut verdicts)
                .expect("well formed");
        });
    }
    assert_eq!((&made, &proved), (commitments, proofs));
    assert!(verdicts.iter().all(|verdict| *verdict == Ok(true)));
}

#[test]
fn cells_through_the_batch_layer() {
    let inputs = Inputs::new();
    let batch = BatchProcessor::new(Arc::clone(&inputs.settings));
    let blobs = inputs.blobs().slice(0..2);
    let expected = batch
        .batch_cells_and_proofs(blobs.iter())
        .expect("canonical");
    let mut made = expected.clone();
    assert_allocates_nothing("batch_cells_and_proofs_into", || {
        let done = batch.batch_cells_and_proofs_into(blobs, &mut made);
        done.expect("canonical blobs");
    });
    let indices: Vec<u64> = (0..70).collect();
    let parts: Vec<_> = expected
        .iter()
        .map(|one| PartialCells {
            cell_indices: &indices,
            cells: one.cells[..70].into(),
        })
        .collect();
    let mut recovered = made.clone();
    assert_allocates_nothing("batch_recover_into", || {
        let done = batch.batch_recover_into(&parts, &mut recovered);
        done.expect("enough cells");
    });
    assert!(made == expected && recovered == expected);
}

#[test]
fn cell_operations_allocate_nothing() {
    let inputs = Inputs::new();
    let (settings, blob) = (&inputs.settings, &inputs.blobs[0]);
    let (mut cells, proofs) = settings
        .compute_cells_and_kzg_proofs(blob)
        .expect("canonical");
    let mut proved = proofs.clone();
    let indices: Vec<u64> = (0..CELLS_PER_EXT_BLOB as u64).collect();
    let commitments = vec![inputs.commitments[0]; CELLS_PER_EXT_BLOB];

    assert_allocates_nothing("compute_cells_into", || {
        assert_eq!(settings.compute_cells_into(blob, &mut cells), Ok(()));
    });
    assert_allocates_nothing("verify_cell_kzg_proof_batch", || {
        let verdict =
            settings.verify_cell_kzg_proof_batch(&commitments, &indices, (&cells).into(), &proofs);
        assert_eq!(verdict, Ok(true));
    });
    let mut verdicts = vec![Ok(false); CELLS_PER_EXT_BLOB];
    assert_allocates_nothing("verify_cell_kzg_proof_each_into", || {
        let cells = (&cells).into();
        let done = settings.verify_cell_kzg_proof_each_into(
            &commitments,
            &indices,
            cells,
            &proofs,
            &mut verdicts,
        );
        assert_eq!(done, Ok(()));
    });
    let mut some = vec![Cell::default(); 3];
    assert_allocates_nothing("compute_cells_at_into", || {
        let done = settings.compute_cells_at_into(blob, &[127, 3, 64], &mut some);
        assert_eq!(done, Ok(()));
    });
    let mut recovered = cells.clone();
    assert_allocates_nothing("recover_cells_into", || {
        let part = cells[..70].into();
        let done = settings.recover_cells_into(&indices[..70], part, &mut recovered);
        assert_eq!(done, Ok(()));
    });
    assert_eq!(recovered, cells);

    assert_allocates_nothing("compute_cells_and_kzg_proofs_into", || {
        let done = settings.compute_cells_and_kzg_proofs_into(blob, &mut cells, &mut proved);
        assert_eq!(done, Ok(()));
    });
    assert_eq!(proved, proofs);
    assert_allocates_nothing("recover_cells_and_kzg_proofs_into", || {
        let part = cells[..70].into();
        let done = settings.recover_cells_and_kzg_proofs_into(
            &indices[..70],
            part,
            &mut recovered,
            &mut proved,
        );
        assert_eq!(done, Ok(()));
    });
    assert_eq!((recovered, proved), (cells, proofs));
}
