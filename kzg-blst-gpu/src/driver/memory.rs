//! Memory of the device and of the host.

use core::ffi::c_void;
use core::ptr;
use std::sync::Arc;

use super::{Context, DeviceError, Result};

/// Memory of the device.
#[derive(Debug)]
pub(crate) struct Buffer {
    context: Arc<Context>,
    pub(super) address: u64,
    pub(super) length: usize,
}

impl Buffer {
    /// Allocates `length` bytes. Their content is not defined.
    pub(crate) fn new(context: &Arc<Context>, length: usize) -> Result<Self> {
        context.enter()?;
        let mut address = 0;
        // SAFETY: the pointer is to an integer of this function.
        unsafe { call!(context.functions, cuMemAlloc_v2(&mut address, length))? };
        Ok(Self {
            context: Arc::clone(context),
            address,
            length,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let _ = self.context.enter();
        // SAFETY: the memory was allocated in this context and not freed. The driver waits for the
        // kernels that use the memory. A failure cannot be answered here.
        let _ = unsafe { call!(self.context.functions, cuMemFree_v2(self.address)) };
    }
}

/// Memory of the host that copies to and from the device can use while the host does other work.
#[derive(Debug)]
pub(crate) struct HostBuffer {
    context: Arc<Context>,
    pub(super) address: *mut u8,
    pub(super) length: usize,
}

// SAFETY: the memory belongs to the buffer alone and is reached through `&self` and `&mut self`.
unsafe impl Send for HostBuffer {}
// SAFETY: the memory belongs to the buffer alone, and `&self` gives only shared slices of it.
unsafe impl Sync for HostBuffer {}

impl HostBuffer {
    /// Allocates `length` bytes, all zero.
    pub(crate) fn new(context: &Arc<Context>, length: usize) -> Result<Self> {
        context.enter()?;
        let mut address: *mut c_void = ptr::null_mut();
        // SAFETY: the pointer is to a variable of this function.
        unsafe { call!(context.functions, cuMemAllocHost_v2(&mut address, length))? };
        let address = address.cast::<u8>();
        // SAFETY: the driver has allocated that many bytes.
        unsafe { address.write_bytes(0, length) };
        Ok(Self {
            context: Arc::clone(context),
            address,
            length,
        })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the bytes were initialised and live as long as `self`.
        unsafe { core::slice::from_raw_parts(self.address, self.length) }
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: the bytes were initialised and live as long as `self`, which is borrowed exclusively.
        unsafe { core::slice::from_raw_parts_mut(self.address, self.length) }
    }
}

impl Drop for HostBuffer {
    fn drop(&mut self) {
        let _ = self.context.enter();
        // SAFETY: the memory was allocated by the driver and not freed. A failure cannot be answered
        // here.
        let _ = unsafe { call!(self.context.functions, cuMemFreeHost(self.address.cast())) };
    }
}
