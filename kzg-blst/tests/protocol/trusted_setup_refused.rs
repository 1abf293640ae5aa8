//! Trusted setups that are well formed but have wrong points. Each is refused, and the error names the
//! fault and its position.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::OnceLock;

use kzg_blst::{Blst, Fr, G1, G2};
use kzg_traits::domain::bit_reversal_permutation;
use kzg_traits::{
    Exec, Fr as _, Group, PointError, Settings, SettingsOptions, SetupCheck, SetupError,
    SetupOrder, SetupSection, TrustedSetup,
};

/// Number of lines of the text format before the first point of each section.
const LAGRANGE: usize = 2;
const G2_MONOMIAL: usize = LAGRANGE + 4096;
const G1_MONOMIAL: usize = G2_MONOMIAL + 65;

/// The text form of the development setup with the given secret.
fn text(secret: u64) -> String {
    TrustedSetup::insecure_development_setup::<Blst>(secret, &Exec::serial())
        .unwrap()
        .to_text()
}

/// Returns the error of loading a development setup whose text form was changed.
fn error_after(change: impl FnOnce(&mut Vec<String>)) -> SetupError {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| text(5));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    let setup = TrustedSetup::from_text(&lines.join("\n")).unwrap();
    Settings::<Blst>::load(&setup, SettingsOptions::default()).unwrap_err()
}

fn hex_of(point: impl Group) -> String {
    hex::encode(point.to_bytes().as_ref())
}

#[test]
fn invalid_secrets_are_refused() {
    let refused = |secret| {
        TrustedSetup::insecure_development_setup::<Blst>(secret, &Exec::serial()).unwrap_err()
    };
    let identity = |section, index| SetupError::Identity { section, index };
    assert_eq!(refused(0), identity(SetupSection::G1Monomial, 1));
    assert_eq!(refused(1), identity(SetupSection::G1Lagrange, 1));
    let infinity = hex_of(G2::identity());
    assert_eq!(
        error_after(|lines| lines[G2_MONOMIAL + 64] = infinity),
        identity(SetupSection::G2Monomial, 64)
    );
}

/// Returns the compressed point with a small x coordinate whose decoding fails for `reason`.
fn invalid_point<G: Group>(
    length: usize,
    reason: PointError,
    decode: fn(&[u8]) -> Result<G, PointError>,
) -> String {
    let mut bytes = vec![0; length];
    bytes[0] = 0x80;
    let found = (1..=u8::MAX).any(|x| {
        bytes[length - 1] = x;
        decode(&bytes) == Err(reason)
    });
    assert!(found);
    hex::encode(bytes)
}

#[test]
fn invalid_points_are_named_by_section_and_index() {
    let g1 = |reason| invalid_point(48, reason, |b| G1::from_bytes(b.try_into().unwrap()));
    let g2 = |reason| invalid_point(96, reason, |b| G2::from_bytes(b.try_into().unwrap()));
    let uncompressed = |line: &str| format!("1{}", &line[1..]);
    let beyond_the_modulus = format!("9{}", "f".repeat(95));
    let cases = [
        (
            SetupSection::G1Lagrange,
            LAGRANGE,
            0,
            g1(PointError::Curve),
            PointError::Curve,
        ),
        (
            SetupSection::G1Lagrange,
            LAGRANGE,
            4095,
            g1(PointError::Subgroup),
            PointError::Subgroup,
        ),
        (
            SetupSection::G2Monomial,
            G2_MONOMIAL,
            64,
            g2(PointError::Curve),
            PointError::Curve,
        ),
        (
            SetupSection::G2Monomial,
            G2_MONOMIAL,
            1,
            g2(PointError::Subgroup),
            PointError::Subgroup,
        ),
        (
            SetupSection::G1Monomial,
            G1_MONOMIAL,
            7,
            g1(PointError::Subgroup),
            PointError::Subgroup,
        ),
        (
            SetupSection::G1Monomial,
            G1_MONOMIAL,
            4095,
            beyond_the_modulus,
            PointError::Coordinate,
        ),
        (
            SetupSection::G1Monomial,
            G1_MONOMIAL,
            0,
            uncompressed(&hex_of(G1::generator())),
            PointError::Encoding,
        ),
    ];
    for (section, first, index, point, reason) in cases {
        assert_eq!(
            error_after(|lines| lines[first + index] = point),
            SetupError::Point {
                section,
                index,
                reason
            }
        );
    }
}

#[test]
fn a_wrong_order_is_recognised() {
    let order = |found| SetupError::Order { found };
    for (section, first) in [
        (SetupSection::G1Lagrange, LAGRANGE),
        (SetupSection::G1Monomial, G1_MONOMIAL),
    ] {
        assert_eq!(
            error_after(|lines| bit_reversal_permutation(&mut lines[first..first + 4096])),
            order(SetupOrder::BitReversed { section })
        );
    }
    assert_eq!(
        error_after(|lines| {
            let (front, monomial) = lines.split_at_mut(G1_MONOMIAL);
            front[LAGRANGE..G2_MONOMIAL].swap_with_slice(monomial);
        }),
        order(SetupOrder::SwappedSections)
    );
}

#[test]
fn one_wrong_point_is_found() {
    let g1 = hex_of(G1::generator().mul(&Fr::from_u64(77)));
    let g2 = hex_of(G2::generator().mul(&Fr::from_u64(77)));
    for (line, point, check) in [
        (LAGRANGE, &g1, SetupCheck::Lagrange),
        (LAGRANGE + 4095, &g1, SetupCheck::Lagrange),
        (G2_MONOMIAL, &g2, SetupCheck::G2Generator),
        (G2_MONOMIAL + 1, &g2, SetupCheck::G1Powers),
        (G2_MONOMIAL + 64, &g2, SetupCheck::G2Powers),
        (G1_MONOMIAL, &g1, SetupCheck::G1Generator),
        (G1_MONOMIAL + 1, &g1, SetupCheck::G1Powers),
        (G1_MONOMIAL + 4095, &g1, SetupCheck::G1Powers),
    ] {
        assert_eq!(
            error_after(|lines| lines[line].clone_from(point)),
            SetupError::Inconsistent { check }
        );
    }
}

#[test]
fn errors_that_cancel_under_known_coefficients_are_found() {
    // An exchange of two neighbouring Lagrange points keeps the plain sum.
    assert_eq!(
        error_after(|lines| lines.swap(LAGRANGE, LAGRANGE + 1)),
        SetupError::Inconsistent {
            check: SetupCheck::Lagrange
        }
    );
}

#[test]
fn sections_of_different_secrets_do_not_mix() {
    let other = text(6);
    for (section, check) in [
        (LAGRANGE..G2_MONOMIAL, SetupCheck::Lagrange),
        (G2_MONOMIAL..G1_MONOMIAL, SetupCheck::G1Powers),
        (G1_MONOMIAL..G1_MONOMIAL + 4096, SetupCheck::G1Powers),
    ] {
        let replaced = error_after(|lines| {
            for index in section {
                lines[index] = other.lines().nth(index).unwrap().to_owned();
            }
        });
        assert_eq!(replaced, SetupError::Inconsistent { check });
    }
}
