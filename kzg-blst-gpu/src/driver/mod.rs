//! CUDA's driver, as safe values: a context, memory, streams and kernels, each freed when dropped.
//!
//! Memory, streams and modules hold their [`Context`], so that a context outlives them.
//!
//! A stream runs its copies and launches in order. They may run after the call that began them has
//! returned. So the methods that begin a copy or a launch are unsafe: until the stream is
//! synchronised, the caller drops neither the buffers nor the kernel, does not write the source of a
//! copy from the host, and does not touch the target of a copy to the host. [`crate::device::lane`]
//! keeps these conditions for batches.
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
pub(crate) use error::DeviceError;
pub(crate) use function::Function;
pub(crate) use functions::{Functions, Status};
pub(crate) use memory::{Buffer, HostBuffer};
pub(crate) use stream::{Argument, Stream};

type Result<T, E = DeviceError> = core::result::Result<T, E>;
