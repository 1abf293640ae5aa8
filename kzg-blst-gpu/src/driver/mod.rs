//! CUDA's driver, as safe values: a context, memory, streams and kernels, each freed when dropped.
//!
//! Whatever a value refers to outlives it: memory, streams and modules hold their [`Context`].
//!
//! Copies and launches on a stream run in order and after the call has returned. The methods that
//! begin them are safe because buffers of the device are never handed out as slices, and because
//! [`HostBuffer`]s that a stream may still use are only reached through a [`Stream`] that is
//! synchronised first: see [`crate::device::lane`].

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
