//! Modules, launches of their kernels, and streams.

use core::ffi::{CStr, c_char, c_uint, c_void};
use std::sync::Arc;
use std::thread;

use kzg_ptx::{LaunchOptions, Module};

use super::status::{
    ILLEGAL_ADDRESS, INVALID_HANDLE, INVALID_PTX, INVALID_VALUE, LAUNCH_FAILED, NOT_FOUND, Status,
    check_stream, current, enter, status,
};
use crate::device::Function;

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

/// Frees a module. The handles of its kernels are invalid afterwards.
#[unsafe(no_mangle)]
pub extern "C" fn cuModuleUnload(module: usize) -> Status {
    status(current().and_then(|device| {
        let mut state = device.state();
        state.modules.remove(&module).ok_or(INVALID_HANDLE)?;
        state
            .functions
            .retain(|_, function| function.module != module);
        Ok(())
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
        let found = state.modules.get(&module).ok_or(INVALID_HANDLE)?;
        let made = Function {
            module,
            name: name.to_owned(),
            kernel: Arc::new(found.kernel(name).ok_or(NOT_FOUND)?.clone()),
        };
        let handle = state.handle();
        state.functions.insert(handle, made);
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
            let kernel = Arc::clone(&found.kernel);
            let name = format!("launch:{}", found.name);
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

#[cfg(test)]
mod tests {
    use core::ptr;

    use super::super::devices::{
        cuCtxSetCurrent, cuDevicePrimaryCtxRelease_v2, cuDevicePrimaryCtxRetain,
    };
    use super::super::status::SUCCESS;
    use super::*;
    use crate::device::device;

    /// A kernel that writes a word to address 0, which is not allocated, unless `skip` is 1.
    const PTX: &CStr = c".visible .entry f(.param .u32 skip) {
        .reg .pred %p<2>; .reg .b32 %r<2>; .reg .b64 %rd<2>;
        ld.param.u32 %r1, [skip]; setp.eq.s32 %p1, %r1, 1; @%p1 ret; mov.u64 %rd1, 0;
        st.global.u32 [%rd1], %r1; ret; }";

    fn launch(function: usize, mut skip: u32) -> Status {
        let mut arguments = [ptr::from_mut(&mut skip).cast()];
        // SAFETY: the kernel has one parameter of four bytes.
        unsafe {
            cuLaunchKernel(
                function,
                1,
                1,
                1,
                1,
                1,
                1,
                0,
                0,
                arguments.as_mut_ptr(),
                ptr::null_mut(),
            )
        }
    }

    #[test]
    fn handles_end_with_their_module_and_the_loss_with_the_context() {
        const DEVICE: i32 = 3;
        let (mut context, mut again, mut module, mut function) = (0, 0, 0, 0);
        // SAFETY: the pointers are to integers of this function, the texts are C strings.
        unsafe {
            assert_eq!(cuDevicePrimaryCtxRetain(&mut context, DEVICE), SUCCESS);
            assert_eq!(cuCtxSetCurrent(context), SUCCESS);
            assert_eq!(cuModuleLoadData(&mut module, PTX.as_ptr().cast()), SUCCESS);
            let found = cuModuleGetFunction(&mut function, module, c"f".as_ptr());
            assert_eq!(found, SUCCESS);
        }
        assert_eq!(launch(function, 1), SUCCESS);
        assert_eq!(launch(function, 0), ILLEGAL_ADDRESS);
        assert_eq!(launch(function, 1), ILLEGAL_ADDRESS, "the device is lost");
        // SAFETY: the pointer is to an integer of this function.
        let retained = unsafe { cuDevicePrimaryCtxRetain(&mut again, DEVICE) };
        assert_eq!(retained, ILLEGAL_ADDRESS, "it is the same context");

        assert_eq!(cuModuleUnload(module), SUCCESS);
        assert_eq!(cuModuleUnload(module), INVALID_HANDLE);
        assert_eq!(cuDevicePrimaryCtxRelease_v2(DEVICE), SUCCESS);
        // SAFETY: the pointer is to an integer of this function.
        let retained = unsafe { cuDevicePrimaryCtxRetain(&mut again, DEVICE) };
        assert_eq!(retained, SUCCESS);
        assert_eq!(launch(function, 1), INVALID_HANDLE, "its module is gone");
        assert_eq!(cuDevicePrimaryCtxRelease_v2(DEVICE), SUCCESS);
        assert_eq!(device(DEVICE).map_or(1, |device| device.live()), 0);
    }
}
