//! Devices and their contexts.

use core::ffi::{c_char, c_int, c_uint};

use super::status::{
    CONTEXT, INIT, INVALID_CONTEXT, INVALID_DEVICE, INVALID_VALUE, SUCCESS, Status,
};
use crate::device::{DEVICES, device};
use crate::script::Effect;

/// Begins the use of the library, as far as the script of the calling thread lets it.
#[unsafe(no_mangle)]
pub extern "C" fn cuInit(_flags: c_uint) -> Status {
    match INIT.with_borrow_mut(|script| script.at("cuInit")) {
        Some(Effect::Error(code) | Effect::Lost(code)) => code,
        Some(Effect::Flip(_)) | None => SUCCESS,
    }
}

/// The number of devices.
///
/// # Safety
///
/// `count` is valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceGetCount(count: *mut c_int) -> Status {
    // SAFETY: the caller's pointer is valid.
    unsafe { count.write(DEVICES as c_int) };
    SUCCESS
}

/// The device with a number.
///
/// # Safety
///
/// `out` is valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceGet(out: *mut c_int, number: c_int) -> Status {
    if device(number).is_none() {
        return INVALID_DEVICE;
    }
    // SAFETY: the caller's pointer is valid.
    unsafe { out.write(number) };
    SUCCESS
}

/// The name of a device.
///
/// # Safety
///
/// `name` is valid for writing `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceGetName(name: *mut c_char, length: c_int, _: c_int) -> Status {
    let text = b"interpreter\0";
    if (length as usize) < text.len() {
        return INVALID_VALUE;
    }
    // SAFETY: there is room for the text.
    unsafe { name.copy_from_nonoverlapping(text.as_ptr().cast(), text.len()) };
    SUCCESS
}

/// An attribute of a device: the compute capability is 9.0, there are 4 multiprocessors.
///
/// # Safety
///
/// `value` is valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDeviceGetAttribute(
    value: *mut c_int,
    attribute: c_int,
    _device: c_int,
) -> Status {
    let answer = match attribute {
        75 => 9,
        76 => 0,
        16 => 4,
        _ => return INVALID_VALUE,
    };
    // SAFETY: the caller's pointer is valid.
    unsafe { value.write(answer) };
    SUCCESS
}

/// Takes the context of a device into use. The context is the same until it was released as often as
/// it was retained; the context of a lost device is refused.
///
/// # Safety
///
/// `context` is valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuDevicePrimaryCtxRetain(context: *mut usize, number: c_int) -> Status {
    let Some(device) = device(number) else {
        return INVALID_DEVICE;
    };
    let mut state = device.state();
    if let Err(code) = state.enter("cuDevicePrimaryCtxRetain") {
        return code;
    }
    state.retained += 1;
    // SAFETY: the caller's pointer is valid.
    unsafe { context.write(number as usize + 1) };
    SUCCESS
}

/// Gives the context of a device back. The last release destroys the context, and with the context
/// the loss of the device ends.
#[unsafe(no_mangle)]
pub extern "C" fn cuDevicePrimaryCtxRelease_v2(number: c_int) -> Status {
    let Some(device) = device(number) else {
        return INVALID_DEVICE;
    };
    let mut state = device.state();
    match state.retained.checked_sub(1) {
        Some(retained) => state.retained = retained,
        None => return INVALID_CONTEXT,
    }
    if state.retained == 0 {
        state.lost = None;
    }
    SUCCESS
}

/// Sets the context of the calling thread.
#[unsafe(no_mangle)]
pub extern "C" fn cuCtxSetCurrent(context: usize) -> Status {
    CONTEXT.set(context);
    SUCCESS
}
