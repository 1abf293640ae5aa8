//! The two functions by which the .NET binding of c-kzg loads and frees settings: the library
//! allocates the struct.
//!
//! A freed struct is not given back to the allocator at once. It is kept, and names no settings, so
//! that a stale pointer to it is refused like any other struct that names none. The structs that were
//! freed last are kept; older ones are given back.

use core::ffi::c_char;
use core::ptr::{self, NonNull};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::boundary;
use crate::failure::Failure;
use crate::handle::{self, KZGSettings};
use crate::{last_error, loading};

/// Largest number of freed structs that are kept: 80 KiB.
const KEPT: usize = 1024;

/// A struct on the heap that callers have pointers to.
struct Allocated(NonNull<KZGSettings>);

// SAFETY: the pointer owns its memory. Other threads access it only by `settings` and `release` of `handle`,
// which are atomic; `fill` writes it before the caller has the pointer.
unsafe impl Send for Allocated {}

impl Allocated {
    fn new() -> Self {
        Self(NonNull::from(Box::leak(Box::new(handle::CLEARED))))
    }
}

impl Drop for Allocated {
    fn drop(&mut self) {
        // SAFETY: the pointer is that of a box that was leaked in `new`, and this is its only owner.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// The structs that this module has allocated.
struct Structs {
    /// By their addresses.
    loaded: BTreeMap<usize, Allocated>,
    /// Freed by callers, the oldest first.
    freed: VecDeque<Allocated>,
}

impl Structs {
    /// Keeps a freed struct, and gives the oldest one back to the allocator if there are too many.
    fn keep_freed(&mut self, freed: Allocated) {
        self.freed.push_back(freed);
        if self.freed.len() > KEPT {
            self.freed.pop_front();
        }
    }
}

static STRUCTS: Mutex<Structs> = Mutex::new(Structs {
    loaded: BTreeMap::new(),
    freed: VecDeque::new(),
});

/// Allocates a struct and loads the setup of a file into it; null if that fails. The result is freed
/// by [`free_trusted_setup_wrap`] alone.
///
/// # Safety
///
/// `file` is null or a text that ends with a zero byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn load_trusted_setup_wrap(
    file: *const c_char,
    precompute: usize,
) -> *mut KZGSettings {
    let loaded = boundary::caught(|| {
        // SAFETY: the caller promises that `file` is null or a text with a zero byte at its end.
        let setup = || unsafe { loading::setup_of_path(file) };
        let settings = loading::load_settings(precompute as u64, setup)?;
        let allocated = Allocated::new();
        let pointer = allocated.0.as_ptr();
        // SAFETY: the struct was allocated just now, so it is aligned and may be written.
        unsafe { handle::fill(pointer, settings) }?;
        let mut structs = STRUCTS.lock().unwrap_or_else(PoisonError::into_inner);
        structs.loaded.insert(pointer.addr(), allocated);
        Ok(pointer)
    });
    match loaded {
        Ok(pointer) => {
            last_error::clear();
            pointer
        }
        Err(failure) => {
            last_error::set(&failure);
            ptr::null_mut()
        }
    }
}

/// Frees what [`load_trusted_setup_wrap`] has returned. Nothing happens for any other pointer: null,
/// one that is freed already, or a struct of the caller.
///
/// # Safety
///
/// Any value is allowed: the pointer is only followed if it is one that
/// [`load_trusted_setup_wrap`] has returned and that is not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn free_trusted_setup_wrap(s: *mut KZGSettings) {
    // A panic has nowhere to be reported.
    let _ = boundary::caught(|| {
        let mut structs = STRUCTS.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(allocated) = structs.loaded.remove(&s.addr()) else {
            return Ok::<(), Failure>(());
        };
        // SAFETY: the struct is one of this module's, so it is memory of a `KZGSettings`.
        unsafe { handle::release(allocated.0.as_ptr()) };
        structs.keep_freed(allocated);
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use kzg_backends::TrustedSetup;

    use super::*;

    #[test]
    fn a_bounded_number_of_freed_structs_is_kept() {
        let mut structs = Structs {
            loaded: BTreeMap::new(),
            freed: VecDeque::new(),
        };
        for _ in 0..KEPT + 3 {
            structs.keep_freed(Allocated::new());
        }
        assert_eq!(structs.freed.len(), KEPT);
    }

    #[test]
    fn a_freed_struct_is_refused_and_may_be_freed_again() {
        let path = std::env::temp_dir().join(format!("kzg-c-{}.txt", std::process::id()));
        std::fs::write(&path, TrustedSetup::mainnet().to_text()).unwrap();
        let name = CString::new(path.to_str().unwrap()).unwrap();
        // SAFETY: the name ends with a zero byte. The pointers are the library's.
        unsafe {
            let first = load_trusted_setup_wrap(name.as_ptr(), 0);
            let second = load_trusted_setup_wrap(name.as_ptr(), 8);
            assert!(handle::settings(first).is_ok());
            free_trusted_setup_wrap(first);
            free_trusted_setup_wrap(first);
            assert!(handle::settings(first).is_err());
            assert!(handle::settings(second).is_ok());
            free_trusted_setup_wrap(second);
            free_trusted_setup_wrap(ptr::null_mut());
            free_trusted_setup_wrap(ptr::without_provenance_mut(8));
            assert!(load_trusted_setup_wrap(name.as_ptr(), 16).is_null());
            assert!(load_trusted_setup_wrap(ptr::null(), 0).is_null());
        }
        std::fs::remove_file(path).unwrap();
    }
}
