//! Trusted setups, validated by this backend: the embedded one, c-kzg's own file, and setups
//! that are wrong in every way that only the points show.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use kzg_blst::{Blst, Fr, G1, G2};
use kzg_traits::domain::{Domain, bit_reversal_permutation};
use kzg_traits::{
    Blob, Bytes32, Exec, Fr as _, Group, KzgSettings, PointError, Settings, SettingsOptions,
    SetupCheck, SetupError, SetupOrder, SetupSection, Threads, TrustedSetup,
};
use sha2::{Digest, Sha256};

const SECRET: u64 = 0x1234_5678_9abc_def1;
/// The lines of the text format before the first point of each section.
const LAGRANGE: usize = 2;
const G2_MONOMIAL: usize = LAGRANGE + 4096;
const G1_MONOMIAL: usize = G2_MONOMIAL + 65;

fn development_setup() -> &'static TrustedSetup {
    static SETUP: OnceLock<TrustedSetup> = OnceLock::new();
    SETUP.get_or_init(|| {
        TrustedSetup::insecure_development_setup::<Blst>(SECRET, &Exec::serial()).unwrap()
    })
}

/// The error of loading the development setup after a change to the lines of its text form.
fn error_after(change: impl FnOnce(&mut Vec<String>)) -> SetupError {
    let text = development_setup().to_text();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    let setup = TrustedSetup::from_text(&lines.join("\n")).unwrap();
    Settings::<Blst>::load(&setup, SettingsOptions::default()).unwrap_err()
}

fn hex_of(point: impl Group) -> String {
    hex::encode(point.to_bytes().as_ref())
}

#[test]
fn every_embedded_point_is_valid_and_all_belong_to_one_secret() {
    let valid =
        |setup: &TrustedSetup, exec: &Exec| assert_eq!(setup.validate::<Blst>(exec), Ok(()));
    valid(&TrustedSetup::mainnet(), &Exec::serial());
    valid(development_setup(), &Exec::serial());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap();
    let exec = Exec::new(Threads::Pool(Arc::new(pool)));
    valid(&TrustedSetup::mainnet(), &exec);
}

#[test]
fn the_embedded_setup_is_the_file_that_c_kzg_ships() {
    let text = TrustedSetup::mainnet().to_text();
    assert_eq!(
        hex::encode(&Sha256::digest(&text)[..]),
        "d39b9f2d047cc9dca2de58f264b6a09448ccd34db967881a6713eacacf0f26b7"
    );
    let path = c_kzg_folder().join("src/trusted_setup.txt");
    assert!(std::fs::read_to_string(&path).unwrap() == text);
    assert_eq!(TrustedSetup::load_file(path), Ok(TrustedSetup::mainnet()));
}

/// Where cargo keeps the sources of the c-kzg that this test is built with.
fn c_kzg_folder() -> PathBuf {
    // Without its platform cargo would ask for the packages of every platform.
    let version = cargo(&["-vV"]);
    let mut lines = version.lines();
    let host = lines.find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = cargo(&[
        "metadata",
        "--format-version=1",
        "--locked",
        "--filter-platform",
        host,
        "--manifest-path",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let c_kzg = packages.find(|package| package["name"] == "c-kzg").unwrap();
    let manifest = PathBuf::from(c_kzg["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().to_owned()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn files_are_read_up_to_a_limit() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("development_setup.json");
    std::fs::write(&file, development_setup().to_json()).unwrap();
    assert_eq!(
        TrustedSetup::load_file(&file).as_ref(),
        Ok(development_setup())
    );

    let huge = folder.join("huge_setup.txt");
    // Nothing but a length: the file system stores no zeros.
    std::fs::File::create(&huge)
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    let refused = TrustedSetup::load_file(&huge);
    std::fs::remove_file(&huge).unwrap();
    let path = huge.display().to_string();
    let limit = 16 << 20;
    assert_eq!(refused, Err(SetupError::TooLarge { path, limit }));

    for unreadable in [folder, &folder.join("absent")] {
        assert!(matches!(
            TrustedSetup::load_file(unreadable),
            Err(SetupError::Read { path, .. }) if path == unreadable.display().to_string()
        ));
    }
}

#[test]
fn the_development_setup_commits_to_the_value_at_its_secret() {
    let settings = Settings::<Blst>::load(development_setup(), SettingsOptions::default()).unwrap();
    let tau = Fr::from_u64(SECRET);
    // The polynomial X^3 + 5.
    let mut blob = Blob::zeroed_on_heap();
    let (slots, _) = blob.0.as_chunks_mut::<32>();
    for (slot, root) in slots.iter_mut().zip(Domain::<Fr>::new().roots(4096)) {
        *slot = (root.pow(3) + Fr::from_u64(5)).to_bytes();
    }
    let commitment = settings.blob_to_kzg_commitment(&blob).unwrap();
    let value = tau.pow(3) + Fr::from_u64(5);
    assert_eq!(commitment.0, G1::generator().mul(&value).to_bytes());

    let z = Bytes32(Fr::from_u64(2).to_bytes());
    let (proof, y) = settings.compute_kzg_proof(&blob, &z).unwrap();
    assert_eq!(y.0, Fr::from_u64(13).to_bytes());
    assert_eq!(
        settings.verify_kzg_proof(&commitment, &z, &y, &proof),
        Ok(true)
    );
    assert_eq!(
        settings.verify_kzg_proof(&commitment, &z, &z, &proof),
        Ok(false)
    );
}

#[test]
fn secrets_that_are_none_are_refused() {
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

/// The compressed point with a small x coordinate for which decoding gives `reason`.
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
fn one_wrong_point_is_one_too_many() {
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
    // Neighbouring Lagrange points in each other's place leave every plain sum as it is.
    assert_eq!(
        error_after(|lines| lines.swap(LAGRANGE, LAGRANGE + 1)),
        SetupError::Inconsistent {
            check: SetupCheck::Lagrange
        }
    );
}

#[test]
fn sections_of_different_secrets_do_not_mix() {
    let other = TrustedSetup::insecure_development_setup::<Blst>(SECRET + 1, &Exec::serial())
        .unwrap()
        .to_text();
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
