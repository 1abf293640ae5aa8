//! The library's context, which holds a trusted setup and tables.

use core::ffi::c_int;
use core::ptr::{self, NonNull};
use std::ffi::CString;
use std::io::{self, Write};
use std::path::Path;

use constantine_sys::status::{kzg, setup};
use constantine_sys::{ContextCalls, types};
use kzg_traits::bytes::CELLS_PER_EXT_BLOB;
use kzg_traits::checks::check_recovery;
use kzg_traits::error::{Error, IoAction, Result};
use kzg_traits::{Blob, Bytes32, Cell, KzgCommitment, KzgProof, Precompute, TrustedSetup};
use tempfile::NamedTempFile;

use crate::NAME;

/// The number of c-kzg's text format, the only format of the library.
const TEXT_FORMAT: u8 = 0;

/// The size of the tables for the proofs of cells. The library accepts any numbers. For invalid
/// numbers it makes no tables and reports no error, so only these sizes are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tables {
    /// Number of base groups.
    t: c_int,
    /// Number of bits of a window.
    b: c_int,
    /// The memory of the tables, in bytes.
    pub(crate) bytes: usize,
}

impl Tables {
    /// Every size that is worth its memory, the fastest first.
    const SIZES: [Self; 3] = [
        Self {
            t: 256,
            b: 10,
            bytes: 90_000_000,
        },
        Self {
            t: 256,
            b: 8,
            bytes: 26_500_000,
        },
        Self {
            t: 256,
            b: 6,
            bytes: 9_500_000,
        },
    ];

    /// The fastest tables that fit the budget.
    pub(crate) fn within(budget: Precompute) -> Option<Self> {
        Self::SIZES
            .into_iter()
            .find(|tables| tables.bytes <= budget.bytes())
    }
}

/// The result of a call on a context.
pub(crate) enum Verdict {
    Success,
    VerificationFailure,
    /// The input is malformed. The library does not say which item.
    Refused,
}

impl Verdict {
    fn of(status: u8) -> Self {
        match status {
            kzg::SUCCESS => Self::Success,
            kzg::VERIFICATION_FAILURE => Self::VerificationFailure,
            _ => Self::Refused,
        }
    }
}

/// A context: a trusted setup and tables.
#[derive(Debug)]
pub(crate) struct Context {
    calls: &'static ContextCalls,
    /// Never null, because the library's calls crash on a null pointer.
    pointer: NonNull<types::Context>,
}

// SAFETY: this is a requirement on every library that is loaded, which the loader cannot check. At the tested
// commit `e6bee85e` the context has no thread-local parts: it is one allocation of points, roots of unity and
// tables. The last owner deletes it, on any thread.
unsafe impl Send for Context {}
// SAFETY: this is a requirement on every library that is loaded, which the loader cannot check. At the tested
// commit `e6bee85e` every call takes the context as `const`, and writes only to its results and its own memory.
// `first_calls_on_native_settings_do_not_deadlock` in tests/traps.rs calls one context from several threads.
unsafe impl Sync for Context {}

impl Context {
    /// Creates the context of a setup. This takes seconds, because every point is checked.
    ///
    /// The library reads only files, so the setup is written to a temporary file. The setup must be
    /// valid: for an invalid point the library prints to standard output.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the file cannot be written, and [`Error::Fault`] if the library makes no context.
    pub(crate) fn new(
        calls: &'static ContextCalls,
        trusted_setup: &TrustedSetup,
        tables: Tables,
    ) -> Result<Self> {
        let not_written = |error| Error::io(IoAction::Write, "a temporary setup file", &error);
        let file = written(trusted_setup).map_err(not_written)?;
        let path = c_path(file.path()).map_err(not_written)?;
        let mut pointer = ptr::null_mut();
        // SAFETY: the function writes one pointer, and reads a path that ends with a zero byte.
        let status = unsafe {
            (calls.new_with_precompute)(
                &mut pointer,
                path.as_ptr(),
                TEXT_FORMAT,
                tables.t,
                tables.b,
            )
        };
        match (status, NonNull::new(pointer)) {
            (setup::SUCCESS, Some(pointer)) => Ok(Self { calls, pointer }),
            _ => Err(Error::Fault {
                backend: NAME.to_owned(),
                message: format!("no context for the setup: status {status} of the library"),
            }),
        }
    }

    pub(crate) fn commit(&self, blob: &Blob, commitment: &mut KzgCommitment) -> Verdict {
        // SAFETY: the context is alive. The function reads a blob and writes 48 bytes.
        Verdict::of(unsafe {
            (self.calls.blob_to_kzg_commitment)(
                self.pointer.as_ptr(),
                commitment.0.as_mut_ptr(),
                blob.0.as_ptr(),
            )
        })
    }

    pub(crate) fn verify_kzg_proof(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Verdict {
        // SAFETY: the context is alive. The function reads two points and two scalars.
        Verdict::of(unsafe {
            (self.calls.verify_kzg_proof)(
                self.pointer.as_ptr(),
                commitment.0.as_ptr(),
                z.0.as_ptr(),
                y.0.as_ptr(),
                proof.0.as_ptr(),
            )
        })
    }

    /// Computes the 128 cells of a blob and their proofs.
    ///
    /// # Panics
    ///
    /// If there are not 128 cells and proofs.
    pub(crate) fn compute_cells_and_kzg_proofs(
        &self,
        blob: &Blob,
        cells: &mut [Cell],
        proofs: &mut [KzgProof],
    ) -> Verdict {
        assert_eq!(
            (cells.len(), proofs.len()),
            (CELLS_PER_EXT_BLOB, CELLS_PER_EXT_BLOB)
        );
        // SAFETY: the context is alive. The function reads a blob and writes 128 cells and proofs,
        // which are plain arrays of bytes in memory.
        Verdict::of(unsafe {
            (self.calls.compute_cells_and_kzg_proofs)(
                self.pointer.as_ptr(),
                cells.as_mut_ptr().cast(),
                proofs.as_mut_ptr().cast(),
                blob.0.as_ptr(),
            )
        })
    }

    /// Recovers the 128 cells and their proofs.
    ///
    /// # Panics
    ///
    /// If there are not 128 cells and proofs to recover, or not from 64 to 128 cells with ascending
    /// indices below 128, which the library does not check.
    pub(crate) fn recover_cells_and_kzg_proofs(
        &self,
        cell_indices: &[u64],
        cells: &[Cell],
        recovered_cells: &mut [Cell],
        recovered_proofs: &mut [KzgProof],
    ) -> Verdict {
        assert_eq!(recovered_cells.len(), CELLS_PER_EXT_BLOB);
        assert_eq!(recovered_proofs.len(), CELLS_PER_EXT_BLOB);
        assert!(is_recoverable(cell_indices, cells.len()));
        // SAFETY: the context is alive. The function reads as many indices as cells, which were
        // checked above, and writes 128 cells and proofs, which are plain arrays of bytes in
        // memory.
        Verdict::of(unsafe {
            (self.calls.recover_cells_and_kzg_proofs)(
                self.pointer.as_ptr(),
                recovered_cells.as_mut_ptr().cast(),
                recovered_proofs.as_mut_ptr().cast(),
                cell_indices.as_ptr(),
                cells.as_ptr().cast(),
                cells.len(),
            )
        })
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the context is alive, and no other reference to it exists when it is dropped.
        unsafe { (self.calls.delete)(self.pointer.as_ptr()) };
    }
}

/// Whether a recovery is possible from this number of cells with these indices.
pub(crate) fn is_recoverable(cell_indices: &[u64], cells: usize) -> bool {
    check_recovery(cell_indices, cells).is_ok()
}

/// Writes the setup to a temporary file, which is removed with the value.
fn written(trusted_setup: &TrustedSetup) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    file.write_all(trusted_setup.to_text().as_bytes())?;
    file.flush()?;
    Ok(file)
}

#[cfg(unix)]
fn c_path(path: &Path) -> io::Result<CString> {
    use std::os::unix::ffi::OsStrExt;
    Ok(CString::new(path.as_os_str().as_bytes())?)
}

#[cfg(not(unix))]
fn c_path(path: &Path) -> io::Result<CString> {
    let text = path
        .to_str()
        .ok_or_else(|| io::Error::other("the temporary folder's path is not UTF-8"))?;
    Ok(CString::new(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_fit_their_budget_and_are_never_silently_none() {
        assert_eq!(Tables::within(Precompute::NONE), None);
        for budget in [Precompute::SMALL, Precompute::LARGE] {
            let tables = Tables::within(budget).expect("there is room");
            assert!(tables.bytes <= budget.bytes());
        }
        for tables in Tables::SIZES {
            assert!(tables.t > 0 && tables.b > 0);
            assert_eq!(
                Tables::within(Precompute::within(tables.bytes)),
                Some(tables)
            );
        }
    }

    #[test]
    fn inputs_that_the_library_does_not_check_are_checked() {
        let all: Vec<u64> = (0..128).collect();
        assert!(is_recoverable(&all, 128));
        assert!(is_recoverable(&all[64..], 64));
        assert!(!is_recoverable(&all[65..], 63));
        assert!(!is_recoverable(&all[..64], 65));
        assert!(!is_recoverable(&all, 127));
        assert!(!is_recoverable(&(1..129).collect::<Vec<_>>(), 128));
        let mut equal = all[..64].to_vec();
        equal[1] = 0;
        assert!(!is_recoverable(&equal, 64));
    }
}
