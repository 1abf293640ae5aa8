//! The functions of CUDA's driver library that this crate calls, found at run time.

use core::ffi::{c_char, c_int, c_uint, c_void};
use std::path::{Path, PathBuf};

use kzg_traits::SetupError;
use libloading::Library;

/// The result of a function: zero, or the code of an error.
pub(crate) type Status = c_int;

/// The names under which the library is installed.
#[cfg(windows)]
const NAMES: &[&str] = &["nvcuda.dll"];
#[cfg(not(windows))]
const NAMES: &[&str] = &["libcuda.so.1", "libcuda.so"];

macro_rules! functions {
    ($($name:ident($($argument:ty),* $(,)?);)*) => {
        /// Pointers to the functions, and the library that keeps them valid.
        ///
        /// Source of the declarations: the CUDA Driver API reference manual. Handles are pointers
        /// there, and integers of the same size here. The names are those of the library, with the
        /// suffix of the version of a function that was changed.
        #[allow(non_snake_case)]
        #[derive(Debug)]
        pub(crate) struct Functions {
            $(pub(crate) $name: unsafe extern "C" fn($($argument),*) -> Status,)*
            _library: Library,
        }

        impl Functions {
            pub(super) fn find(library: Library, path: &Path) -> Result<Self, SetupError> {
                let mut missing = Vec::new();
                $(
                    // SAFETY: the type is that of the function of this name in the manual. The
                    // pointer is used only while the library, which is moved beside it, is loaded.
                    let $name = unsafe {
                        library
                            .get::<unsafe extern "C" fn($($argument),*) -> Status>(
                                concat!(stringify!($name), "\0").as_bytes(),
                            )
                            .map(|symbol| *symbol)
                    };
                    if $name.is_err() {
                        missing.push(stringify!($name).to_owned());
                    }
                )*
                match ($($name,)*) {
                    ($(Ok($name),)*) => Ok(Self { $($name,)* _library: library }),
                    _ => Err(SetupError::MissingSymbols {
                        library: path.display().to_string(),
                        missing,
                    }),
                }
            }
        }
    };
}

#[allow(non_snake_case)]
mod declared {
    use super::*;

    functions! {
        cuInit(c_uint);
        cuDeviceGetCount(*mut c_int);
        cuDeviceGet(*mut c_int, c_int);
        cuDeviceGetName(*mut c_char, c_int, c_int);
        cuDeviceGetAttribute(*mut c_int, c_int, c_int);
        cuDevicePrimaryCtxRetain(*mut usize, c_int);
        cuDevicePrimaryCtxRelease_v2(c_int);
        cuCtxSetCurrent(usize);
        cuMemGetInfo_v2(*mut usize, *mut usize);
        cuModuleLoadData(*mut usize, *const c_void);
        cuModuleUnload(usize);
        cuModuleGetFunction(*mut usize, usize, *const c_char);
        cuMemAlloc_v2(*mut u64, usize);
        cuMemFree_v2(u64);
        cuMemAllocHost_v2(*mut *mut c_void, usize);
        cuMemFreeHost(*mut c_void);
        cuMemcpyHtoDAsync_v2(u64, *const c_void, usize, usize);
        cuMemcpyDtoHAsync_v2(*mut c_void, u64, usize, usize);
        cuMemsetD32Async(u64, c_uint, usize, usize);
        cuStreamCreate(*mut usize, c_uint);
        cuStreamSynchronize(usize);
        cuStreamDestroy_v2(usize);
        cuLaunchKernel(
            usize, c_uint, c_uint, c_uint, c_uint, c_uint, c_uint, c_uint, usize,
            *mut *mut c_void, *mut *mut c_void,
        );
    }
}

pub(crate) use declared::Functions;

impl Functions {
    /// Loads the library from a path, or else from where the system finds it.
    ///
    /// # Errors
    ///
    /// [`SetupError::LibraryNotFound`] or [`SetupError::MissingSymbols`].
    pub(crate) fn load(path: Option<&Path>) -> Result<Self, SetupError> {
        let names: Vec<PathBuf> = match path {
            Some(path) => vec![path.to_owned()],
            None => NAMES.iter().map(PathBuf::from).collect(),
        };
        let mut tried = Vec::new();
        for name in names {
            // SAFETY: loading runs the library's initialisers. It is CUDA's driver library, which
            // the system's administrator or the caller has chosen.
            match unsafe { Library::new(&name) } {
                Ok(library) => return Self::find(library, &name),
                Err(error) => tried.push(format!("{}: {error}", name.display())),
            }
        }
        Err(SetupError::LibraryNotFound { tried })
    }
}
