//! The functions of the driver API.
//!
//! A context is the number of its device plus one. The functions check what they are given as far as
//! a test needs: handles, addresses and lengths.

use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::sync::Arc;
use std::thread;

use kzg_ptx::{LaunchOptions, MemoryError, Module};

use crate::device::{DEVICES, Device, device};
use crate::script::Script;

/// A result of the driver API.
type Status = c_int;

const SUCCESS: Status = 0;
const INVALID_VALUE: Status = 1;
const OUT_OF_MEMORY: Status = 2;
const INVALID_DEVICE: Status = 101;
const INVALID_CONTEXT: Status = 201;
const INVALID_PTX: Status = 218;
const INVALID_HANDLE: Status = 400;
const NOT_FOUND: Status = 500;
const ILLEGAL_ADDRESS: Status = 700;
const LAUNCH_FAILED: Status = 719;

thread_local! {
    /// The context of the calling thread.
    static CONTEXT: Cell<usize> = const { Cell::new(0) };
}

/// The device of the calling thread's context.
fn current() -> Result<&'static Device, Status> {
    let context = CONTEXT.get();
    let number = context.checked_sub(1).ok_or(INVALID_CONTEXT)?;
    device(number as i32).ok_or(INVALID_CONTEXT)
}

fn status(result: Result<(), Status>) -> Status {
    match result {
        Ok(()) => SUCCESS,
        Err(code) => code,
    }
}

/// Counts a call on the calling thread's device.
fn enter(call: &str) -> Result<(&'static Device, Option<usize>), Status> {
    let device = current()?;
    let flip = device.state().enter(call)?;
    Ok((device, flip))
}

fn code(error: MemoryError) -> Status {
    match error {
        MemoryError::OutOfMemory { .. } => OUT_OF_MEMORY,
        _ => INVALID_VALUE,
    }
}

/// Begins the use of the library.
#[unsafe(no_mangle)]
pub extern "C" fn cuInit(_flags: c_uint) -> Status {
    SUCCESS
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

/// Takes the context of a device into use.
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

/// Gives the context of a device back.
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
    SUCCESS
}

/// Sets the context of the calling thread.
#[unsafe(no_mangle)]
pub extern "C" fn cuCtxSetCurrent(context: usize) -> Status {
    CONTEXT.set(context);
    SUCCESS
}

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

/// Reads a module from PTX.
///
/// # Safety
///
/// `module` is valid for writing, `image` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuModuleLoadData(module: *mut usize, image: *const c_void) -> Status {
    status(enter("cuModuleLoadData").and_then(|(device, _)| {
        // SAFETY: the caller's string ends with a zero.
        let text = unsafe { CStr::from_ptr(image.cast()) };
        let text = text.to_str().map_err(|_| INVALID_PTX)?;
        let parsed = Module::parse(text).map_err(|_| INVALID_PTX)?;
        let mut state = device.state();
        let handle = state.handle();
        state.modules.insert(handle, parsed);
        // SAFETY: the caller's pointer is valid.
        unsafe { module.write(handle) };
        Ok(())
    }))
}

/// Frees a module.
#[unsafe(no_mangle)]
pub extern "C" fn cuModuleUnload(module: usize) -> Status {
    status(current().and_then(|device| {
        let removed = device.state().modules.remove(&module);
        removed.map(drop).ok_or(INVALID_HANDLE)
    }))
}

/// A kernel of a module.
///
/// # Safety
///
/// `function` is valid for writing, `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuModuleGetFunction(
    function: *mut usize,
    module: usize,
    name: *const c_char,
) -> Status {
    status(enter("cuModuleGetFunction").and_then(|(device, _)| {
        // SAFETY: the caller's string ends with a zero.
        let name = unsafe { CStr::from_ptr(name) };
        let name = name.to_str().map_err(|_| NOT_FOUND)?;
        let mut state = device.state();
        let module = state.modules.get(&module).ok_or(INVALID_HANDLE)?;
        let kernel = Arc::new(module.kernel(name).ok_or(NOT_FOUND)?.clone());
        let handle = state.handle();
        state.functions.insert(handle, (name.to_owned(), kernel));
        // SAFETY: the caller's pointer is valid.
        unsafe { function.write(handle) };
        Ok(())
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
    status(enter("cuMemcpyHtoDAsync_v2").and_then(|(device, _)| {
        check_stream(device, stream)?;
        // SAFETY: the caller's buffer has that many bytes.
        let bytes = unsafe { core::slice::from_raw_parts(source.cast(), length) };
        device.memory.write(address, bytes).map_err(code)
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
        if let Some(bit) = flip {
            bytes[bit / 8 % length] ^= 1 << (bit % 8);
        }
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

/// Runs a kernel.
///
/// # Safety
///
/// `arguments` points to as many pointers as the kernel has parameters, each to a value of the
/// parameter's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuLaunchKernel(
    function: usize,
    grid: c_uint,
    grid_y: c_uint,
    grid_z: c_uint,
    block: c_uint,
    block_y: c_uint,
    block_z: c_uint,
    _shared: c_uint,
    stream: usize,
    arguments: *mut *mut c_void,
    _extra: *mut *mut c_void,
) -> Status {
    status(enter("cuLaunchKernel").and_then(|(device, _)| {
        check_stream(device, stream)?;
        if (grid_y, grid_z, block_y, block_z) != (1, 1, 1, 1) || grid == 0 {
            return Err(INVALID_VALUE);
        }
        let kernel = {
            let mut state = device.state();
            let found = state.functions.get(&function).ok_or(INVALID_HANDLE)?;
            let (name, kernel) = (format!("launch:{}", found.0), Arc::clone(&found.1));
            state.enter(&name)?;
            kernel
        };
        let values: Vec<u64> = (0..kernel.parameters())
            .map(|index| {
                // SAFETY: the caller gives a pointer to each parameter's value.
                unsafe {
                    let pointer = *arguments.add(index);
                    match kernel.parameter_size(index) {
                        8 => pointer.cast::<u64>().read(),
                        _ => u64::from(pointer.cast::<u32>().read()),
                    }
                }
            })
            .collect();
        let threads = thread::available_parallelism().map_or(1, |threads| threads.get());
        let options = LaunchOptions {
            threads,
            ..LaunchOptions::default()
        };
        let outcome = kernel.launch(grid, block, &values, &device.memory, options);
        outcome.map_err(|error| {
            eprintln!("launch: {error}");
            let code = match error {
                kzg_ptx::LaunchError::Memory { .. } => ILLEGAL_ADDRESS,
                _ => LAUNCH_FAILED,
            };
            device.state().lost = Some(code);
            code
        })
    }))
}

/// Makes a stream.
///
/// # Safety
///
/// `stream` is valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cuStreamCreate(stream: *mut usize, _flags: c_uint) -> Status {
    status(enter("cuStreamCreate").map(|(device, _)| {
        let mut state = device.state();
        let handle = state.handle();
        state.streams.insert(handle, ());
        // SAFETY: the caller's pointer is valid.
        unsafe { stream.write(handle) };
    }))
}

/// Waits for a stream.
#[unsafe(no_mangle)]
pub extern "C" fn cuStreamSynchronize(stream: usize) -> Status {
    status(enter("cuStreamSynchronize").and_then(|(device, _)| check_stream(device, stream)))
}

/// Frees a stream.
#[unsafe(no_mangle)]
pub extern "C" fn cuStreamDestroy_v2(stream: usize) -> Status {
    status(current().and_then(|device| {
        let removed = device.state().streams.remove(&stream);
        removed.map(drop).ok_or(INVALID_HANDLE)
    }))
}

fn check_stream(device: &Device, stream: usize) -> Result<(), Status> {
    let known = stream == 0 || device.state().streams.contains_key(&stream);
    if known { Ok(()) } else { Err(INVALID_HANDLE) }
}

/// Sets the script of a device, see `script`, and makes a lost device whole. Returns 1 if the script
/// is malformed or there is no such device.
///
/// # Safety
///
/// `text` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn standin_script(number: c_int, text: *const c_char) -> Status {
    // SAFETY: the caller's string ends with a zero.
    let text = unsafe { CStr::from_ptr(text) };
    let script = text.to_str().ok().and_then(Script::parse);
    let (Some(device), Some(script)) = (device(number), script) else {
        return 1;
    };
    let mut state = device.state();
    state.script = script;
    state.lost = None;
    SUCCESS
}

/// What was made on a device and not freed: bytes of memory, and other handles.
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
