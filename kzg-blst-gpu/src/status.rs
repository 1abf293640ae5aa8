//! The record of the device: the faults on it, and whether it is still in use.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kzg_traits::{Error, ErrorKind};

/// The number of faults in a row after which the device is not used any more.
const FAULTS_IN_A_ROW: u64 = 3;

/// The record of a device since it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceStatus {
    /// Whether batches go to the device. A wrong result or the loss of the device ends its use at
    /// once, other faults after three in a row; [`BlstGpu::reopen`](crate::BlstGpu::reopen) begins
    /// it again.
    pub in_use: bool,
    /// The batches that the device computed and that passed their check.
    pub batches: u64,
    /// The batches that the processor computed because the device failed.
    pub faults: u64,
    /// The batches that the processor computed because the device gave a wrong result.
    pub mismatches: u64,
    /// The last failure: of kind [`Fault`](ErrorKind::Fault), or
    /// [`Integrity`](ErrorKind::Integrity) for a wrong result.
    pub last_failure: Option<Error>,
}

/// The status of a device, with the rule for its use.
#[derive(Debug)]
pub(crate) struct Health {
    status: Mutex<(DeviceStatus, u64)>,
}

impl Health {
    pub(crate) fn new() -> Self {
        let status = DeviceStatus {
            in_use: true,
            ..DeviceStatus::default()
        };
        Self {
            status: Mutex::new((status, 0)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, (DeviceStatus, u64)> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn status(&self) -> DeviceStatus {
        self.lock().0.clone()
    }

    /// Counts a batch that passed its check.
    pub(crate) fn succeeded(&self) {
        let (status, in_a_row) = &mut *self.lock();
        status.batches += 1;
        *in_a_row = 0;
    }

    /// Counts a failure. `is_final` ends the use of the device.
    pub(crate) fn failed(&self, failure: Error, is_final: bool) {
        let (status, in_a_row) = &mut *self.lock();
        *in_a_row += 1;
        if failure.kind() == ErrorKind::Integrity {
            status.mismatches += 1;
        } else {
            status.faults += 1;
        }
        status.in_use &= !is_final && *in_a_row < FAULTS_IN_A_ROW;
        status.last_failure = Some(failure);
    }

    /// Allows the use of the device again; keeps the counts.
    pub(crate) fn reopened(&self) {
        let (status, in_a_row) = &mut *self.lock();
        status.in_use = true;
        *in_a_row = 0;
    }
}
