//! Valid trusted setups: the embedded setup, the file that c-kzg ships, files in both formats, and the
//! insecure development setup, which c-kzg reads too.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

use kzg_blst::{Blst, Fr, G1};
use kzg_traits::domain::Domain;
use kzg_traits::{
    Blob, Bytes32, Exec, Fr as _, Group, KzgSettings, Settings, SettingsOptions, SetupError,
    Threads, TrustedSetup,
};
use sha2::{Digest, Sha256};

const SECRET: u64 = 0x1234_5678_9abc_def1;

fn development_setup() -> &'static TrustedSetup {
    static SETUP: OnceLock<TrustedSetup> = OnceLock::new();
    SETUP.get_or_init(|| {
        TrustedSetup::insecure_development_setup::<Blst>(SECRET, &Exec::serial()).unwrap()
    })
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

/// The folder of the sources of the c-kzg crate that this test is built with.
fn c_kzg_folder() -> PathBuf {
    // Without a platform, cargo would need the packages of every platform.
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
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("development_setup.json");
    std::fs::write(&file, development_setup().to_json()).unwrap();
    assert_eq!(
        TrustedSetup::load_file(&file).as_ref(),
        Ok(development_setup())
    );

    let path = folder.join("zeros.txt");
    let limit = 16 << 20;
    let zeros = std::fs::File::create(&path).unwrap();
    zeros.set_len(limit as u64).unwrap();
    assert_eq!(
        TrustedSetup::load_file(&path),
        Err(SetupError::UnknownFormat)
    );
    zeros.set_len(limit as u64 + 1).unwrap();
    let too_large = |path: &Path| {
        let path = path.display().to_string();
        Err(SetupError::TooLarge { path, limit })
    };
    assert_eq!(TrustedSetup::load_file(&path), too_large(&path));
    if cfg!(unix) {
        let endless = Path::new("/dev/zero");
        assert_eq!(TrustedSetup::load_file(endless), too_large(endless));
    }

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
    // The polynomial X^3 + 5.
    let f = |x: Fr| x.pow(3) + Fr::from_u64(5);
    let mut blob = Blob::zeroed_on_heap();
    let (slots, _) = blob.0.as_chunks_mut::<32>();
    for (slot, root) in slots.iter_mut().zip(Domain::<Fr>::new().roots(4096)) {
        *slot = f(*root).to_bytes();
    }
    let commitment = settings.blob_to_kzg_commitment(&blob).unwrap();
    let value = f(Fr::from_u64(SECRET));
    assert_eq!(commitment.0, G1::generator().mul(&value).to_bytes());

    let z = Bytes32(Fr::from_u64(2).to_bytes());
    let (proof, y) = settings.compute_kzg_proof(&blob, &z).unwrap();
    assert_eq!(y.0, Fr::from_u64(13).to_bytes());
    let verify = |y| settings.verify_kzg_proof(&commitment, &z, y, &proof);
    assert_eq!((verify(&y), verify(&z)), (Ok(true), Ok(false)));

    let text = development_setup().to_text();
    let c_kzg = c_kzg::KzgSettings::parse_kzg_trusted_setup(&text, 0).unwrap();
    let (same_proof, same_y) = c_kzg
        .compute_kzg_proof(&blob.0.into(), &z.0.into())
        .unwrap();
    assert_eq!(*same_proof.to_bytes(), proof.0);
    assert_eq!(*same_y, y.0);
}
