//! Modules, launches of their kernels, and streams.

use core::ffi::{CStr, c_char, c_uint, c_void};
use std::sync::Arc;
use std::thread;

use kzg_ptx::{LaunchOptions, Module};

use super::status::{
    ILLEGAL_ADDRESS, INVALID_HANDLE, INVALID_PTX, INVALID_VALUE, LAUNCH_FAILED, NOT_FOUND, Status,
    check_stream, current, enter, status,
};

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
