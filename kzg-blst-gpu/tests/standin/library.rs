//! The stand-in for CUDA's driver library, built by cargo beside this program.

use std::env;
use std::ffi::{CString, c_char, c_int};
use std::path::PathBuf;
use std::sync::LazyLock;

use kzg_blst_gpu::{BlstGpu, GpuOptions};
use kzg_traits::{SettingsOptions, SetupError, TrustedSetup};
use libloading::Library;

/// The library, loaded as the crate loads it: the system gives the same library both times.
static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    // SAFETY: the library is that of this repository, whose initialisers do nothing.
    unsafe { Library::new(path()) }.expect("cargo builds the library before the tests")
});

/// The library's path. Cargo puts it into the folder of this program.
pub(crate) fn path() -> PathBuf {
    let program = env::current_exe().expect("the program's path");
    let name = format!(
        "{}cuda_standin{}",
        env::consts::DLL_PREFIX,
        env::consts::DLL_SUFFIX
    );
    program.with_file_name(name)
}

/// Options for a device of the stand-in, to which even one blob goes.
pub(crate) fn options(device: i32) -> GpuOptions {
    GpuOptions::default()
        .with_library(path())
        .with_device(device)
        .with_smallest_batches(1, 1)
}

/// Loads the mainnet setup into a device, if the options allow that.
pub(crate) fn try_load(options: GpuOptions) -> Result<BlstGpu, SetupError> {
    BlstGpu::load(
        &TrustedSetup::mainnet(),
        SettingsOptions::default(),
        options,
    )
}

/// Loads the mainnet setup into a device of the stand-in.
pub(crate) fn load(options: GpuOptions) -> BlstGpu {
    try_load(options).expect("the stand-in has this device")
}

/// Sets the faults of a device.
pub(crate) fn script(device: i32, script: &str) {
    let script = CString::new(script).expect("no zero bytes");
    // SAFETY: the function has this type in `standin/src/api/control.rs`.
    let status = unsafe {
        let set =
            LIBRARY.get::<unsafe extern "C" fn(c_int, *const c_char) -> c_int>(b"standin_script\0");
        set.expect("a function of the stand-in")(device, script.as_ptr())
    };
    assert_eq!(status, 0, "the script is well formed");
}

/// The bytes and handles that were allocated on a device and not freed.
pub(crate) fn live(device: i32) -> u64 {
    // SAFETY: the function has this type in `standin/src/api/control.rs`.
    unsafe {
        let live = LIBRARY.get::<unsafe extern "C" fn(c_int) -> u64>(b"standin_live\0");
        live.expect("a function of the stand-in")(device)
    }
}

/// The number of calls of a function on a device since its script was set.
pub(crate) fn calls(device: i32, call: &str) -> u64 {
    let call = CString::new(call).expect("no zero bytes");
    // SAFETY: the function has this type in `standin/src/api/control.rs`.
    unsafe {
        let calls =
            LIBRARY.get::<unsafe extern "C" fn(c_int, *const c_char) -> u64>(b"standin_calls\0");
        calls.expect("a function of the stand-in")(device, call.as_ptr())
    }
}
