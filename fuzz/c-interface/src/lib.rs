//! libkzg as a C program calls it: null pointers, settings that are not loaded or freed, lists without
//! items, outputs that overlap inputs. Every call returns a code, and the results are those of the settings
//! below.
//!
//! Pointers to memory that may not be read are outside of the interface, so the target has none.

mod eip4844;
mod eip7594;
mod known;

use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};
use std::sync::{Arc, LazyLock};

use arbitrary::{Result, Unstructured};
use kzg::{C_KZG_RET, KZGSettings};
use kzg_backends::{BackendChoice, BackendId};
use kzg_traits::{KzgSettings, SettingsOptions, TrustedSetup};

static OURS: LazyLock<Arc<dyn KzgSettings>> = LazyLock::new(|| {
    let choice = BackendChoice::Fixed(BackendId::Blst);
    let options = SettingsOptions::default();
    kzg_backends::load(choice, &TrustedSetup::mainnet(), options).expect("the embedded setup")
});

/// The state of the struct that a call gets.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Loaded,
    /// Zero bytes, as before the first load.
    Zeroed,
    Freed,
    Null,
}

/// The struct that a call gets, and its state.
#[derive(Clone, Copy)]
struct Given {
    settings: *const KZGSettings,
    state: State,
}

impl Given {
    fn is_loaded(self) -> bool {
        self.state == State::Loaded
    }
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    let state = match u.int_in_range(0..=7_u8)? {
        5 => State::Zeroed,
        6 => State::Freed,
        7 => State::Null,
        _ => State::Loaded,
    };
    let mut settings = MaybeUninit::<KZGSettings>::zeroed();
    let s = settings.as_mut_ptr();
    // SAFETY: the struct may be written, and any bytes of it are allowed in every call.
    unsafe {
        if matches!(state, State::Loaded | State::Freed) {
            assert!(kzg::kzg_load_mainnet_trusted_setup(s, 0) == C_KZG_RET::C_KZG_OK);
        }
        if state == State::Freed {
            kzg::free_trusted_setup(s);
        }
    }
    let pointer = if state == State::Null { null_mut() } else { s };
    let given = Given {
        settings: pointer,
        state,
    };
    let result = (0..u.int_in_range(1..=4_u8)?).try_for_each(|_| call(u, given));
    // SAFETY: as above. Freeing twice, and freeing null, are allowed.
    unsafe {
        kzg::free_trusted_setup(pointer);
        kzg::free_trusted_setup(pointer);
    }
    result
}

fn call(u: &mut Unstructured<'_>, given: Given) -> Result<()> {
    match u.int_in_range(0..=6_u8)? {
        0 => eip4844::commitment(u, given),
        1 => eip4844::opening(u, given),
        2 => eip4844::blob_proof(u, given),
        3 => eip4844::blobs(u, given),
        4 => eip7594::cells(u, given),
        5 => eip7594::batch(u, given),
        _ => eip7594::recovery(u, given),
    }
}

/// The pointer, or null in one case of eight.
fn or_null<T>(u: &mut Unstructured<'_>, pointer: *const T) -> Result<*const T> {
    Ok(if is_null(u)? { null() } else { pointer })
}

/// The pointer to memory for a result, or null in one case of eight.
fn place_or_null<T>(u: &mut Unstructured<'_>, pointer: *mut T) -> Result<*mut T> {
    Ok(if is_null(u)? { null_mut() } else { pointer })
}

/// True in one case of eight, and false when the input has ended.
fn is_null(u: &mut Unstructured<'_>) -> Result<bool> {
    Ok(u.int_in_range(0..=7_u8)? == 7)
}

fn expect(code: C_KZG_RET, is_ok: bool) {
    assert!((code == C_KZG_RET::C_KZG_OK) == is_ok, "an unexpected code");
    assert!(
        is_ok || code == C_KZG_RET::C_KZG_BADARGS,
        "only arguments are at fault"
    );
}

/// Compares a verification with that of the settings below. `are_given` says whether the pointers are not null,
/// and `ok` is the verdict, or `None` where there was no place for it.
fn expect_verdict(
    code: C_KZG_RET,
    ok: Option<bool>,
    are_given: bool,
    verdict: kzg_traits::error::Result<bool>,
) {
    let is_ok = are_given && ok.is_some() && verdict.is_ok();
    expect(code, is_ok);
    if let Some(ok) = ok {
        let holds = is_ok && verdict == Ok(true);
        assert_eq!(ok, holds, "true if it holds, and false otherwise");
    }
}
