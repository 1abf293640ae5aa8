//! The record of the device: the faults on it, and whether it is still in use.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kzg_traits::{Error, ErrorKind};

use crate::batch::Failure;

/// The number of faults in a row after which the device is not used any more.
const FAULTS_IN_A_ROW: u64 = 3;

/// The record of the device since the settings were loaded.
/// [`BlstGpu::reopen`](crate::BlstGpu::reopen) keeps the counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceStatus {
    /// Whether batches go to the device. A wrong result or the loss of the device ends its use at
    /// once, other faults after three in a row; [`BlstGpu::reopen`](crate::BlstGpu::reopen) begins
    /// it again.
    pub in_use: bool,
    /// The batches that the device computed and that passed their check.
    pub batches: u64,
    /// The failures other than wrong results: batches that the processor computed because the device
    /// failed, batches that it computed because the check could not be made (for example because
    /// the operating system gave no random numbers), and tables that
    /// [`warm_up`](kzg_traits::KzgSettings::warm_up) could not build.
    pub faults: u64,
    /// The batches that the processor computed because the device gave a wrong result.
    pub mismatches: u64,
    /// The last failure: of kind [`Integrity`](ErrorKind::Integrity) for a wrong result, otherwise of
    /// the kind of the failure, as a rule [`Fault`](ErrorKind::Fault).
    pub last_failure: Option<Error>,
}

/// The number of times that the device was opened again. A batch keeps the generation of its device,
/// so that its outcome does not decide about the use of a device that was opened later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Generation(u64);

/// The status of a device, with the rule for its use.
#[derive(Debug)]
pub(crate) struct Health {
    record: Mutex<Record>,
}

#[derive(Debug, Default)]
struct Record {
    status: DeviceStatus,
    /// The faults of this generation since its last batch that passed.
    in_a_row: u64,
    generation: Generation,
}

impl Health {
    pub(crate) fn new() -> Self {
        let mut record = Record::default();
        record.status.in_use = true;
        Self {
            record: Mutex::new(record),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn status(&self) -> DeviceStatus {
        self.lock().status.clone()
    }

    pub(crate) fn is_in_use(&self) -> bool {
        self.lock().status.in_use
    }

    pub(crate) fn generation(&self) -> Generation {
        self.lock().generation
    }

    /// Counts a batch that passed its check.
    pub(crate) fn succeeded(&self, generation: Generation) {
        let record = &mut *self.lock();
        record.status.batches += 1;
        if generation == record.generation {
            record.in_a_row = 0;
        }
    }

    /// Counts a failure of the device or of a check. A failure of a batch of the present generation may
    /// end the use of the device.
    pub(crate) fn failed(&self, generation: Generation, failure: Failure) {
        let is_final = failure.is_final();
        let failure = Error::from(failure);
        let record = &mut *self.lock();
        if failure.kind() == ErrorKind::Integrity {
            record.status.mismatches += 1;
        } else {
            record.status.faults += 1;
        }
        record.status.last_failure = Some(failure);
        if generation == record.generation {
            record.in_a_row += 1;
            record.status.in_use &= !is_final && record.in_a_row < FAULTS_IN_A_ROW;
        }
    }

    /// Ends the use of the device, which is closed.
    pub(crate) fn closed(&self) {
        self.lock().status.in_use = false;
    }

    /// Begins the use of a device that was opened again; keeps the counts.
    pub(crate) fn reopened(&self) {
        let record = &mut *self.lock();
        record.status.in_use = true;
        record.in_a_row = 0;
        record.generation.0 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::DeviceError;

    fn fault() -> Failure {
        let call = "cuLaunchKernel";
        Failure::Device(DeviceError::Call { call, code: 1 })
    }

    fn lost() -> Failure {
        let call = "cuLaunchKernel";
        Failure::Device(DeviceError::Lost { call, code: 719 })
    }

    fn unchecked() -> Failure {
        Failure::Check(Error::Fault {
            backend: crate::NAME.to_owned(),
            message: "no random numbers".to_owned(),
        })
    }

    fn mismatch() -> Failure {
        let message = "a batch of 2 results".to_owned();
        Failure::Check(Error::Integrity { message })
    }

    #[test]
    fn wrong_results_and_lost_devices_end_the_use_at_once_and_faults_in_a_row() {
        let health = Health::new();
        let first = health.generation();
        for failure in [mismatch(), lost()] {
            health.failed(health.generation(), failure);
            assert!(!health.is_in_use());
            health.reopened();
        }
        assert_ne!(health.generation(), first);
        let generation = health.generation();
        // A check that could not be made counts as other faults do.
        for failure in [unchecked(), fault()] {
            health.failed(generation, failure);
            assert!(health.is_in_use());
        }
        health.succeeded(generation);
        for (failure, is_in_use) in [(fault(), true), (unchecked(), true), (fault(), false)] {
            health.failed(generation, failure);
            assert_eq!(health.is_in_use(), is_in_use);
        }
        let status = health.status();
        assert_eq!(
            (status.batches, status.faults, status.mismatches),
            (1, 6, 1)
        );
        health.reopened();
        health.closed();
        assert!(!health.is_in_use());
    }

    #[test]
    fn batches_of_a_closed_device_do_not_decide_about_the_next_one() {
        let health = Health::new();
        let old = health.generation();
        health.reopened();
        for failure in [lost(), mismatch(), fault(), fault(), unchecked()] {
            health.failed(old, failure);
            assert!(health.is_in_use());
        }
        let new = health.generation();
        for is_in_use in [true, true, false] {
            // A batch of the old device does not end the row of faults either.
            health.succeeded(old);
            health.failed(new, fault());
            assert_eq!(health.is_in_use(), is_in_use);
        }
        let status = health.status();
        assert_eq!(
            (status.batches, status.faults, status.mismatches),
            (3, 7, 1)
        );
    }
}
