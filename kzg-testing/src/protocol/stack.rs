//! No operation needs more than 256 KiB of stack: any thread may call it.

use std::thread;

use crate::Load;
use crate::seeded::Seeded;
use kzg_traits::bytes::Bytes32;
use kzg_traits::exec::Threads;
use kzg_traits::execution::{Sidecar, SidecarProofsRef, kzg_to_versioned_hash};
use kzg_traits::precompute::Precompute;
use kzg_traits::settings::{KzgSettings, SettingsOptions};

use super::execution::precompile_input;

/// The stack size that suffices for every operation.
const STACK: usize = 256 * 1024;

/// Every operation runs on a thread with this stack size.
pub(super) fn small(settings: &dyn KzgSettings) {
    on_small_stack(|| every_operation(settings));
}

/// The same for settings that a thread with this stack size loads, so that it builds every table, without help
/// of other threads.
pub(super) fn small_from_the_start(load: &Load) {
    on_small_stack(|| {
        let options = SettingsOptions::default()
            .with_precompute(Precompute::SMALL)
            .with_threads(Threads::One);
        every_operation(&*load(options));
    });
}

fn on_small_stack(work: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)
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
    let input = precompile_input(&commitment, &z, &y, &proof);
    settings.point_evaluation(&input).expect("a right opening");
    let proofs = settings
        .compute_blob_kzg_proofs((&blobs).into(), &commitments)
        .expect(well_formed);
    assert_eq!(
        settings.compute_blob_kzg_proof(&blobs[0], &commitment),
        Ok(proofs[0])
    );
    let challenge = settings.compute_challenge(&blobs[0], &commitment);
    challenge.expect(well_formed);
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
    let hashes: Vec<Bytes32> = commitments.iter().map(kzg_to_versioned_hash).collect();
    for proofs in [
        SidecarProofsRef::Blobs(&proofs),
        SidecarProofsRef::Cells(&cell_proofs),
    ] {
        let sidecar = Sidecar {
            blobs: (&blobs).into(),
            commitments: &commitments,
            proofs,
        };
        assert_eq!(sidecar.validate(settings, &hashes), Ok(()));
    }
    let first = settings.compute_cells(&blobs[0]).expect(well_formed);
    assert_eq!(first, cells[..128]);
    let first = settings.compute_cell_kzg_proofs(&blobs[0]);
    assert_eq!(first.expect(well_formed), cell_proofs[..128]);
    let both = settings.compute_cells_and_kzg_proofs(&blobs[1]);
    let (second, second_proofs) = both.expect(well_formed);
    assert!(second == cells[128..] && second_proofs == cell_proofs[128..]);
    let some = settings
        .compute_cells_at(&blobs[0], &[127, 0])
        .expect(well_formed);
    assert_eq!(some, [cells[127].clone(), cells[0].clone()]);
    let indices: Vec<u64> = (64..128).collect();
    let recovered = settings
        .recover_cells_and_kzg_proofs(&indices, (&cells[64..128]).into())
        .expect(well_formed);
    assert!(recovered.0 == cells[..128] && recovered.1 == cell_proofs[..128]);
    let recovered = settings.recover_cells(&indices, (&cells[64..128]).into());
    assert_eq!(recovered.expect(well_formed), cells[..128]);
    let rows: Vec<u64> = (0..256).map(|k| k / 128).collect();
    let different = commitments.clone();
    let commitments: Vec<_> = (0..256).map(|k| commitments[k / 128]).collect();
    let indices: Vec<u64> = (0..256).map(|k| k % 128).collect();
    let verdict =
        settings.verify_cell_kzg_proof_batch(&commitments, &indices, (&cells).into(), &cell_proofs);
    assert_eq!(verdict, Ok(true));
    let verdicts =
        settings.verify_cell_kzg_proof_each(&commitments, &indices, (&cells).into(), &cell_proofs);
    assert_eq!(verdicts, Ok(vec![Ok(true); 256]));
    let challenge = settings.compute_verify_cell_kzg_proof_batch_challenge(
        &different,
        &rows,
        &indices,
        (&cells).into(),
        &cell_proofs,
    );
    challenge.expect(well_formed);
}
