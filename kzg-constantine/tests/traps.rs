//! Behaviour of the library that a caller can easily get wrong, as found on a real build. For each
//! case one law checks that this crate handles it.

use std::process::ExitCode;
use std::sync::Arc;

use constantine_sys::{ContextCalls, LowLevel};
use kzg_constantine::{Constantine, Fr, G1, G2, NativeSettings};
use kzg_testing::protocol::{agree, first_calls_at_once};
use kzg_testing::{Law, Seeded, harness, skipped};
use kzg_traits::{
    Backend, Bytes32, Exec, Fr as _, Group, KzgProof, KzgSettings, PointError, Precompute,
    Settings, SettingsOptions, SetupError, SetupSection, TrustedSetup,
};

fn main() -> ExitCode {
    harness::backend_laws::<Constantine>(|| {
        vec![
            Law::new(
                "no_unreliable_function_is_bound",
                no_unreliable_function_is_bound,
            ),
            Law::new(
                "all_settings_give_the_same_results",
                all_settings_give_the_same_results,
            ),
            Law::new(
                "cancelling_proofs_are_refused",
                cancelling_proofs_are_refused,
            ),
            Law::new(
                "a_sum_of_no_points_is_neutral",
                a_sum_of_no_points_is_neutral,
            ),
            Law::new(
                "non_canonical_integers_are_refused",
                non_canonical_integers_are_refused,
            ),
            Law::new("zero_and_infinity_are_values", zero_and_infinity_are_values),
            Law::new("zero_has_no_inverse", zero_has_no_inverse),
            Law::new("the_empty_product_is_one", the_empty_product_is_one),
            Law::new(
                "invalid_setups_never_reach_the_library",
                invalid_setups_never_reach_the_library,
            ),
            Law::new(
                "new_threads_can_call_the_library",
                new_threads_can_call_the_library,
            ),
            Law::new(
                "first_calls_on_native_settings_do_not_deadlock",
                first_calls_on_native_settings_do_not_deadlock,
            ),
            Law::new(
                "both_forms_of_infinity_are_one_point",
                both_forms_of_infinity_are_one_point,
            ),
        ]
    })
}

/// The crate binds none of these functions. `*_cneg_in_place` ignores its condition. The threadpool
/// crashes on other threads. The `_parallel` calls need the threadpool, and one of them accepts a
/// false proof. Both batch verifications depend on random bytes that must not be zero. The other
/// constructors of a context make no tables.
fn no_unreliable_function_is_bound() {
    for symbol in LowLevel::SYMBOLS.iter().chain(ContextCalls::SYMBOLS) {
        for unreliable in [
            "cneg",
            "threadpool",
            "parallel",
            "_batch_",
            "keccak",
            "context_new_no",
        ] {
            assert!(
                !symbol.contains(unreliable) || symbol.ends_with("batch_affine"),
                "{symbol}"
            );
        }
        assert!(!symbol.ends_with("_proof_batch"), "{symbol}");
        assert_ne!(*symbol, "ctt_eth_kzg_context_new");
    }
}

/// The settings over the low level and, if the library has their calls, the native settings.
fn all_settings() -> Vec<Arc<dyn KzgSettings>> {
    let (setup, options) = (TrustedSetup::mainnet(), SettingsOptions::default());
    let low_level = Settings::<Constantine>::load(&setup, options.clone()).expect("it is there");
    let mut all: Vec<Arc<dyn KzgSettings>> = vec![Arc::new(low_level)];
    match NativeSettings::load(&setup, options) {
        Ok(native) => all.push(Arc::new(native)),
        Err(error) => skipped(&format!("no native settings: {error}")),
    }
    all
}

/// The library's own protocol refuses cells that contradict each other, and its errors name no
/// item. The native settings must still agree with the settings over the low level.
fn all_settings_give_the_same_results() {
    let paths = all_settings();
    for path in &paths {
        path.warm_up().expect("nothing to refuse");
    }
    for path in &paths[1..] {
        agree(&*paths[0], &**path);
    }
}

/// Two false proofs with opposite errors. With weights that do not depend on the proofs, the errors
/// would cancel.
fn cancelling_proofs_are_refused() {
    let mut seeded = Seeded::new(8);
    let blob = seeded.blob();
    let blobs = [blob.clone(), blob];
    for settings in all_settings() {
        let commitment = settings
            .blob_to_kzg_commitment(&blobs[0])
            .expect("well formed");
        let proof = settings
            .compute_blob_kzg_proof(&blobs[0], &commitment)
            .expect("well formed");
        let point = G1::from_bytes(&proof.0).expect("a proof");
        let altered = [point + G1::generator(), point - G1::generator()]
            .map(|point| KzgProof(point.to_bytes()));
        for proof in &altered {
            let alone = settings.verify_blob_kzg_proof(&blobs[0], &commitment, proof);
            assert_eq!(alone, Ok(false));
        }
        let commitments = [commitment, commitment];
        let together =
            settings.verify_blob_kzg_proof_batch(blobs.as_slice().into(), &commitments, &altered);
        assert_eq!(together, Ok(false));
        let right = settings.verify_blob_kzg_proof_batch(
            blobs.as_slice().into(),
            &commitments,
            &[proof; 2],
        );
        assert_eq!(right, Ok(true));
    }
}

/// The test of a new context calls the generic protocol, which uses the threads of the settings.
fn first_calls_on_native_settings_do_not_deadlock() {
    if !Constantine::load().expect("it is there").is_native() {
        skipped("the library has no native protocol");
        return;
    }
    first_calls_at_once(Precompute::SMALL, |options| {
        let settings = NativeSettings::load(&TrustedSetup::mainnet(), options);
        Arc::new(settings.expect("there is room for the tables"))
    });
}

fn a_sum_of_no_points_is_neutral() {
    let exec = Exec::serial();
    let none = Constantine::msm(&[], &[], &exec);
    assert!(none.is_identity() && none == G1::identity());
    let bases = Constantine::prepare(&[], Default::default(), &exec);
    assert!(Constantine::msm_fixed(&bases, &[], &exec).is_identity());
    let mut out = [G1::generator(); 2];
    Constantine::msm_fixed_many(&[(&bases, &[]), (&bases, &[])], &mut out, &exec);
    assert!(out.iter().all(Group::is_identity));
}

/// The library's decoders of field elements reduce a non-canonical integer and report success.
fn non_canonical_integers_are_refused() {
    let mut order = (-Fr::ONE).to_bytes();
    order[31] += 1;
    for bytes in [order, [0xff; 32]] {
        assert_eq!(Fr::from_bytes(&bytes), None);
        assert_eq!(Fr::from_bytes_raw(&bytes), None);
    }
    assert_eq!(Fr::from_bytes_reduced(&order), Fr::ZERO);
    // The generator with x + p, and with y + p, for p the field modulus.
    let modulus: [u8; 48] = {
        let minus_y = (-G1::generator()).to_bytes();
        assert_eq!(minus_y[0] & 0x20, 0x20);
        let digits = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
        std::array::from_fn(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).expect("digits"))
    };
    for half in [0, 48] {
        let mut affine = GENERATOR;
        add(&mut affine[half..half + 48], &modulus);
        let read = Constantine::g1_from_trusted_affine(&affine);
        assert_eq!(read, Err(PointError::Coordinate));
    }
    assert_eq!(
        Constantine::g1_from_trusted_affine(&GENERATOR),
        Ok(G1::generator())
    );
}

/// The generator's affine coordinates.
const GENERATOR: [u8; 96] = {
    let digits = b"17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";
    let mut bytes = [0; 96];
    let mut at = 0;
    while at < 192 {
        let digit = digits[at];
        let value = if digit <= b'9' {
            digit - b'0'
        } else {
            digit - b'a' + 10
        };
        bytes[at / 2] = bytes[at / 2] << 4 | value;
        at += 1;
    }
    bytes
};

/// Adds big-endian integers; the sum must fit.
fn add(a: &mut [u8], b: &[u8]) {
    let mut carry = 0;
    for (a, b) in a.iter_mut().zip(b).rev() {
        let sum = u16::from(*a) + u16::from(*b) + carry;
        (*a, carry) = (sum as u8, sum >> 8);
    }
    assert_eq!(carry, 0);
}

/// The codecs return separate statuses for zero and infinity, which are not errors.
fn zero_and_infinity_are_values() {
    assert_eq!(Fr::from_bytes(&[0; 32]), Some(Fr::ZERO));
    assert_eq!(Fr::ZERO.to_bytes(), [0; 32]);
    assert_eq!(Fr::ZERO.to_bytes_raw(), [0; 32]);
    let (mut g1, mut g2) = ([0; 48], [0; 96]);
    (g1[0], g2[0]) = (0xc0, 0xc0);
    assert_eq!(G1::from_bytes(&g1), Ok(G1::identity()));
    assert_eq!(G2::from_bytes(&g2), Ok(G2::identity()));
    assert_eq!(
        (G1::identity().to_bytes(), G2::identity().to_bytes()),
        (g1, g2)
    );
    for settings in all_settings() {
        let zero = Bytes32::default();
        let infinity = kzg_traits::KzgCommitment(g1);
        let verdict = settings.verify_kzg_proof(&infinity, &zero, &zero, &KzgProof(g1));
        assert_eq!(verdict, Ok(true));
    }
}

fn zero_has_no_inverse() {
    assert_eq!(Fr::ZERO.inverse(), None);
    assert_eq!((Fr::ONE + -Fr::ONE).inverse(), None);
    assert_eq!((-Fr::ONE).inverse(), Some(-Fr::ONE));
}

/// The precompile refuses the empty product.
fn the_empty_product_is_one() {
    assert!(Constantine::pairing_check(&[], &Exec::serial()));
    let infinity = Constantine::prepare_g2(&G2::identity());
    assert!(Constantine::pairing_check(
        &[(G1::generator(), &infinity)],
        &Exec::serial()
    ));
}

/// For an invalid point the library prints to standard output, so this crate checks points before.
fn invalid_setups_never_reach_the_library() {
    let text = TrustedSetup::mainnet().to_text();
    let mut lines: Vec<&str> = text.lines().collect();
    // (0, 2): on the curve, and outside the subgroup.
    let outside = format!("80{}", "0".repeat(94));
    lines[2 + 17] = &outside;
    let setup = TrustedSetup::from_text(&lines.join("\n")).expect("it is well written");
    let expected = SetupError::Point {
        section: SetupSection::G1Lagrange,
        index: 17,
        reason: PointError::Subgroup,
    };
    let refused = [
        NativeSettings::load(&setup, SettingsOptions::default()).map(drop),
        kzg_constantine::load(&setup, SettingsOptions::default()).map(drop),
    ];
    for refused in refused {
        match refused.expect_err("one point is invalid") {
            // The library lacks the native calls.
            SetupError::MissingSymbols { .. } => {}
            error => assert_eq!(error, expected),
        }
    }
}

/// The library keeps state for each thread, so it is never unloaded.
fn new_threads_can_call_the_library() {
    let expected = G1::generator().mul(&Fr::from_u64(77)).to_bytes();
    for _ in 0..20 {
        let computed = std::thread::spawn(|| {
            Constantine::load().expect("it is there");
            G1::generator().mul(&Fr::from_u64(77)).to_bytes()
        });
        assert_eq!(computed.join().expect("no panic"), expected);
    }
}

fn both_forms_of_infinity_are_one_point() {
    let generator = G1::generator();
    let computed = generator + -generator;
    assert!(computed.is_identity());
    assert_eq!(computed, G1::identity());
    assert_eq!(computed + G1::generator(), G1::generator());
    let exec = Exec::serial();
    let points = [computed, G1::generator(), G1::identity()];
    let sum = Constantine::msm(&points, &[Fr::ONE; 3], &exec);
    assert_eq!(sum, G1::generator());
}
