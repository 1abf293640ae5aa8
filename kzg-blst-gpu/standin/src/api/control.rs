//! Functions for tests, which the driver does not have.

use core::ffi::{CStr, c_char, c_int};

use super::status::{INIT, SUCCESS, Status};
use crate::device::{Device, device};
use crate::script::Script;

/// Sets the script of a device, see `script`. For the number -1, sets the script of `cuInit` for the
/// calling thread. Returns 1 if the script is malformed or there is no such device.
///
/// A lost device stays lost until its context is released by all who have retained it.
///
/// # Safety
///
/// `text` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn standin_script(number: c_int, text: *const c_char) -> Status {
    // SAFETY: the caller's string ends with a zero.
    let text = unsafe { CStr::from_ptr(text) };
    let script = text.to_str().ok().and_then(Script::parse);
    let script = match (number, script) {
        (-1, Some(script)) => {
            INIT.set(script);
            return SUCCESS;
        }
        (_, script) => script,
    };
    let (Some(device), Some(script)) = (device(number), script) else {
        return 1;
    };
    device.state().script = script;
    SUCCESS
}

/// The number of bytes and of other handles that were allocated on a device and not freed.
#[unsafe(no_mangle)]
pub extern "C" fn standin_live(number: c_int) -> u64 {
    device(number).map_or(0, Device::live)
}

/// The number of calls of a function on a device since its script was set.
///
/// # Safety
///
/// `call` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn standin_calls(number: c_int, call: *const c_char) -> u64 {
    // SAFETY: the caller's string ends with a zero.
    let call = unsafe { CStr::from_ptr(call) }.to_string_lossy();
    device(number).map_or(0, |device| device.state().script.calls(&call))
}
