//! Memory of the device and of the host, and copies between both.

use core::ffi::{c_uint, c_void};

use super::status::{INVALID_VALUE, Status, check_stream, code, current, enter, status};

/// The free and the whole memory of the device.
///
/// # Safety
///
/// Both pointers are valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemGetInfo_v2(free: *mut usize, total: *mut usize) -> Status {
    status(enter("cuMemGetInfo_v2").map(|(device, _)| {
        let capacity = device.memory.capacity();
        // SAFETY: the caller's pointers are valid.
        unsafe {
            free.write(capacity - device.memory.used().min(capacity));
            total.write(capacity);
        }
    }))
}

/// Allocates memory of the device.
///
/// # Safety
///
/// `address` is valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemAlloc_v2(address: *mut u64, length: usize) -> Status {
    status(enter("cuMemAlloc_v2").and_then(|(device, _)| {
        let allocated = device.memory.allocate(length).map_err(code)?;
        // SAFETY: the caller's pointer is valid.
        unsafe { address.write(allocated) };
        Ok(())
    }))
}

/// Frees memory of the device.
#[unsafe(no_mangle)]
pub extern "C" fn cuMemFree_v2(address: u64) -> Status {
    status(current().and_then(|device| device.memory.free(address).map_err(code)))
}

/// Allocates memory of the host that copies can use.
///
/// # Safety
///
/// `address` is valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemAllocHost_v2(address: *mut *mut c_void, length: usize) -> Status {
    status(enter("cuMemAllocHost_v2").map(|(device, _)| {
        let mut buffer = vec![0_u128; length.div_ceil(16)];
        let pointer = buffer.as_mut_ptr();
        device.state().host.insert(pointer as usize, buffer);
        // SAFETY: the caller's pointer is valid.
        unsafe { address.write(pointer.cast()) };
    }))
}

/// Frees memory of the host.
#[unsafe(no_mangle)]
pub extern "C" fn cuMemFreeHost(address: *mut c_void) -> Status {
    status(current().and_then(|device| {
        let removed = device.state().host.remove(&(address as usize));
        removed.map(drop).ok_or(INVALID_VALUE)
    }))
}

/// Copies from the host to the device.
///
/// # Safety
///
/// `source` is valid for reading `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemcpyHtoDAsync_v2(
    address: u64,
    source: *const c_void,
    length: usize,
    stream: usize,
) -> Status {
    status(enter("cuMemcpyHtoDAsync_v2").and_then(|(device, flip)| {
        check_stream(device, stream)?;
        // SAFETY: the caller's buffer has that many bytes.
        let bytes: &[u8] = unsafe { core::slice::from_raw_parts(source.cast(), length) };
        let mut bytes = bytes.to_vec();
        flip_bit(&mut bytes, flip);
        device.memory.write(address, &bytes).map_err(code)
    }))
}

/// Copies from the device to the host.
///
/// # Safety
///
/// `target` is valid for writing `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuMemcpyDtoHAsync_v2(
    target: *mut c_void,
    address: u64,
    length: usize,
    stream: usize,
) -> Status {
    status(enter("cuMemcpyDtoHAsync_v2").and_then(|(device, flip)| {
        check_stream(device, stream)?;
        // SAFETY: the caller's buffer has that many bytes, and is initialised below.
        let bytes = unsafe {
            target.cast::<u8>().write_bytes(0, length);
            core::slice::from_raw_parts_mut(target.cast::<u8>(), length)
        };
        device.memory.read(address, bytes).map_err(code)?;
        flip_bit(bytes, flip);
        Ok(())
    }))
}

/// Fills memory of the device with a word.
#[unsafe(no_mangle)]
pub extern "C" fn cuMemsetD32Async(
    address: u64,
    word: c_uint,
    count: usize,
    stream: usize,
) -> Status {
    status(enter("cuMemsetD32Async").and_then(|(device, _)| {
        check_stream(device, stream)?;
        device.memory.fill(address, word, count).map_err(code)
    }))
}

/// Changes the bit that a script names, if it names one.
fn flip_bit(bytes: &mut [u8], bit: Option<usize>) {
    if let Some(bit) = bit {
        bytes[bit / 8 % bytes.len()] ^= 1 << (bit % 8);
    }
}
