//! Tests without a loaded library: constants have their values, every other result is invalid, and
//! no call panics. No test of this file may load the library.

use kzg_constantine::{Constantine, Fr, G1, G2};
use kzg_traits::encoding::check_encoding;
use kzg_traits::{
    Backend, Error, ErrorKind, Exec, Fr as _, Group, PointError, Precompute, SetupError,
};

#[test]
fn constants_need_no_library() {
    assert_eq!(Fr::ZERO, Fr::ZERO);
    assert_ne!(Fr::ZERO, Fr::ONE);
    assert_ne!(Fr::RAW_UNIT, Fr::ONE);
    assert_eq!(G1::generator(), G1::generator());
    assert_ne!(G1::generator(), G1::identity());
    assert_ne!(G2::generator(), G2::identity());
    assert!(G1::identity().is_identity() && !G1::generator().is_identity());
    assert!(G2::identity().is_identity() && !G2::generator().is_identity());
    assert!(!format!("{:?} {:?} {:?}", Fr::ONE, G1::generator(), G2::generator()).is_empty());
}

#[test]
fn results_of_arithmetic_have_no_valid_encoding() {
    let scalars = [
        Fr::ONE + Fr::ONE,
        Fr::ONE - Fr::ONE,
        Fr::ONE * Fr::ONE,
        -Fr::ONE,
        Fr::ONE.square(),
        Fr::from_u64(1),
        Fr::from_bytes_reduced(&[1; 32]),
        Fr::ONE.inverse().expect("one is not zero"),
        Fr::ONE.pow(5),
        Fr::sum_of_products([Fr::ONE; 2], [Fr::ONE; 2]),
    ];
    for scalar in scalars {
        assert_eq!(scalar.to_bytes(), [0xff; 32], "not canonical");
        assert_eq!(scalar.to_bytes_raw(), [0xff; 32]);
    }
    assert_eq!(Fr::ZERO.inverse(), None);
    assert_eq!(Fr::from_bytes(&[0; 32]), None);

    let (g1, g2) = (G1::generator(), G2::generator());
    for point in [g1 + g1, g1 - g1, -g1, g1.double(), g1.mul(&Fr::ONE)] {
        assert_eq!(check_encoding(&point.to_bytes()), Err(PointError::Encoding));
        assert!(!point.is_identity());
    }
    for point in [g2 + g2, g2 - g2, -g2, g2.double(), g2.mul(&Fr::ONE)] {
        assert_eq!(check_encoding(&point.to_bytes()), Err(PointError::Encoding));
        assert!(!point.is_identity());
    }
    let mut encoding = [0; 48];
    encoding[0] = 0x80;
    assert!(G1::from_bytes(&encoding).is_err());
    assert!(Constantine::g1_from_trusted_affine(&[0; 96]).is_err());
    assert!(Constantine::g2_from_trusted_affine(&[0; 192]).is_err());
}

#[test]
fn sums_and_pairings_do_not_panic_and_verify_nothing() {
    let exec = Exec::serial();
    let points = [G1::generator(); 3];
    let bases = Constantine::prepare(&points, Precompute::SMALL, &exec);
    let sums = [
        Constantine::msm(&points, &[Fr::ONE; 3], &exec),
        Constantine::msm_fixed(&bases, &[Fr::ONE; 3], &exec),
    ];
    for sum in sums {
        assert_eq!(check_encoding(&sum.to_bytes()), Err(PointError::Encoding));
    }
    let prepared = Constantine::prepare_g2(&G2::generator());
    let identity = Constantine::prepare_g2(&G2::identity());
    assert!(!Constantine::pairing_check(
        &[(G1::identity(), &prepared)],
        &Exec::serial()
    ));
    assert!(!Constantine::pairing_check(
        &[(G1::generator(), &identity)],
        &Exec::serial()
    ));
    // A status other than success is a fault, not a verdict.
    let unanswered = Constantine::try_pairing_check(&[(G1::generator(), &prepared)], &exec);
    assert_eq!(
        unanswered.map_err(|error| error.kind()),
        Err(ErrorKind::Fault)
    );
}

#[test]
fn a_missing_library_is_an_error_that_names_what_was_tried() {
    let missing = std::env::temp_dir().join("no-such-folder/libconstantine.so");
    let error = Constantine::load_from(&missing).expect_err("there is none");
    match &error {
        SetupError::LibraryNotFound { tried } => {
            assert_eq!(tried.len(), 1);
            assert!(
                tried[0].starts_with(&missing.display().to_string()),
                "{tried:?}"
            );
        }
        other => panic!("expected that nothing is found: {other}"),
    }
    assert_eq!(Error::from(error).kind(), ErrorKind::Setup);
}
