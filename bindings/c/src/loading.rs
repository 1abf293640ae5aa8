//! Loading and freeing trusted setups.

use core::ffi::{CStr, c_char};
use std::path::PathBuf;
use std::sync::Arc;

use kzg_backends::{
    BackendChoice, KzgSettings, SettingsOptions, SetupError, TrustedSetup, c_kzg_precompute,
    load_shared,
};

use crate::boundary;
use crate::failure::{C_KZG_RET, Failure};
use crate::handle::{self, KZGSettings};
use crate::input;

/// The name of a caller's `FILE` in messages, since a `FILE` does not know its path.
const FILE_NAME: &str = "in the caller's FILE";

/// Loads a setup from compressed points: `4096 * 48` bytes of each G1 list, `65 * 96` of G2. The
/// Lagrange points are in natural order.
///
/// # Safety
///
/// `out` is null or valid for writing a `KZGSettings`, which no other thread uses during the call. Each
/// other pointer is null or valid for reading the number of bytes that follows it. Nobody changes the
/// bytes during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn load_trusted_setup(
    out: *mut KZGSettings,
    g1_monomial_bytes: *const u8,
    num_g1_monomial_bytes: u64,
    g1_lagrange_bytes: *const u8,
    num_g1_lagrange_bytes: u64,
    g2_monomial_bytes: *const u8,
    num_g2_monomial_bytes: u64,
    precompute: u64,
) -> C_KZG_RET {
    let setup = || {
        // SAFETY: the caller promises that each list may be read and does not change.
        let (g1_monomial, g1_lagrange, g2_monomial) = unsafe {
            (
                input::items(
                    g1_monomial_bytes,
                    num_g1_monomial_bytes,
                    "g1_monomial_bytes",
                )?,
                input::items(
                    g1_lagrange_bytes,
                    num_g1_lagrange_bytes,
                    "g1_lagrange_bytes",
                )?,
                input::items(
                    g2_monomial_bytes,
                    num_g2_monomial_bytes,
                    "g2_monomial_bytes",
                )?,
            )
        };
        Ok(TrustedSetup::from_compressed(
            g1_lagrange,
            g2_monomial,
            g1_monomial,
        )?)
    };
    // SAFETY: the caller promises that `out` is null or may be written.
    unsafe { load_into(out, precompute, setup) }
}

/// Loads a setup from the rest of a file, in the text format of c-kzg or the JSON format of the
/// consensus specifications. Reads to the end of the file and leaves the file open.
///
/// # Safety
///
/// `out` is null or valid for writing a `KZGSettings`, which no other thread uses during the call. `file`
/// is null or a file of the same C library that is open for reading.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn load_trusted_setup_file(
    out: *mut KZGSettings,
    file: *mut libc::FILE,
    precompute: u64,
) -> C_KZG_RET {
    let setup = || {
        // SAFETY: the caller promises that `file` is null or an open file.
        let bytes = unsafe { read_file(file) }?;
        Ok(TrustedSetup::parse(&bytes)?)
    };
    // SAFETY: the caller promises that `out` is null or may be written.
    unsafe { load_into(out, precompute, setup) }
}

/// Loads a setup from the file with this path, in either format.
///
/// # Safety
///
/// `out` is null or valid for writing a `KZGSettings`, which no other thread uses during the call. `path`
/// is null or a text that ends with a zero byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kzg_load_trusted_setup_path(
    out: *mut KZGSettings,
    path: *const c_char,
    precompute: u64,
) -> C_KZG_RET {
    // SAFETY: the caller promises that `path` is null or a text that ends with a zero byte.
    let setup = || unsafe { setup_of_path(path) };
    // SAFETY: the caller promises that `out` is null or may be written.
    unsafe { load_into(out, precompute, setup) }
}

/// Loads the setup of Ethereum's mainnet, which is part of the library.
///
/// # Safety
///
/// `out` is null or valid for writing a `KZGSettings`, which no other thread uses during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kzg_load_mainnet_trusted_setup(
    out: *mut KZGSettings,
    precompute: u64,
) -> C_KZG_RET {
    // SAFETY: the caller promises that `out` is null or may be written.
    unsafe { load_into(out, precompute, || Ok(TrustedSetup::mainnet())) }
}

/// Frees loaded settings. Null, a struct that is freed already and a struct that names no settings
/// are allowed. Calls that other threads have begun end as if the settings were still loaded.
///
/// # Safety
///
/// `s` is null, or the memory of a `KZGSettings` that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn free_trusted_setup(s: *mut KZGSettings) {
    // A panic has nowhere to be reported, and leaves the struct as it was.
    let _ = boundary::caught(|| {
        // SAFETY: the caller promises that `s` is null or the memory of a `KZGSettings` that may be written. Other
        // threads access it only by `settings` and `release`, because a load demands that no other thread uses it.
        unsafe { handle::release(s) };
        Ok(())
    });
}

/// Frees the prover's tables of the settings. The next call that needs the tables builds them again.
///
/// # Safety
///
/// `s` is null, or the memory of a `KZGSettings`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kzg_release_tables(s: *const KZGSettings) -> C_KZG_RET {
    boundary::run(|| {
        // SAFETY: the caller promises that `s` is null or the memory of a `KZGSettings`. Other threads access it only
        // by `settings` and `release`, because a load demands that no other thread uses it.
        unsafe { handle::settings(s) }?.release_tables();
        Ok(())
    })
}

/// Loads a setup and enters the settings into the caller's struct. After a failure the struct names
/// no settings.
///
/// # Safety
///
/// `out` is null or valid for writing a `KZGSettings`, which no other thread uses during the call.
unsafe fn load_into(
    out: *mut KZGSettings,
    precompute: u64,
    setup: impl FnOnce() -> Result<TrustedSetup, Failure>,
) -> C_KZG_RET {
    boundary::run(|| {
        handle::check_pointer(out)?;
        // SAFETY: `out` is neither null nor misaligned, and the caller promises the rest.
        unsafe { handle::clear(out) };
        let settings = load_settings(precompute, setup)?;
        // SAFETY: `out` is neither null nor misaligned, and the caller promises that the struct may be
        // written.
        unsafe { handle::fill(out, settings) }
    })
}

/// Loads a setup with the tables that `precompute` stands for. Settings of the mainnet setup share
/// their data and tables in the whole process.
pub(crate) fn load_settings(
    precompute: u64,
    setup: impl FnOnce() -> Result<TrustedSetup, Failure>,
) -> Result<Arc<dyn KzgSettings>, Failure> {
    let budget = c_kzg_precompute(precompute).ok_or(Failure::Precompute { value: precompute })?;
    let options = SettingsOptions::default().with_precompute(budget);
    Ok(load_shared(BackendChoice::Auto, &setup()?, options)?)
}

/// Reads the setup of a file that is named by its path.
///
/// # Safety
///
/// `path` is null or a text that ends with a zero byte.
pub(crate) unsafe fn setup_of_path(path: *const c_char) -> Result<TrustedSetup, Failure> {
    if path.is_null() {
        return Err(Failure::Null { argument: "path" });
    }
    // SAFETY: `path` is not null, so the caller promises that it is a text with a zero byte at its
    // end. The text is not used after the call.
    let path = path_of(unsafe { CStr::from_ptr(path) })?;
    Ok(TrustedSetup::load_file(path)?)
}

/// A path of Unix: any bytes.
#[cfg(unix)]
fn path_of(text: &CStr) -> Result<PathBuf, Failure> {
    use std::os::unix::ffi::OsStrExt;

    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(text.to_bytes())))
}

/// A path of another system: UTF-8.
#[cfg(not(unix))]
fn path_of(text: &CStr) -> Result<PathBuf, Failure> {
    let text = text.to_str().map_err(|_| Failure::PathEncoding)?;
    Ok(PathBuf::from(text))
}

/// Reads the rest of a file.
///
/// # Safety
///
/// `file` is null or a file of the C library that is open.
unsafe fn read_file(file: *mut libc::FILE) -> Result<Vec<u8>, Failure> {
    if file.is_null() {
        return Err(Failure::Null { argument: "in" });
    }
    let mut bytes = Vec::new();
    let mut chunk = vec![0_u8; 1 << 16];
    loop {
        // SAFETY: the chunk has as many bytes as `fread` may write, and the caller promises that
        // the file is open.
        let read = unsafe { libc::fread(chunk.as_mut_ptr().cast(), 1, chunk.len(), file) };
        bytes.extend_from_slice(&chunk[..read]);
        if bytes.len() > TrustedSetup::FILE_LIMIT {
            return Err(Failure::Setup(SetupError::TooLarge {
                path: FILE_NAME.to_owned(),
                limit: TrustedSetup::FILE_LIMIT,
            }));
        }
        // `fread` reads less than it is asked for only at the end of the file or after an error.
        if read < chunk.len() {
            break;
        }
    }
    // SAFETY: the caller promises that the file is open.
    if unsafe { libc::ferror(file) } != 0 {
        return Err(Failure::Setup(SetupError::Read {
            path: FILE_NAME.to_owned(),
            reason: "the file cannot be read".to_owned(),
        }));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use kzg_backends::kzg_traits::{Blob, Exec};
    use kzg_backends::{Backend, BackendVisitor};

    use super::*;

    /// A setup other than mainnet's.
    struct Development;

    impl BackendVisitor for Development {
        type Output = TrustedSetup;

        fn visit<B: Backend>(self) -> TrustedSetup {
            TrustedSetup::insecure_development_setup::<B>(7, &Exec::default()).unwrap()
        }
    }

    #[test]
    fn another_setup_is_loaded_in_both_formats() {
        let backend = BackendChoice::Auto.resolve().unwrap();
        let setup = backend.visit(Development).unwrap();
        let mut blob = Blob::zeroed_on_heap();
        blob.0[4095] = 9;
        let of_mainnet = load_settings(0, || Ok(TrustedSetup::mainnet())).unwrap();
        let of_mainnet = of_mainnet.blob_to_kzg_commitment(&blob).unwrap();
        let mut commitments = Vec::new();
        for (name, text) in [("json", setup.to_json()), ("txt", setup.to_text())] {
            let path = std::env::temp_dir().join(format!("kzg-c-{}.{name}", std::process::id()));
            std::fs::write(&path, text).unwrap();
            let text = CString::new(path.to_str().unwrap()).unwrap();
            // SAFETY: the text ends with a zero byte.
            let settings = load_settings(9, || unsafe { setup_of_path(text.as_ptr()) }).unwrap();
            std::fs::remove_file(path).unwrap();
            commitments.push(settings.blob_to_kzg_commitment(&blob).unwrap());
        }
        assert_eq!(commitments[0], commitments[1]);
        assert_ne!(commitments[0], of_mainnet);
    }

    #[test]
    fn precompute_is_bounded() {
        let refused = load_settings(16, || Ok(TrustedSetup::mainnet()));
        assert!(matches!(refused, Err(Failure::Precompute { value: 16 })));
    }
}
