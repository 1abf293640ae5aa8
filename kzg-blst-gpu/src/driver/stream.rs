//! Streams, and the arguments of launches.

use core::ffi::c_void;
use core::ptr;
use std::sync::Arc;

use super::{Buffer, Context, DeviceError, Function, HostBuffer, Result};

/// A queue of copies and launches.
#[derive(Debug)]
pub(crate) struct Stream {
    context: Arc<Context>,
    handle: usize,
}

impl Stream {
    pub(crate) fn new(context: &Arc<Context>) -> Result<Self> {
        context.enter()?;
        let mut handle = 0;
        // SAFETY: the pointer is to an integer of this function. The flag makes the stream
        // independent of the default stream.
        unsafe { call!(context.functions, cuStreamCreate(&mut handle, 1))? };
        Ok(Self {
            context: Arc::clone(context),
            handle,
        })
    }

    /// Begins to copy the first `length` bytes to the device.
    ///
    /// # Safety
    ///
    /// The bytes of `from` are not written, and no buffer is dropped, until the stream is
    /// synchronised.
    ///
    /// # Panics
    ///
    /// If a buffer is shorter.
    pub(crate) unsafe fn upload(
        &self,
        from: &HostBuffer,
        to: &Buffer,
        length: usize,
    ) -> Result<()> {
        assert_fits(length, from, to);
        self.context.enter()?;
        // SAFETY: both buffers have that many bytes, and keep them by the caller's promise.
        unsafe {
            call!(
                self.context.functions,
                cuMemcpyHtoDAsync_v2(to.address, from.address.cast(), length, self.handle)
            )
        }
    }

    /// Begins to copy the first `length` bytes to the host.
    ///
    /// # Safety
    ///
    /// The bytes of `to` are neither read nor written, and no buffer is dropped, until the stream is
    /// synchronised.
    ///
    /// # Panics
    ///
    /// If a buffer is shorter.
    pub(crate) unsafe fn download(
        &self,
        from: &Buffer,
        to: &HostBuffer,
        length: usize,
    ) -> Result<()> {
        assert_fits(length, to, from);
        self.context.enter()?;
        // SAFETY: both buffers have that many bytes, and keep them by the caller's promise.
        unsafe {
            call!(
                self.context.functions,
                cuMemcpyDtoHAsync_v2(to.address.cast(), from.address, length, self.handle)
            )
        }
    }

    /// Begins to write zeros to `length` bytes from an offset on.
    ///
    /// # Panics
    ///
    /// If the buffer is shorter, or if the offset or the length is no multiple of 4.
    pub(crate) fn clear(&self, buffer: &Buffer, offset: usize, length: usize) -> Result<()> {
        assert!(
            offset + length <= buffer.length,
            "the bytes are in the buffer"
        );
        assert!(
            offset.is_multiple_of(4) && length.is_multiple_of(4),
            "the bytes are words"
        );
        self.context.enter()?;
        let address = buffer.address + offset as u64;
        // SAFETY: the words are in the buffer, and their address is a multiple of 4, because the
        // driver aligns allocations to 256 bytes. The host reads the buffer only by copies on a
        // stream. If the buffer is dropped before the words are written, `cuMemFree_v2` waits for
        // that.
        unsafe {
            call!(
                self.context.functions,
                cuMemsetD32Async(address, 0, length / 4, self.handle)
            )
        }
    }

    /// Begins to run a kernel on at least `threads` threads, in blocks of `block`.
    ///
    /// # Safety
    ///
    /// The arguments are those of the kernel's parameters, in number and size, and the kernel stays
    /// within the buffers whose addresses it is given. Neither `function` nor a buffer among the
    /// arguments is dropped until the stream is synchronised.
    pub(crate) unsafe fn launch(
        &self,
        function: &Function,
        threads: usize,
        block: u32,
        arguments: &[Argument],
    ) -> Result<()> {
        self.context.enter()?;
        let grid = threads.div_ceil(block as usize) as u32;
        let mut pointers: Vec<*mut c_void> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Address(address) => ptr::from_ref(address).cast_mut().cast(),
                Argument::Number(number) => ptr::from_ref(number).cast_mut().cast(),
            })
            .collect();
        let (none, stream) = (ptr::null_mut(), self.handle);
        // SAFETY: there is a pointer for each parameter, by the caller's promise, and the driver
        // copies the values before it returns. The kernel's code and the buffers stay until the
        // kernel has ended, by the caller's promise too.
        unsafe {
            call!(
                self.context.functions,
                cuLaunchKernel(
                    function.handle,
                    grid,
                    1,
                    1,
                    block,
                    1,
                    1,
                    0,
                    stream,
                    pointers.as_mut_ptr(),
                    none
                )
            )
        }
    }

    /// Waits until all that was begun is done.
    pub(crate) fn synchronize(&self) -> Result<()> {
        self.context.enter()?;
        // SAFETY: the stream is not destroyed before `self` is dropped.
        unsafe { call!(self.context.functions, cuStreamSynchronize(self.handle)) }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let _ = self.synchronize();
        // SAFETY: the stream was created and not destroyed. A failure cannot be answered here.
        let _ = unsafe { call!(self.context.functions, cuStreamDestroy_v2(self.handle)) };
    }
}

/// Asserts that both ends of a copy have this number of bytes.
fn assert_fits(length: usize, host: &HostBuffer, device: &Buffer) {
    assert!(
        length <= host.length && length <= device.length,
        "the bytes are in both buffers"
    );
}

/// A value for a kernel's parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Argument {
    Address(u64),
    Number(u32),
}

impl From<&Buffer> for Argument {
    fn from(buffer: &Buffer) -> Self {
        Self::Address(buffer.address)
    }
}

impl From<usize> for Argument {
    /// # Panics
    ///
    /// If the number does not fit in 32 bits.
    fn from(number: usize) -> Self {
        Self::Number(u32::try_from(number).expect("kernels count in 32 bits"))
    }
}
