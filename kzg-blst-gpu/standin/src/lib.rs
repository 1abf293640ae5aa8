//! A stand-in for `libcuda`, CUDA's driver library, for tests on machines without a GPU.
//!
//! The shared library has the functions of the driver API that kzg-blst-gpu uses, under their names.
//! Kernels run on the interpreter of `kzg-ptx`, at once and in the order of the calls, so that
//! streams have nothing to wait for. There are [`DEVICES`] devices, each with memory, handles and
//! faults of its own, so that tests can run side by side.
//!
//! Three functions more are for tests: [`standin_script`] makes a device fail, [`standin_live`]
//! counts what was not freed, and [`standin_calls`] counts calls.

#![allow(non_snake_case)]

mod api;
mod device;
mod script;

pub use api::*;
pub use device::DEVICES;
