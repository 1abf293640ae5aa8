//! CUDA's driver, as safe values: a context, memory, streams and kernels, each freed when dropped.
//!
//! Whatever a value refers to outlives it: memory, streams and modules hold their [`Context`].
//!
//! Copies and launches on a stream run in order and after the call has returned. The methods that
//! begin those which touch memory of the host, or memory that a kernel names, are unsafe: the caller
//! keeps the buffers, and leaves memory of the host alone, until the stream is synchronised. See
//! [`crate::device::lane`].
//!
//! The driver's calls refer to the context of the calling thread. Every method makes its own context
//! that of the thread first, so values can be used and dropped on any thread. The context stays that
//! of the thread after the call.

/// Calls a function of the driver by name.
macro_rules! call {
    ($functions:expr, $name:ident($($argument:expr),* $(,)?)) => {
        DeviceError::check(stringify!($name), ($functions.$name)($($argument),*))
    };
}

mod context;
mod error;
mod function;
mod functions;
mod memory;
mod stream;

pub(crate) use context::Context;
pub use error::DeviceError;
pub(crate) use function::Function;
pub(crate) use functions::{Functions, Status};
pub(crate) use memory::{Buffer, HostBuffer};
pub(crate) use stream::{Argument, Stream};

type Result<T, E = DeviceError> = core::result::Result<T, E>;
