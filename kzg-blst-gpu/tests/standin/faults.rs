//! Faults of the device: the right answer by the processor, the right kind of failure, and nothing
//! left behind.

use kzg_blst_gpu::{Check, DeviceStatus};
use kzg_traits::{Error, ErrorKind, KzgSettings, Operation, SetupError};

use crate::bulk::{PROCESSOR, blobs};
use crate::library::{calls, live, load, options, script, try_load};

pub(crate) const TESTS: &[(&str, fn())] = &[
    ("no_driver", no_driver),
    ("no_device", no_device),
    ("out_of_memory_then_reopened", out_of_memory_then_reopened),
    (
        "launch_failures_lost_devices_and_wrong_limbs",
        launch_failures_lost_devices_and_wrong_limbs,
    ),
    ("lost_device_then_reopened", lost_device_then_reopened),
    ("wrong_cell_proof", wrong_cell_proof),
    ("results_for_other_scalars", results_for_other_scalars),
    ("wrong_item", wrong_item),
    (
        "faults_while_tables_are_built",
        faults_while_tables_are_built,
    ),
];

/// Computes commitments on a device and returns its status. The answer is right in any case.
fn commit(kzg: &dyn KzgSettings, status: impl Fn() -> DeviceStatus) -> DeviceStatus {
    let blobs = &blobs()[1..3];
    let expected = PROCESSOR.blobs_to_kzg_commitments(blobs.into());
    assert_eq!(kzg.blobs_to_kzg_commitments(blobs.into()), expected);
    status()
}

fn kind(status: &DeviceStatus) -> Option<ErrorKind> {
    status.last_failure.as_ref().map(Error::kind)
}

fn no_driver() {
    let options = options(0).with_library("/nowhere/libcuda.so.1");
    let refused = try_load(options);
    let Err(SetupError::LibraryNotFound { tried }) = refused else {
        panic!("{refused:?}");
    };
    assert!(tried.len() == 1 && tried[0].starts_with("/nowhere/libcuda.so.1: "));

    // A library that is no driver.
    if cfg!(target_os = "linux") {
        let options = self::options(0).with_library("libc.so.6");
        let refused = try_load(options);
        let Err(SetupError::MissingSymbols { missing, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((missing.len(), &*missing[0]), (23, "cuInit"));
    }
}

fn no_device() {
    for device in [-1, 16] {
        let refused = try_load(options(device));
        assert!(
            matches!(refused, Err(SetupError::BackendUnavailable { .. })),
            "{refused:?}"
        );
    }
    // An exclusive device in use; no device, as with an empty CUDA_VISIBLE_DEVICES; the stub that is
    // for linking; a library of another version than the kernel module.
    for (device, fault, reason) in [
        (15, "cuDevicePrimaryCtxRetain 1 error 46", "error 46"),
        (-1, "cuInit 1 error 100", "CUDA_VISIBLE_DEVICES"),
        (-1, "cuInit 1 error 34", "stub"),
        (-1, "cuInit 1 error 803", "kernel module"),
    ] {
        script(device, fault);
        let refused = try_load(options(15));
        let Err(SetupError::BackendUnavailable { reason: given, .. }) = refused else {
            panic!("{fault}: {refused:?}");
        };
        assert!(given.contains(reason), "{fault}: {given}");
        script(device, "");
        assert_eq!(live(15), 0, "{fault}");
    }
}

/// Memory runs out at different allocations. Three times in a row end the use of the device until
/// it is opened again.
fn out_of_memory_then_reopened() {
    const DEVICE: i32 = 2;
    let kzg = load(options(DEVICE));
    let mut before = 0;
    for (faults, allocation) in [1, 4, 5].into_iter().enumerate() {
        script(DEVICE, &format!("cuMemAlloc_v2 {allocation} error 2"));
        let status = commit(&kzg, || kzg.device_status());
        let expected = (faults as u64 + 1, 0, faults < 2, Some(ErrorKind::Fault));
        assert_eq!(
            (status.faults, status.batches, status.in_use, kind(&status)),
            expected
        );
        if faults > 0 {
            assert_eq!(live(DEVICE), before, "allocation {allocation}");
        }
        // The first batch has loaded the kernels, which stay.
        before = live(DEVICE);
    }
    script(DEVICE, "");
    let status = commit(&kzg, || kzg.device_status());
    assert_eq!(
        (status.faults, status.batches),
        (3, 0),
        "the device is not in use"
    );
    assert_eq!(calls(DEVICE, "cuLaunchKernel"), 0);
    assert_eq!(kzg.reopen(), Ok(()));
    assert!(kzg.device_status().in_use);
    drop(kzg);
    assert_eq!(live(DEVICE), 0);
}

/// One device whose tables are built once: faults in the middle of batches.
fn launch_failures_lost_devices_and_wrong_limbs() {
    const DEVICE: i32 = 3;
    let kzg = load(options(DEVICE));
    let status = commit(&kzg, || kzg.device_status());
    assert_eq!(
        (status.batches, status.faults),
        (1, 0),
        "{:?}",
        status.last_failure
    );
    assert_eq!(kzg.items_per_call(Operation::BlobsToKzgCommitments), 256);
    let tables = live(DEVICE);

    // Launches and copies that fail, each once: the device stays in use.
    for (faults, fault) in [
        "launch:recode 2 error 701",
        "launch:encode 1 error 1",
        "cuMemcpyHtoDAsync_v2 1 error 1",
        "cuStreamSynchronize 2 error 304",
        "cuMemcpyDtoHAsync_v2 1 error 1",
        "cuMemsetD32Async 1 error 1",
        "cuMemAllocHost_v2 2 error 2",
    ]
    .into_iter()
    .enumerate()
    {
        script(DEVICE, fault);
        let status = commit(&kzg, || kzg.device_status());
        assert_eq!(
            (status.faults, kind(&status)),
            (faults as u64 + 1, Some(ErrorKind::Fault)),
            "{fault}"
        );
        assert_eq!(live(DEVICE), tables, "{fault}");
        script(DEVICE, "");
        // A batch that passes ends the row of faults.
        if faults % 2 == 1 {
            let status = commit(&kzg, || kzg.device_status());
            assert!(status.in_use);
        }
    }
    let faults = kzg.device_status().faults;

    // A wrong bit of a result.
    assert_eq!(kzg.reopen(), Ok(()));
    script(DEVICE, "cuMemcpyDtoHAsync_v2 1 flip 3");
    let status = commit(&kzg, || kzg.device_status());
    let expected = (1, faults, false, Some(ErrorKind::Integrity));
    assert_eq!(
        (
            status.mismatches,
            status.faults,
            status.in_use,
            kind(&status)
        ),
        expected
    );
    let on_processor = PROCESSOR.items_per_call(Operation::BlobsToKzgCommitments);
    assert_eq!(
        kzg.items_per_call(Operation::BlobsToKzgCommitments),
        on_processor
    );
    let launches = calls(DEVICE, "cuLaunchKernel");
    commit(&kzg, || kzg.device_status());
    assert_eq!(
        calls(DEVICE, "cuLaunchKernel"),
        launches,
        "the device is not in use"
    );

    // The device is lost in the middle of a batch.
    assert_eq!(kzg.reopen(), Ok(()));
    script(DEVICE, "launch:accumulate 1 lost 719");
    let status = commit(&kzg, || kzg.device_status());
    let expected = (faults + 1, false, Some(ErrorKind::Fault));
    assert_eq!((status.faults, status.in_use, kind(&status)), expected);
    let message = status.last_failure.expect("the fault").to_string();
    assert!(
        message.contains("cuLaunchKernel gave error 719"),
        "{message}"
    );
    drop(kzg);
    assert_eq!(live(DEVICE), 0);
}

/// The driver gives the same context for as long as the context is retained. So a lost context is
/// released before the device is opened again.
fn lost_device_then_reopened() {
    const DEVICE: i32 = 7;
    let kzg = load(options(DEVICE));
    script(DEVICE, "launch:table_multiples 1 lost 700");
    let status = commit(&kzg, || kzg.device_status());
    assert_eq!(
        (status.faults, status.in_use, kind(&status)),
        (1, false, Some(ErrorKind::Fault))
    );

    // The device cannot be opened: another process uses it.
    script(DEVICE, "cuDevicePrimaryCtxRetain 1 error 46");
    let refused = kzg.reopen();
    assert!(
        matches!(refused, Err(SetupError::BackendUnavailable { .. })),
        "{refused:?}"
    );
    assert_eq!(live(DEVICE), 0);
    let status = commit(&kzg, || kzg.device_status());
    assert_eq!((status.faults, status.in_use), (1, false));
    assert_eq!(kzg.warm_up(), Ok(()));
    kzg.release_tables();

    script(DEVICE, "");
    assert_eq!(kzg.reopen(), Ok(()));
    let status = commit(&kzg, || kzg.device_status());
    assert_eq!(
        (status.batches, status.faults, status.in_use),
        (1, 1, true),
        "{:?}",
        status.last_failure
    );
    drop(kzg);
    assert_eq!(live(DEVICE), 0);
}

/// A wrong sign in the proof of one cell of two blobs.
fn wrong_cell_proof() {
    const DEVICE: i32 = 4;
    let blobs = &blobs()[1..3];
    let expected = PROCESSOR.compute_many_cells_and_kzg_proofs(blobs.into());
    let kzg = load(options(DEVICE));
    // The proof of cell 99 of the second blob: results are in the order of the cells.
    let bit = 8 * 96 * (2 * 99 + 1) + 5;
    script(DEVICE, &format!("cuMemcpyDtoHAsync_v2 1 flip {bit}"));
    assert!(kzg.compute_many_cells_and_kzg_proofs(blobs.into()) == expected);
    assert_mismatch(&kzg.device_status(), "a batch of 256 results");
    drop(kzg);
    assert_eq!(live(DEVICE), 0);
}

/// The device receives another scalar than the processor sent, so that its results are points of the group,
/// but for another blob. Both checks notice it.
fn results_for_other_scalars() {
    const DEVICE: i32 = 8;
    // The lowest bit of a scalar of the second blob.
    let bit = 8 * (32 * (4096 + 50) + 31);
    for (check, place) in [
        (Check::Combined, "a batch of 2 results"),
        (Check::EachItem, "result 1 of 2"),
    ] {
        let kzg = load(options(DEVICE).with_check(check));
        let status = commit(&kzg, || kzg.device_status());
        assert_eq!((status.batches, status.mismatches), (1, 0));
        script(DEVICE, &format!("cuMemcpyHtoDAsync_v2 1 flip {bit}"));
        let status = commit(&kzg, || kzg.device_status());
        assert_mismatch(&status, place);
        script(DEVICE, "");
        drop(kzg);
        assert_eq!(live(DEVICE), 0);
    }
}

/// The check of each item names the item.
fn wrong_item() {
    const DEVICE: i32 = 6;
    let kzg = load(options(DEVICE).with_check(Check::EachItem));
    let status = commit(&kzg, || kzg.device_status());
    assert_eq!(
        (status.batches, status.faults, status.mismatches),
        (1, 0, 0)
    );
    script(
        DEVICE,
        &format!("cuMemcpyDtoHAsync_v2 1 flip {}", 8 * 96 + 77),
    );
    let status = commit(&kzg, || kzg.device_status());
    assert_mismatch(&status, "result 1 of 2");
    drop(kzg);
    assert_eq!(live(DEVICE), 0);
}

fn assert_mismatch(status: &DeviceStatus, place: &str) {
    let counts = (status.mismatches, status.faults, status.in_use);
    assert_eq!(
        (counts, kind(status)),
        ((1, 0, false), Some(ErrorKind::Integrity))
    );
    let message = status
        .last_failure
        .as_ref()
        .map(Error::to_string)
        .unwrap_or_default();
    assert!(message.ends_with(place), "{message}");
}

/// Faults before the first batch, in modules and tables. The next call begins again.
fn faults_while_tables_are_built() {
    const DEVICE: i32 = 5;
    let kzg = load(options(DEVICE));
    for fault in [
        "cuModuleLoadData 3 error 218",
        "cuModuleGetFunction 2 error 500",
    ] {
        script(DEVICE, fault);
        let status = commit(&kzg, || kzg.device_status());
        assert_eq!(
            (kind(&status), status.batches),
            (Some(ErrorKind::Fault), 0),
            "{fault}"
        );
        assert_eq!(live(DEVICE), 1, "the context alone: {fault}");
    }
    assert_eq!(kzg.reopen(), Ok(()));
    script(DEVICE, "launch:table_multiples 1 lost 700");
    assert_eq!(kzg.warm_up(), Ok(()));
    let status = kzg.device_status();
    assert_eq!(
        (status.faults, status.in_use, kind(&status)),
        (3, false, Some(ErrorKind::Fault))
    );
    drop(kzg);
    assert_eq!(live(DEVICE), 0);
}
