//! The errors of the driver.

use kzg_traits::Error;

use crate::NAME;
use crate::driver::Status;

/// The reason why a device gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DeviceError {
    /// A task needs more memory than is free on the device.
    #[error("the device has {free} free bytes of memory, {needed} are needed")]
    NoRoom {
        /// The bytes that the task needs at least.
        needed: usize,
        /// The free bytes of the device.
        free: usize,
    },
    /// The device's memory does not suffice.
    #[error("the device is out of memory in {call}")]
    OutOfMemory {
        /// The function of the driver.
        call: &'static str,
    },
    /// The device or its context can no longer be used: a kernel was stopped, the hardware failed, or
    /// the device was taken away. All later calls fail.
    #[error("the device is lost: {call} gave error {code}")]
    Lost {
        /// The function of the driver.
        call: &'static str,
        /// The error's code in the driver's manual.
        code: i32,
    },
    /// A call failed.
    #[error("{call} gave error {code}")]
    Call {
        /// The function of the driver.
        call: &'static str,
        /// The error's code in the driver's manual.
        code: i32,
    },
}

impl DeviceError {
    /// Makes a result of a status.
    pub(crate) fn check(call: &'static str, status: Status) -> Result<(), Self> {
        match status {
            0 => Ok(()),
            2 => Err(Self::OutOfMemory { call }),
            // After these errors the manual calls for another process or context: uncorrectable
            // memory, NVLink, a context that is gone, a device that is gone, faults of kernels
            // from an illegal address to a failed launch, and an unknown error.
            46 | 201 | 214 | 220 | 226 | 700 | 702 | 709 | 710 | 714..=719 | 999 => {
                Err(Self::Lost { call, code: status })
            }
            code => Err(Self::Call { call, code }),
        }
    }
}

impl From<DeviceError> for Error {
    fn from(error: DeviceError) -> Self {
        Self::Fault {
            backend: NAME.to_owned(),
            message: error.to_string(),
        }
    }
}
