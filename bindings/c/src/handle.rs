//! The table of loaded settings, and the struct of the caller that names an entry.
//!
//! c-kzg keeps eight pointers and two numbers in a struct that the caller allocates. Here two words
//! of that struct are used: a handle, and the handle combined with a constant, so that a struct that
//! another library has filled is recognised. A handle is a number that is never used again. The
//! settings themselves are only reached through the table, so a struct that is zeroed, freed,
//! foreign or filled with anything else names nothing, and nothing it holds is used as an address.
//!
//! A copy of a struct names the same settings as the original, because bindings move the struct
//! after loading. Freeing either one ends both.

use core::mem::offset_of;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use kzg_backends::KzgSettings;

use crate::failure::Failure;

/// The settings of a caller, of the size and alignment of c-kzg's struct: ten words, 80 bytes where
/// a word has 8.
#[derive(Debug)]
#[repr(C)]
pub struct KZGSettings {
    handle: usize,
    check: usize,
    unused: [usize; 8],
}

/// `check` is the handle combined with this constant by exclusive or. Its low bits are set, so that a
/// pair of aligned pointers never fits.
const CHECK: usize = 0x9d5b_3c61_e7a4_82f7_u64 as usize;

/// A struct that names no settings.
pub(crate) const CLEARED: KZGSettings = KZGSettings {
    handle: 0,
    check: 0,
    unused: [0; 8],
};

/// The settings that are loaded, by their handles.
struct Table {
    last_handle: usize,
    loaded: BTreeMap<usize, Arc<dyn KzgSettings>>,
}

static TABLE: RwLock<Table> = RwLock::new(Table {
    last_handle: 0,
    loaded: BTreeMap::new(),
});

/// Enters settings into the table and writes their handle into the caller's struct. What the struct
/// held before is not read.
///
/// # Safety
///
/// `out` is aligned and valid for writing a `KZGSettings`.
pub(crate) unsafe fn fill(
    out: *mut KZGSettings,
    settings: Arc<dyn KzgSettings>,
) -> Result<(), Failure> {
    let handle = {
        let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
        let handle = table.last_handle.checked_add(1);
        let handle = handle.ok_or(Failure::NoHandleLeft)?;
        table.last_handle = handle;
        table.loaded.insert(handle, settings);
        handle
    };
    let filled = KZGSettings {
        handle,
        check: handle ^ CHECK,
        ..CLEARED
    };
    // SAFETY: the caller of this function promises that `out` is aligned and may be written.
    unsafe { out.write(filled) };
    Ok(())
}

/// Makes the caller's struct name nothing, after a failed load. What it held before is not read.
///
/// # Safety
///
/// `out` is null, or aligned and valid for writing a `KZGSettings`. No other thread uses the struct
/// meanwhile.
pub(crate) unsafe fn clear(out: *mut KZGSettings) {
    if !out.is_null() {
        // SAFETY: `out` is not null, so the caller of this function promises that it is aligned and
        // may be written.
        unsafe { out.write(CLEARED) };
    }
}

/// The settings that the caller's struct names. They stay loaded for as long as the result is kept,
/// even if another thread frees the struct meanwhile.
///
/// # Safety
///
/// `s` is null, or the memory of a `KZGSettings`. Other threads access it only by this function and
/// [`release`].
pub(crate) unsafe fn settings(s: *const KZGSettings) -> Result<Arc<dyn KzgSettings>, Failure> {
    check_pointer(s)?;
    // SAFETY: `s` is neither null nor misaligned, and the rest is the promise of the caller.
    let handle = unsafe { named_handle(s) }.ok_or(Failure::NotLoaded)?;
    let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
    table.loaded.get(&handle).cloned().ok_or(Failure::NotLoaded)
}

/// Removes the settings that the caller's struct names from the table, and clears the struct. A
/// struct that this library has not filled stays as it is.
///
/// # Safety
///
/// `s` is null, or the memory of a `KZGSettings` that may be written. Other threads access it only by
/// this function and [`settings`].
pub(crate) unsafe fn release(s: *mut KZGSettings) {
    if check_pointer(s).is_err() {
        return;
    }
    // SAFETY: `s` is neither null nor misaligned, and the rest is the promise of the caller.
    let Some(handle) = (unsafe { named_handle(s) }) else {
        return;
    };
    let removed = {
        let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
        table.loaded.remove(&handle)
    };
    // The settings are dropped outside of the lock: freeing tables takes time.
    drop(removed);
    // SAFETY: the words are in a `KZGSettings` that the caller lets this function write, and they
    // are aligned. Other threads access them only by `settings` and `release`, which are atomic;
    // `fill` and `clear` need that no other thread uses the struct.
    unsafe {
        word(s, offset_of!(KZGSettings, handle)).store(0, Ordering::Relaxed);
        word(s, offset_of!(KZGSettings, check)).store(0, Ordering::Relaxed);
    }
}

/// Checks that a pointer of the caller may be one to settings.
pub(crate) fn check_pointer(s: *const KZGSettings) -> Result<(), Failure> {
    let argument = "KZGSettings";
    if s.is_null() {
        Err(Failure::Null { argument })
    } else if !s.is_aligned() {
        Err(Failure::Misaligned { argument })
    } else {
        Ok(())
    }
}

/// The handle in the struct; `None` if this library has not filled the struct.
///
/// # Safety
///
/// `s` is aligned and the memory of a `KZGSettings`. Other threads access it only by [`settings`] and
/// [`release`].
unsafe fn named_handle(s: *const KZGSettings) -> Option<usize> {
    // SAFETY: the words are in the struct and aligned. Other threads access them only by `settings`
    // and `release`, which are atomic; `fill` and `clear` need that no other thread uses the struct.
    // So there is no data race.
    let (handle, check) = unsafe {
        (
            word(s, offset_of!(KZGSettings, handle)).load(Ordering::Relaxed),
            word(s, offset_of!(KZGSettings, check)).load(Ordering::Relaxed),
        )
    };
    (handle ^ CHECK == check).then_some(handle)
}

/// A word of the struct, at an offset in bytes.
///
/// # Safety
///
/// `s` is aligned and the memory of a `KZGSettings`, and `offset` is that of one of its fields.
/// The result is not used after the call into the library. Stores need memory that may be written;
/// relaxed loads of a word are allowed in memory that is read-only.
unsafe fn word<'call>(s: *const KZGSettings, offset: usize) -> &'call AtomicUsize {
    // SAFETY: the field is inside of the struct and has the alignment of `usize`, which is that of
    // `AtomicUsize`.
    unsafe { &*s.byte_add(offset).cast::<AtomicUsize>() }
}

#[cfg(test)]
mod tests {
    use kzg_backends::{BackendChoice, SettingsOptions, TrustedSetup, load};

    use super::*;

    fn loaded() -> Arc<dyn KzgSettings> {
        let options = SettingsOptions::default();
        load(BackendChoice::Auto, &TrustedSetup::mainnet(), options).unwrap()
    }

    /// Whether the struct names settings.
    fn is_loaded(s: *const KZGSettings) -> bool {
        // SAFETY: every test passes the address of a local variable.
        unsafe { settings(s) }.is_ok()
    }

    #[test]
    fn the_struct_has_the_size_of_the_original() {
        assert_eq!(size_of::<KZGSettings>(), 10 * size_of::<usize>());
        assert_eq!(align_of::<KZGSettings>(), align_of::<usize>());
    }

    #[test]
    fn only_a_filled_struct_names_settings() {
        let mut s = CLEARED;
        assert!(!is_loaded(&raw const s));
        // SAFETY: `s` is a local variable.
        unsafe { fill(&raw mut s, loaded()) }.unwrap();
        assert!(is_loaded(&raw const s));
        let foreign = KZGSettings {
            check: 0x7fff_1234_5670,
            ..CLEARED
        };
        assert!(!is_loaded(&raw const foreign));
        // A handle that was not given yet, with the right check.
        let future = KZGSettings {
            handle: usize::MAX,
            check: usize::MAX ^ CHECK,
            ..CLEARED
        };
        assert!(!is_loaded(&raw const future));
        // SAFETY: `s` is a local variable.
        unsafe { release(&raw mut s) };
        assert!(!is_loaded(&raw const s));
        assert_eq!((s.handle, s.check), (0, 0));
    }

    #[test]
    fn freeing_a_struct_ends_its_copies() {
        let mut s = CLEARED;
        // SAFETY: `s` is a local variable.
        unsafe { fill(&raw mut s, loaded()) }.unwrap();
        let mut copy = KZGSettings {
            handle: s.handle,
            check: s.check,
            ..CLEARED
        };
        assert!(is_loaded(&raw const copy));
        // SAFETY: both structs are local variables.
        unsafe {
            release(&raw mut s);
            assert!(!is_loaded(&raw const copy));
            release(&raw mut copy);
            release(&raw mut copy);
        }
        assert!(!is_loaded(&raw const copy));
    }

    #[test]
    fn settings_stay_while_a_call_uses_them() {
        let mut s = CLEARED;
        // SAFETY: `s` is a local variable.
        let kept = unsafe {
            fill(&raw mut s, loaded()).unwrap();
            let kept = settings(&raw const s).unwrap();
            release(&raw mut s);
            kept
        };
        assert_eq!(Arc::strong_count(&kept), 1);
        assert!(
            kept.blob_to_kzg_commitment(&kzg_backends::kzg_traits::Blob::zeroed_on_heap())
                .is_ok()
        );
    }

    #[test]
    fn null_and_misaligned_pointers_are_refused() {
        let words = [0_usize; 11];
        let misaligned = words.as_ptr().cast::<u8>().wrapping_add(1).cast();
        for pointer in [core::ptr::null(), misaligned] {
            // SAFETY: null and misaligned pointers are refused before anything is read.
            assert!(unsafe { settings(pointer) }.is_err());
            // SAFETY: `release` ignores null and misaligned pointers before it reads anything.
            unsafe { release(pointer.cast_mut()) };
        }
    }
}
