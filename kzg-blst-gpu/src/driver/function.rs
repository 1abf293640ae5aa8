//! Kernels and their modules.

use std::ffi::CString;
use std::sync::Arc;

use super::{Context, DeviceError, Result};

/// A kernel, with the module that has its code.
#[derive(Debug)]
pub(crate) struct Function {
    pub(super) handle: usize,
    module: usize,
    context: Arc<Context>,
}

impl Function {
    /// Translates PTX for the device and finds the kernel of a name in it.
    pub(crate) fn new(context: &Arc<Context>, ptx: &str, name: &str) -> Result<Self> {
        context.enter()?;
        let ptx = CString::new(ptx).expect("PTX has no zero bytes");
        let name = CString::new(name).expect("names have no zero bytes");
        let mut module = 0;
        // SAFETY: the pointers are to an integer and a string of this function.
        unsafe {
            call!(
                context.functions,
                cuModuleLoadData(&mut module, ptx.as_ptr().cast())
            )?
        };
        // From here on the module is unloaded when `function` is dropped.
        let mut function = Self {
            handle: 0,
            module,
            context: Arc::clone(context),
        };
        // SAFETY: the pointers are to an integer of `function` and a string of this function; the
        // module was loaded.
        unsafe {
            call!(
                context.functions,
                cuModuleGetFunction(&mut function.handle, module, name.as_ptr())
            )?;
        }
        Ok(function)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.context.enter();
        // SAFETY: the module was loaded and not unloaded. None of its kernels runs, by the condition
        // of `Stream::launch`. A failure cannot be answered here.
        let _ = unsafe { call!(self.context.functions, cuModuleUnload(self.module)) };
    }
}
