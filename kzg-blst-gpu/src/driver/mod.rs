//! CUDA's driver, as safe values: a context, memory, streams and kernels, each freed when dropped.
//!
//! Whatever a value refers to outlives it: memory, streams and modules hold their [`Context`].
//!
//! Copies and launches on a stream run in order and after the call has returned. The methods that
//! begin them are safe because buffers of the device are never handed out as slices, and because
//! [`HostBuffer`]s that a stream may still use are only reached through a [`Stream`] that is
//! synchronised first: see [`crate::device::lane`].

mod error;
mod functions;

use core::ffi::{c_char, c_void};
use core::ptr;
use std::ffi::{CStr, CString};
use std::path::Path;
use std::sync::Arc;

use kzg_traits::SetupError;

use crate::NAME;
pub use error::DeviceError;
pub(crate) use functions::{Functions, Status};

type Result<T, E = DeviceError> = core::result::Result<T, E>;

/// Calls a function of the driver by name.
macro_rules! call {
    ($functions:expr, $name:ident($($argument:expr),* $(,)?)) => {
        DeviceError::check(stringify!($name), ($functions.$name)($($argument),*))
    };
}

/// A device's primary context.
#[derive(Debug)]
pub(crate) struct Context {
    functions: Functions,
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
            call!(functions, cuInit(0)).map_err(failed)?;
            call!(functions, cuDeviceGetCount(&mut count)).map_err(failed)?;
        }
        if !(0..count).contains(&number) {
            let reason = format!("no device {number}: the driver has {count}");
            return Err(unavailable(reason));
        }
        // SAFETY: as above.
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
    fn enter(&self) -> Result<()> {
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

/// Memory of the device.
#[derive(Debug)]
pub(crate) struct Buffer {
    context: Arc<Context>,
    address: u64,
    length: usize,
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
    address: *mut u8,
    length: usize,
}

// SAFETY: the memory belongs to the buffer alone and is reached through `&self` and `&mut self`.
unsafe impl Send for HostBuffer {}
// SAFETY: as above; `&self` gives only shared slices.
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
        // SAFETY: as above, and `self` is borrowed exclusively.
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
        assert!(
            length <= from.length && length <= to.length,
            "the bytes are in both buffers"
        );
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
        assert!(
            length <= from.length && length <= to.length,
            "the bytes are in both buffers"
        );
        self.context.enter()?;
        // SAFETY: both buffers have that many bytes, and keep them by the caller's promise.
        unsafe {
            call!(
                self.context.functions,
                cuMemcpyDtoHAsync_v2(to.address.cast(), from.address, length, self.handle)
            )
        }
    }

    /// Begins to write zeros to `length` bytes from an offset on. Both are multiples of 4.
    ///
    /// # Panics
    ///
    /// If the buffer is shorter.
    pub(crate) fn clear(&self, buffer: &Buffer, offset: usize, length: usize) -> Result<()> {
        assert!(
            offset + length <= buffer.length,
            "the bytes are in the buffer"
        );
        self.context.enter()?;
        let address = buffer.address + offset as u64;
        // SAFETY: the words are in the buffer, which is never read by the host but by a copy on a
        // stream.
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
    /// within the buffers whose addresses it is given.
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
        // SAFETY: there is a pointer for each parameter, by the caller's promise; the driver copies
        // the values before it returns.
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

/// A kernel, with the module that has its code.
#[derive(Debug)]
pub(crate) struct Function {
    handle: usize,
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
        // SAFETY: as above; the module was loaded.
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
        // SAFETY: the module was loaded and not unloaded. A failure cannot be answered here.
        let _ = unsafe { call!(self.context.functions, cuModuleUnload(self.module)) };
    }
}
