//! A device's primary context.

use core::ffi::c_char;
use std::ffi::CStr;
use std::path::Path;
use std::sync::Arc;

use kzg_traits::SetupError;

use super::{DeviceError, Functions, Result};
use crate::NAME;

/// A device's primary context.
#[derive(Debug)]
pub(crate) struct Context {
    pub(super) functions: Functions,
    device: i32,
    handle: usize,
    name: String,
}

impl Context {
    /// Opens the device with a number.
    ///
    /// # Errors
    ///
    /// [`SetupError::LibraryNotFound`] or [`SetupError::MissingSymbols`] if there is no driver, and
    /// [`SetupError::BackendUnavailable`] if there is no such device, or one that is too old.
    pub(crate) fn open(library: Option<&Path>, number: i32) -> Result<Arc<Self>, SetupError> {
        let functions = Functions::load(library)?;
        let unavailable = |reason: String| SetupError::BackendUnavailable {
            backend: NAME.to_owned(),
            reason,
        };
        let failed = |error: DeviceError| unavailable(error.to_string());
        let (mut device, mut capability, mut count) = (0, 0, 0);
        // SAFETY: the pointers are to integers of this function.
        unsafe {
            call!(functions, cuInit(0)).map_err(|error| unavailable(why_not_begun(error)))?;
            call!(functions, cuDeviceGetCount(&mut count)).map_err(failed)?;
        }
        if !(0..count).contains(&number) {
            let reason = format!("no device {number}: the driver has {count}");
            return Err(unavailable(reason));
        }
        // SAFETY: the pointers are to integers of this function.
        unsafe {
            call!(functions, cuDeviceGet(&mut device, number)).map_err(failed)?;
            // The major number of the compute capability.
            call!(functions, cuDeviceGetAttribute(&mut capability, 75, device)).map_err(failed)?;
        }
        if capability < 7 {
            let reason =
                format!("device {number} has compute capability {capability}, 7 is needed");
            return Err(unavailable(reason));
        }
        let mut name = [0; 100];
        let mut handle = 0;
        // SAFETY: the name has room for the length that is given, the handle is an integer of this
        // function.
        unsafe {
            let length = name.len() as i32;
            call!(
                functions,
                cuDeviceGetName(name.as_mut_ptr().cast::<c_char>(), length, device)
            )
            .map_err(failed)?;
            call!(functions, cuDevicePrimaryCtxRetain(&mut handle, device)).map_err(failed)?;
        }
        let name = CStr::from_bytes_until_nul(&name).map_or_else(
            |_| String::new(),
            |name| name.to_string_lossy().into_owned(),
        );
        Ok(Arc::new(Self {
            functions,
            device,
            handle,
            name,
        }))
    }

    /// The device's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The bytes of memory that are free.
    pub(crate) fn free_memory(&self) -> Result<usize> {
        self.enter()?;
        let (mut free, mut total) = (0, 0);
        // SAFETY: the pointers are to integers of this function.
        unsafe { call!(self.functions, cuMemGetInfo_v2(&mut free, &mut total))? };
        Ok(free)
    }

    /// Makes this the context of the calling thread.
    pub(super) fn enter(&self) -> Result<()> {
        // SAFETY: the context was retained and is not released before `self` is dropped.
        unsafe { call!(self.functions, cuCtxSetCurrent(self.handle)) }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context was retained once. All that was made in it holds `self` and is gone. A
        // failure cannot be answered here.
        let _ = unsafe { call!(self.functions, cuDevicePrimaryCtxRelease_v2(self.device)) };
    }
}

/// The reason why the driver cannot be used, for the codes that users meet.
fn why_not_begun(error: DeviceError) -> String {
    let meaning = match error {
        DeviceError::Call { code, .. } => match code {
            34 => "the library is the stub that is for linking; install the driver",
            803 | 804 => "the driver's library and its kernel module do not fit together",
            100 => "there is no device, or CUDA_VISIBLE_DEVICES hides all",
            _ => return error.to_string(),
        },
        _ => return error.to_string(),
    };
    format!("{error}: {meaning}")
}
