//! What is treacherous in the library, and that this crate is safe from it: one law for each trap
//! that was found on a real build.

use std::process::ExitCode;
use std::sync::Arc;

use constantine_sys::{ContextCalls, LowLevel};
use kzg_constantine::{Constantine, Fr, G1, G2, NativeSettings};
use kzg_testing::protocol::{agree, first_calls_at_once};
use kzg_testing::{Law, Seeded, harness};
use kzg_traits::{
    Backend, Bytes32, Exec, Fr as _, Group, KzgProof, KzgSettings, PointError, Precompute,
    Settings, SettingsOptions, SetupError, SetupSection, TrustedSetup,
};

fn main() -> ExitCode {
    harness::backend_laws::<Constantine>(|| {
        vec![
            Law::new(
                "no_treacherous_function_is_bound",
                no_treacherous_function_is_bound,
            ),
            Law::new("every_path_says_the_same", every_path_says_the_same),
            Law::new(
                "cancelling_proofs_are_refused",
                cancelling_proofs_are_refused,
            ),
            Law::new(
                "a_sum_of_no_points_is_neutral",
                a_sum_of_no_points_is_neutral,
            ),
            Law::new("nothing_is_reduced_silently", nothing_is_reduced_silently),
            Law::new("zero_and_infinity_are_values", zero_and_infinity_are_values),
            Law::new("zero_has_no_inverse", zero_has_no_inverse),
            Law::new("the_empty_product_is_one", the_empty_product_is_one),
            Law::new(
                "invalid_setups_never_reach_it",
                invalid_setups_never_reach_it,
            ),
            Law::new("threads_come_and_go", threads_come_and_go),
            Law::new(
                "first_calls_on_native_settings_never_wait_in_a_circle",
                first_calls_on_native_settings_never_wait_in_a_circle,
            ),
            Law::new(
                "both_forms_of_infinity_are_one_point",
                both_forms_of_infinity_are_one_point,
            ),
        ]
    })
}

/// `*_cneg_in_place` ignores its condition; the threadpool crashes on other threads; the
/// `_parallel` calls need it, and one of them accepts a false proof; both batch verifications
/// depend on random bytes that must not be zero; a context without tables is never asked for.
fn no_treacherous_function_is_bound() {
    for symbol in LowLevel::SYMBOLS.iter().chain(ContextCalls::SYMBOLS) {
        for treacherous in [
            "cneg",
            "threadpool",
            "parallel",
            "_batch_",
            "keccak",
            "context_new_no",
        ] {
            assert!(
                !symbol.contains(treacherous) || symbol.ends_with("batch_affine"),
                "{symbol}"
            );
        }
        assert!(!symbol.ends_with("_proof_batch"), "{symbol}");
        assert_ne!(*symbol, "ctt_eth_kzg_context_new");
    }
}

/// The settings of every path that this library has.
fn every_path() -> Vec<Arc<dyn KzgSettings>> {
    let (setup, options) = (TrustedSetup::mainnet(), SettingsOptions::default());
    let low_level = Settings::<Constantine>::load(&setup, options.clone()).expect("it is there");
    let mut all: Vec<Arc<dyn KzgSettings>> = vec![Arc::new(low_level)];
    match NativeSettings::load(&setup, options) {
        Ok(native) => all.push(Arc::new(native)),
        Err(error) => eprintln!("not tested: {error}"),
    }
    all
}

/// The library's own protocol refuses cells that contradict each other, and names no item of an
/// error: here both paths say the same of everything.
fn every_path_says_the_same() {
    let paths = every_path();
    for path in &paths {
        path.warm_up().expect("nothing to refuse");
    }
    for path in &paths[1..] {
        agree(&*paths[0], &**path);
    }
}

/// Two proofs that are false, each by the opposite of the other: with factors that do not depend
/// on the proofs, their errors cancel.
fn cancelling_proofs_are_refused() {
    let mut seeded = Seeded::new(8);
    let blob = seeded.blob();
    let blobs = [blob.clone(), blob];
    for settings in every_path() {
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

/// The test of a new context asks our protocol, which has the settings' threads.
fn first_calls_on_native_settings_never_wait_in_a_circle() {
    if !Constantine::load().expect("it is there").is_native() {
        eprintln!("skipped: the library has no native protocol");
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

/// The decoders of field elements reduce what is too large, and call it well done.
fn nothing_is_reduced_silently() {
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

/// The codecs have statuses of their own for zero and infinity, which are not errors.
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
    for settings in every_path() {
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

/// On an invalid point the library prints to standard output. Ours are checked before.
fn invalid_setups_never_reach_it() {
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
            // Of a library without these calls.
            SetupError::MissingSymbols { .. } => {}
            error => assert_eq!(error, expected),
        }
    }
}

/// The library keeps state for each thread, so it is never unloaded.
fn threads_come_and_go() {
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
