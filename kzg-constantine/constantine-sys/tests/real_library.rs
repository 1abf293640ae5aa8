//! Tests of the real library: its functions match the declarations, and the self-test detects every
//! wrong function. If the library is missing, the tests are reported as ignored.

use std::path::Path;
use std::process::ExitCode;

use constantine_sys::types::{Big255, Fp, Fr, G1Affine, G1Jacobian};
use constantine_sys::{Library, LoadError, LowLevel, Origin, load, load_from, loaded, self_test};
use libtest_mimic::{Arguments, Completion, Trial};

fn main() -> ExitCode {
    let trials = match load() {
        Ok(library) => {
            let context = match &library.context {
                Ok(_) => "with",
                Err(_) => "without",
            };
            eprintln!(
                "testing {}, {context} the calls on a context",
                library.origin
            );
            vec![
                trial("the_first_library_stays", library, the_first_library_stays),
                trial(
                    "every_function_is_tested",
                    library,
                    every_function_is_tested,
                ),
                trial("declared_semantics", library, declared_semantics),
                trial(
                    "threads_share_the_library",
                    library,
                    threads_share_the_library,
                ),
            ]
        }
        Err(error @ LoadError::NotFound { .. }) => {
            vec![Trial::ignorable_test("real_library", move || {
                Ok(Completion::ignored_with(error.to_string()))
            })]
        }
        Err(error) => vec![Trial::test("real_library", move || Err(error.into()))],
    };
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(name: &str, library: &'static Library, check: fn(&Library)) -> Trial {
    Trial::test(name, move || {
        check(library);
        Ok(())
    })
}

fn the_first_library_stays(library: &Library) {
    assert!(std::ptr::eq(library, loaded().expect("it was loaded")));
    assert!(std::ptr::eq(library, load().expect("it was loaded")));
    let other = std::env::current_exe().expect("this program");
    for path in [other.as_path(), Path::new("missing")] {
        let error = load_from(path).expect_err("another one");
        assert!(matches!(error, LoadError::Conflict { .. }), "{error}");
    }
    if let Origin::File(path) = &library.origin {
        assert!(std::ptr::eq(library, load_from(path).expect("the same")));
        assert!(path.is_absolute());
    }
}

/// The self-test fails if any one function of the table is replaced by another.
fn every_function_is_tested(library: &Library) {
    type Change = fn(&mut LowLevel);
    unsafe extern "C" fn one(_: *mut Fr) {}
    unsafe extern "C" fn scalar_of_bytes(_: *mut Big255, _: *const u8) -> u8 {
        0
    }
    unsafe extern "C" fn bytes_of_scalar(_: *mut u8, _: *const Big255) {}
    unsafe extern "C" fn fr_of_integer(_: *mut Fr, _: *const Big255) {}
    unsafe extern "C" fn fr_of_bytes(_: *mut Fr, _: *const u8, _: usize) -> u8 {
        1
    }
    unsafe extern "C" fn bytes_of_fr(_: *mut u8, _: usize, _: *const Fr) -> u8 {
        1
    }
    unsafe extern "C" fn fp_of_bytes(_: *mut Fp, _: *const u8, _: usize) -> u8 {
        1
    }
    unsafe extern "C" fn bytes_of_fp(_: *mut u8, _: usize, _: *const Fp) -> u8 {
        1
    }
    unsafe extern "C" fn always<A, B>(_: *const A, _: *const B) -> usize {
        1
    }
    unsafe extern "C" fn nothing<A, B>(_: *mut A, _: *const B) {}
    unsafe extern "C" fn no_points<A, B>(_: *mut A, _: *const B, _: usize) {}
    unsafe extern "C" fn no_sum<A, B, C>(_: *mut A, _: *const B, _: *const C, _: usize) {}
    unsafe extern "C" fn accepted<A, B>(_: *mut A, _: *const B) -> u8 {
        0
    }
    unsafe extern "C" fn paired(result: *mut u8, length: usize, _: *const u8, _: usize) -> u8 {
        // SAFETY: the caller's buffer has `length` bytes. The result is always one.
        unsafe {
            result.write_bytes(0, length);
            result.add(length - 1).write(1);
        }
        0
    }
    let changes: &[(&str, Change)] = &[
        ("fr_set_one", |f| f.fr_set_one = one),
        ("fr_sum", |f| f.fr_sum = f.fr_diff),
        ("fr_diff", |f| f.fr_diff = f.fr_sum),
        ("fr_neg", |f| f.fr_neg = f.fr_square),
        ("fr_prod", |f| f.fr_prod = f.fr_sum),
        ("fr_square", |f| f.fr_square = f.fr_neg),
        ("fr_inv", |f| f.fr_inv = f.fr_neg),
        ("fr_from_big255", |f| f.fr_from_big255 = fr_of_integer),
        ("fr_unmarshal_be", |f| f.fr_unmarshal_be = fr_of_bytes),
        ("fr_marshal_be", |f| f.fr_marshal_be = bytes_of_fr),
        ("deserialize_scalar", |f| {
            f.deserialize_scalar = scalar_of_bytes
        }),
        ("serialize_scalar", |f| f.serialize_scalar = bytes_of_scalar),
        ("fp_unmarshal_be", |f| f.fp_unmarshal_be = fp_of_bytes),
        ("fp_marshal_be", |f| f.fp_marshal_be = bytes_of_fp),
        ("g1_is_on_curve", |f| f.g1_is_on_curve = always),
        ("g1_is_eq", |f| f.g1_is_eq = always),
        ("g1_sum", |f| f.g1_sum = f.g1_diff),
        ("g1_diff", |f| f.g1_diff = f.g1_sum),
        ("g1_neg", |f| f.g1_neg = f.g1_double),
        ("g1_double", |f| f.g1_double = f.g1_neg),
        ("g1_affine", |f| f.g1_affine = nothing),
        ("g1_batch_affine", |f| f.g1_batch_affine = no_points),
        ("g1_from_affine", |f| f.g1_from_affine = nothing),
        ("g1_mul", |f| f.g1_mul = nothing),
        ("g1_msm", |f| f.g1_msm = no_sum),
        ("g1_serialize", |f| f.g1_serialize = accepted),
        ("g1_deserialize", |f| f.g1_deserialize = accepted),
        ("g2_is_on_curve", |f| f.g2_is_on_curve = always),
        ("g2_is_eq", |f| f.g2_is_eq = always),
        ("g2_sum", |f| f.g2_sum = f.g2_diff),
        ("g2_diff", |f| f.g2_diff = f.g2_sum),
        ("g2_neg", |f| f.g2_neg = f.g2_double),
        ("g2_double", |f| f.g2_double = f.g2_neg),
        ("g2_affine", |f| f.g2_affine = nothing),
        ("g2_from_affine", |f| f.g2_from_affine = nothing),
        ("g2_mul", |f| f.g2_mul = nothing),
        ("g2_serialize", |f| f.g2_serialize = accepted),
        ("g2_deserialize", |f| f.g2_deserialize = accepted),
        ("pairing_check", |f| f.pairing_check = paired),
    ];
    assert_eq!(changes.len(), LowLevel::SYMBOLS.len());
    // SAFETY: the functions are the library's.
    assert_eq!(unsafe { self_test(&library.low_level) }, Ok(()));
    for (name, change) in changes {
        let mut changed = library.low_level;
        change(&mut changed);
        // SAFETY: each function is the library's or one of the functions above, with the declared
        // signature.
        let verdict = unsafe { self_test(&changed) };
        assert!(verdict.is_err(), "{name}");
    }
}

/// Checks properties that the documentation of [`functions`](constantine_sys::functions) describes.
fn declared_semantics(library: &Library) {
    let f = &library.low_level;
    // The result of a sum of no points is not checked. Today it is not the neutral element, and
    // callers must not rely on either.
    let mut sum = G1Jacobian::GENERATOR;
    // SAFETY: the function reads no scalars and no points, and writes at most one point.
    unsafe {
        (f.g1_msm)(
            &mut sum,
            [Fr::ZERO].as_ptr(),
            [G1Affine::INFINITY].as_ptr(),
            0,
        )
    };
    // The all-zero point and the one that the library writes are both neutral.
    let zeros = G1Jacobian {
        x: Fp::ZERO,
        y: Fp::ZERO,
        ..G1Jacobian::INFINITY
    };
    // SAFETY: each function reads two points.
    unsafe {
        assert_ne!((f.g1_is_eq)(&zeros, &G1Jacobian::INFINITY), 0);
        assert_eq!((f.g1_is_eq)(&zeros, &G1Jacobian::GENERATOR), 0);
    }
}

fn threads_share_the_library(library: &Library) {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                // SAFETY: the functions are the library's.
                assert_eq!(unsafe { self_test(&library.low_level) }, Ok(()));
            });
        }
    });
}
