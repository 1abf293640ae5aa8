//! Bulk calls on the device, equal to kzg-blst's.

use std::sync::LazyLock;

use kzg_blst::Blst;
use kzg_blst_gpu::{BlstGpu, Check};
use kzg_testing::Seeded;
use kzg_traits::bytes::{Blob, Cell, KzgProof};
use kzg_traits::{
    Cells, Error, ErrorKind, Item, KzgSettings, Operation, Settings, SettingsOptions, TrustedSetup,
};

use crate::library::{load, options};

pub(crate) const TESTS: &[(&str, fn())] = &[
    ("commitments", commitments),
    ("chunks_on_two_streams", chunks_on_two_streams),
    ("blob_proofs", blob_proofs),
    ("cells_and_proofs", cells_and_proofs),
    ("recovery", recovery),
    ("malformed_items", malformed_items),
    ("few_items", few_items),
    ("calibration", calibration),
];

/// The device that the bulk tests and the conformance suite share.
pub(crate) static SHARED: LazyLock<BlstGpu> = LazyLock::new(|| load(options(0)));

/// kzg-blst with the mainnet setup.
pub(crate) static PROCESSOR: LazyLock<Settings<Blst>> = LazyLock::new(|| {
    Settings::load(&TrustedSetup::mainnet(), SettingsOptions::default()).expect("always loads")
});

/// Blobs whose digits are all zero, few, random, the same everywhere, and the largest.
pub(crate) fn blobs() -> Vec<Box<Blob>> {
    let mut seeded = Seeded::new(24);
    let mut one_hot = Blob::zeroed_on_heap();
    one_hot.0[32 * 1234 + 31] = 1;
    // r - 1 everywhere: all digits of a window go to one bucket.
    let mut largest = Blob::zeroed_on_heap();
    let order = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000";
    for (index, byte) in largest.0.iter_mut().enumerate() {
        let at = 2 * (index % 32);
        *byte = u8::from_str_radix(&order[at..at + 2], 16).expect("hexadecimal digits");
    }
    vec![Blob::zeroed_on_heap(), one_hot, seeded.blob(), largest]
}

/// A blob whose digits for commitments are all 100: every scalar is the sum of 100·2^(13w) over the
/// 20 windows w. So one bucket has all 81,920 items, in 1280 segments.
fn one_bucket() -> Box<Blob> {
    let mut scalar = [0_u8; 32];
    for window in 0..20 {
        for bit in [2, 5, 6] {
            let at = 13 * window + bit;
            scalar[31 - at / 8] |= 1 << (at % 8);
        }
    }
    let mut blob = Blob::zeroed_on_heap();
    for element in blob.0.chunks_exact_mut(32) {
        element.copy_from_slice(&scalar);
    }
    blob
}

/// Asserts that nothing failed on the shared device, and that `call` has used it.
fn on_device<T>(call: impl FnOnce(&BlstGpu) -> T) -> T {
    let before = SHARED.device_status();
    let result = call(&SHARED);
    let after = SHARED.device_status();
    assert_eq!(
        (after.faults, after.mismatches),
        (0, 0),
        "{:?}",
        after.last_failure
    );
    assert!(after.in_use && after.batches > before.batches);
    result
}

fn commitments() {
    let mut blobs = blobs();
    blobs.push(one_bucket());
    let expected = PROCESSOR.blobs_to_kzg_commitments((&blobs).into());
    assert_eq!(
        on_device(|kzg| kzg.blobs_to_kzg_commitments((&blobs).into())),
        expected
    );
}

/// More blobs than a chunk has. Each blob has one value of its own, so that blobs in the wrong place
/// are noticed; few digits are not zero, which saves time.
fn chunks_on_two_streams() {
    let blob = |index: usize| {
        let mut blob = Blob::zeroed_on_heap();
        blob.0[32 * index + 31] = index as u8 + 1;
        blob
    };
    let blobs: Vec<Box<Blob>> = (0..131).map(blob).collect();
    let expected = PROCESSOR.blobs_to_kzg_commitments((&blobs).into());
    assert_eq!(
        on_device(|kzg| kzg.blobs_to_kzg_commitments((&blobs).into())),
        expected
    );
}

fn blob_proofs() {
    let blobs = &blobs()[1..3];
    let commitments = PROCESSOR
        .blobs_to_kzg_commitments(blobs.into())
        .expect("well formed");
    let expected = PROCESSOR.compute_blob_kzg_proofs(blobs.into(), &commitments);
    assert_eq!(
        on_device(|kzg| kzg.compute_blob_kzg_proofs(blobs.into(), &commitments)),
        expected
    );
}

fn cells_and_proofs() {
    let blobs = &blobs()[2..3];
    let expected = PROCESSOR.compute_many_cells_and_kzg_proofs(blobs.into());
    assert!(on_device(|kzg| kzg.compute_many_cells_and_kzg_proofs(blobs.into())) == expected);
}

fn recovery() {
    let blob = &blobs()[2];
    let (mut cells, proofs) = PROCESSOR
        .compute_cells_and_kzg_proofs(blob)
        .expect("well formed");
    let half: Vec<u64> = (0..64).map(|index| 2 * index + 1).collect();
    let given: Vec<Cell> = half
        .iter()
        .map(|&index| cells[index as usize].clone())
        .collect();
    let all: Vec<u64> = (0..128).collect();
    let correct = cells.clone();
    // The second set has a cell that contradicts the others.
    cells[77].0[31] ^= 1;
    let contradicting = PROCESSOR.recover_cells_and_kzg_proofs(&all, (&cells).into());
    let contradicting = contradicting.expect("well formed");

    let sets: [(&[u64], Cells<'_>); 2] = [(&half, (&given).into()), (&all, (&cells).into())];
    let mut made = (vec![Cell::default(); 256], vec![KzgProof::default(); 256]);
    let outcome = on_device(|kzg| {
        kzg.recover_many_cells_and_kzg_proofs_into(&sets, &mut made.0, &mut made.1)
    });
    assert_eq!(outcome, Ok(()));
    assert!(made.0[..128] == correct && made.1[..128] == proofs);
    assert!(made.0[128..] == contradicting.0 && made.1[128..] == contradicting.1);

    let few: [(&[u64], Cells<'_>); 2] = [sets[0], (&half, Cells::from(&given).slice(0..63))];
    let outcome = SHARED.recover_many_cells_and_kzg_proofs_into(&few, &mut made.0, &mut made.1);
    let count = Error::Count {
        item: Item::CellIndex,
        expected: 63,
        actual: 64,
    };
    assert_eq!(outcome, Err((1, count)));
    let outcome =
        SHARED.recover_many_cells_and_kzg_proofs_into(&sets, &mut made.0[1..], &mut made.1);
    let count = Error::Count {
        item: Item::Output,
        expected: 256,
        actual: 255,
    };
    assert_eq!(outcome, Err((0, count)));
}

fn malformed_items() {
    let mut blobs = blobs();
    blobs[2].0[32 * 7..32 * 8].fill(0xff);
    blobs[3].0[..32].fill(0xff);
    let wrong = Error::FieldElement {
        item: Item::Blob,
        index: 2,
        element: 7,
    };
    assert_eq!(
        SHARED.blobs_to_kzg_commitments((&blobs).into()),
        Err(wrong.clone())
    );
    assert_eq!(
        SHARED
            .compute_many_cells_and_kzg_proofs((&blobs).into())
            .err(),
        Some(wrong.clone())
    );
    let mut commitments = vec![kzg_traits::KzgCommitment::default(); 4];
    for commitment in &mut commitments {
        commitment.0[0] = 0xc0;
    }
    assert_eq!(
        SHARED.compute_blob_kzg_proofs((&blobs).into(), &commitments),
        Err(wrong)
    );
    commitments[1].0[5] = 1;
    let refused = SHARED.compute_blob_kzg_proofs((&blobs).into(), &commitments);
    let refused = refused.expect_err("commitment 1 is no point");
    assert_eq!(
        (refused.kind(), refused.index()),
        (ErrorKind::Input, Some(1))
    );
    assert_eq!(
        SHARED.blobs_to_kzg_commitments((&blobs[..0]).into()),
        Ok(vec![])
    );
}

/// Below the thresholds nothing is called on the device, and no table is built.
fn few_items() {
    let few = options(1)
        .with_smallest_batches(3, 2)
        .with_check(Check::EachItem);
    let kzg = load(few);
    let blobs = &blobs()[1..3];
    assert_eq!(
        kzg.blobs_to_kzg_commitments(blobs.into()),
        PROCESSOR.blobs_to_kzg_commitments(blobs.into())
    );
    assert!(kzg.compute_cells_and_kzg_proofs(&blobs[0]).is_ok());
    assert_eq!(crate::library::calls(1, "cuLaunchKernel"), 0);
    assert_eq!(
        (kzg.backend(), kzg.device_name()),
        ("blst-gpu", "interpreter")
    );
    drop(kzg);
    assert_eq!(crate::library::live(1), 0);
}

/// The interpreter takes longer than the processor, so that after the measurement the processor computes all. What is
/// not measured stays as it was, and so does what fails.
fn calibration() {
    const DEVICE: i32 = 9;
    let kzg = load(options(DEVICE).with_smallest_batches(1, 2));
    let in_use = |kzg: &BlstGpu| {
        let thresholds = kzg.thresholds();
        (thresholds.batch, thresholds.cell_batch)
    };
    assert_eq!(in_use(&kzg), (Some(1), Some(2)));
    let operation = Operation::BlobsToKzgCommitments;
    assert_eq!(kzg.items_per_call(operation), 256);
    crate::library::script(DEVICE, "launch:recode 1 error 1");
    kzg.calibrate(1).expect("the processor computes");
    assert_eq!(
        (in_use(&kzg), kzg.device_status().faults),
        ((Some(1), Some(2)), 1)
    );
    crate::library::script(DEVICE, "");
    kzg.calibrate(1).expect("the processor computes");
    assert_eq!(in_use(&kzg), (None, Some(2)));
    assert_eq!(
        kzg.items_per_call(operation),
        PROCESSOR.items_per_call(operation)
    );
    let status = kzg.device_status();
    assert_eq!((status.batches, status.faults, status.in_use), (3, 1, true));
    let blobs = &blobs()[1..3];
    assert_eq!(
        kzg.blobs_to_kzg_commitments(blobs.into()),
        PROCESSOR.blobs_to_kzg_commitments(blobs.into())
    );
    assert_eq!(kzg.device_status().batches, 3);
    drop(kzg);

    // The tables of a kind of calls that only large calls use are built too.
    let kzg = load(options(DEVICE).with_smallest_batches(300, usize::MAX));
    let before = kzg.tables_memory();
    kzg.warm_up().expect("the processor's tables");
    let of_processor = PROCESSOR.with_options(SettingsOptions::default());
    of_processor.warm_up().expect("the processor's tables");
    assert!(kzg.tables_memory() > before + of_processor.tables_memory());
    drop(kzg);

    let kzg = load(options(DEVICE).with_smallest_batches(2, 1));
    kzg.calibrate(1).expect("the processor computes");
    assert_eq!(in_use(&kzg), (Some(2), None));
    assert_eq!(kzg.device_status().batches, 3);
    drop(kzg);
    assert_eq!(crate::library::live(DEVICE), 0);
}

/// Asserts that the shared device has nothing but the context and the modules of the kernels, once
/// its tables are released.
pub(crate) fn assert_released() {
    SHARED.release_tables();
    let live = crate::library::live(0);
    assert!(live <= 1 + 10, "{live} bytes and handles are left");
}
