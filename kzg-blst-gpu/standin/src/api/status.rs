//! Results of calls, and the calling thread's device.

use core::cell::{Cell, RefCell};
use core::ffi::c_int;

use kzg_ptx::MemoryError;

use crate::device::{Device, device};
use crate::script::Script;

/// A result of the driver API.
pub(super) type Status = c_int;

pub(super) const SUCCESS: Status = 0;
pub(super) const INVALID_VALUE: Status = 1;
pub(super) const OUT_OF_MEMORY: Status = 2;
pub(super) const INVALID_DEVICE: Status = 101;
pub(super) const INVALID_CONTEXT: Status = 201;
pub(super) const INVALID_PTX: Status = 218;
pub(super) const INVALID_HANDLE: Status = 400;
pub(super) const NOT_FOUND: Status = 500;
pub(super) const ILLEGAL_ADDRESS: Status = 700;
pub(super) const LAUNCH_FAILED: Status = 719;

thread_local! {
    /// The context of the calling thread.
    pub(super) static CONTEXT: Cell<usize> = const { Cell::new(0) };
    /// The faults of `cuInit`, which belongs to no device: those of the calling thread.
    pub(super) static INIT: RefCell<Script> = RefCell::default();
}

/// The device of the calling thread's context.
pub(super) fn current() -> Result<&'static Device, Status> {
    let context = CONTEXT.get();
    let number = context.checked_sub(1).ok_or(INVALID_CONTEXT)?;
    device(number as i32).ok_or(INVALID_CONTEXT)
}

pub(super) fn status(result: Result<(), Status>) -> Status {
    match result {
        Ok(()) => SUCCESS,
        Err(code) => code,
    }
}

/// Begins a driver call: finds the device of the calling thread and counts the call there.
pub(super) fn enter(call: &str) -> Result<(&'static Device, Option<usize>), Status> {
    let device = current()?;
    let flip = device.state().enter(call)?;
    Ok((device, flip))
}

pub(super) fn code(error: MemoryError) -> Status {
    match error {
        MemoryError::OutOfMemory { .. } => OUT_OF_MEMORY,
        _ => INVALID_VALUE,
    }
}

/// An error unless a stream is the default stream or was made on the device.
pub(super) fn check_stream(device: &Device, stream: usize) -> Result<(), Status> {
    let known = stream == 0 || device.state().streams.contains_key(&stream);
    if known { Ok(()) } else { Err(INVALID_HANDLE) }
}
