//! No operation needs more than 256 KiB of stack: any thread may call it.

use std::thread;

use crate::seeded::Seeded;
use kzg_traits::bytes::Bytes32;
use kzg_traits::settings::KzgSettings;

/// The stack size that suffices for every operation.
const STACK: usize = 256 * 1024;

/// Every operation runs on a thread with this stack size.
pub(super) fn small(settings: &dyn KzgSettings) {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || every_operation(settings))
            .expect("a thread of small stack");
        thread.join().expect("every operation works as elsewhere");
    });
}

fn every_operation(settings: &dyn KzgSettings) {
    let mut seeded = Seeded::new(77);
    let blobs = vec![seeded.blob(), seeded.blob()];
    let well_formed = "the input is well formed";
    let commitments = settings
        .blobs_to_kzg_commitments((&blobs).into())
        .expect(well_formed);
    let commitment = settings
        .blob_to_kzg_commitment(&blobs[0])
        .expect(well_formed);
    assert_eq!(commitment, commitments[0]);
    let z = Bytes32([5; 32]);
    let (proof, y) = settings
        .compute_kzg_proof(&blobs[0], &z)
        .expect(well_formed);
    assert_eq!(
        settings.verify_kzg_proof(&commitment, &z, &y, &proof),
        Ok(true)
    );
    let proofs = settings
        .compute_blob_kzg_proofs((&blobs).into(), &commitments)
        .expect(well_formed);
    assert_eq!(
        settings.verify_blob_kzg_proof(&blobs[0], &commitment, &proofs[0]),
        Ok(true)
    );
    let verdict = settings.verify_blob_kzg_proof_batch((&blobs).into(), &commitments, &proofs);
    assert_eq!(verdict, Ok(true));
    let verdicts = settings.verify_blob_kzg_proof_each((&blobs).into(), &commitments, &proofs);
    assert_eq!(verdicts, Ok(vec![Ok(true); 2]));

    let (cells, cell_proofs) = settings
        .compute_many_cells_and_kzg_proofs((&blobs).into())
        .expect(well_formed);
    let first = settings.compute_cells(&blobs[0]).expect(well_formed);
    assert_eq!(first, cells[..128]);
    let some = settings
        .compute_cells_at(&blobs[0], &[127, 0])
        .expect(well_formed);
    assert_eq!(some, [cells[127].clone(), cells[0].clone()]);
    let indices: Vec<u64> = (64..128).collect();
    let recovered = settings
        .recover_cells_and_kzg_proofs(&indices, (&cells[64..128]).into())
        .expect(well_formed);
    assert!(recovered.0 == cells[..128] && recovered.1 == cell_proofs[..128]);
    let commitments: Vec<_> = (0..256).map(|k| commitments[k / 128]).collect();
    let indices: Vec<u64> = (0..256).map(|k| k % 128).collect();
    let verdict =
        settings.verify_cell_kzg_proof_batch(&commitments, &indices, (&cells).into(), &cell_proofs);
    assert_eq!(verdict, Ok(true));
}
