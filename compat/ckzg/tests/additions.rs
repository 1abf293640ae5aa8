//! Additions that c-kzg does not have: shared settings, the source of an error, access to the inner
//! settings, and small stacks.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use c_kzg::kzg_traits::{self, Error, Item, PointError};
use c_kzg::{
    Blob, Bytes48, KzgSettings, ethereum_kzg_settings, ethereum_kzg_settings_arc, last_error, views,
};

const STACK: usize = 512 << 10;

fn on_a_small_stack(job: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(job);
    thread.unwrap().join().unwrap();
}

fn blob() -> Box<Blob> {
    Box::new(Blob::new([1; c_kzg::BYTES_PER_BLOB]))
}

/// The text of the mainnet setup, with one point replaced by another: well formed and inconsistent.
fn inconsistent_text() -> String {
    let text = kzg_traits::TrustedSetup::mainnet().to_text();
    let lines: Vec<&str> = text.lines().collect();
    text.replacen(lines[2], lines[3], 1)
}

#[test]
fn an_engine_that_cannot_run_is_an_error_and_a_panic_with_its_text() {
    let program = std::env::current_exe().unwrap();
    let output = std::process::Command::new(program)
        .args(["--exact", "loading_for_an_unknown_engine", "--ignored"])
        .env("KZG_BLST_ENGINE", "avx3")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert!(printed.contains("1 passed"), "{printed}");
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn loading_for_an_unknown_engine() {
    assert_eq!(std::env::var("KZG_BLST_ENGINE").unwrap(), "avx3");
    let text = kzg_traits::TrustedSetup::mainnet().to_text();
    let loaded = KzgSettings::parse_kzg_trusted_setup(&text, 0);
    let panics: Vec<String> = [0, 0, 9]
        .into_iter()
        .filter_map(|precompute| {
            let panic = std::panic::catch_unwind(|| ethereum_kzg_settings(precompute)).err()?;
            Some(panic.downcast_ref::<String>().unwrap().clone())
        })
        .collect();
    match loaded {
        // The tests of the workspace have another backend, which runs instead.
        Ok(settings) => {
            assert_ne!(settings.inner().backend(), "blst");
            assert_eq!(panics, [""; 0]);
        }
        Err(error) => {
            let text = error.to_string();
            assert!(text.contains("KZG_BLST_ENGINE: "), "{text}");
            assert_eq!(panics, [&*text; 3]);
        }
    }
}

#[test]
fn every_call_runs_on_a_stack_of_512_kib() {
    let blob = blob();
    on_a_small_stack(move || {
        let settings = ethereum_kzg_settings(9); // builds the large tables here
        let commitment = settings.blob_to_kzg_commitment(&blob).unwrap().to_bytes();
        let z = c_kzg::Bytes32::default();
        let (proof, y) = settings.compute_kzg_proof(&blob, &z).unwrap();
        let proof = proof.to_bytes();
        assert!(
            settings
                .verify_kzg_proof(&commitment, &z, &y, &proof)
                .unwrap()
        );
        let proof = settings
            .compute_blob_kzg_proof(&blob, &commitment)
            .unwrap()
            .to_bytes();
        assert!(
            settings
                .verify_blob_kzg_proof(&blob, &commitment, &proof)
                .unwrap()
        );
        let blobs = vec![*blob];
        let holds = settings.verify_blob_kzg_proof_batch(&blobs, &[commitment], &[proof]);
        assert!(holds.unwrap());

        settings.compute_cells(&blobs[0]).unwrap();
        let (cells, proofs) = settings.compute_cells_and_kzg_proofs(&blobs[0]).unwrap();
        let indices: Vec<u64> = (0..128).collect();
        let recovered = settings.recover_cells_and_kzg_proofs(&indices[64..], &cells[64..]);
        let (recovered_cells, recovered_proofs) = recovered.unwrap();
        assert!(recovered_cells == cells);
        let proofs: Vec<Bytes48> = proofs.iter().map(|proof| proof.to_bytes()).collect();
        assert!(
            recovered_proofs
                .iter()
                .map(|proof| proof.to_bytes())
                .eq(proofs.iter().copied())
        );
        let commitments = [commitment; 128];
        let holds =
            settings.verify_cell_kzg_proof_batch(&commitments, &indices, &cells[..], &proofs);
        assert!(holds.unwrap());
    });
}

#[test]
fn setups_are_loaded_and_refused_on_a_stack_of_512_kib() {
    on_a_small_stack(|| {
        let text = kzg_traits::TrustedSetup::mainnet().to_text();
        assert!(KzgSettings::parse_kzg_trusted_setup(&text, 0).is_ok());
        let refused = KzgSettings::parse_kzg_trusted_setup(&inconsistent_text(), 0);
        assert!(matches!(refused, Err(c_kzg::Error::InvalidTrustedSetup(_))));
        assert!(matches!(last_error(), Some(Error::Setup(_))));
    });
}

#[test]
fn the_last_error_names_the_malformed_item() {
    let settings = ethereum_kzg_settings(0);
    let infinity = Bytes48::from_hex(&format!("c0{}", "00".repeat(47))).unwrap();
    let mut blobs = vec![Blob::default(); 4];
    assert_eq!(last_error(), None);

    let malformed = [infinity, infinity, infinity, Bytes48::default()];
    let refused = settings.verify_blob_kzg_proof_batch(&blobs, &malformed, &[infinity; 4]);
    assert!(matches!(
        refused,
        Err(c_kzg::Error::CError(c_kzg::CkzgError::C_KZG_BADARGS))
    ));
    let expected = Error::Point {
        item: Item::Commitment,
        index: 3,
        reason: PointError::Encoding,
    };
    assert_eq!(last_error().as_ref(), Some(&expected));

    // A success leaves the error, and another thread has its own.
    let holds = settings.verify_blob_kzg_proof_batch(&blobs, &[infinity; 4], &[infinity; 4]);
    assert!(holds.unwrap());
    assert_eq!(last_error().as_ref(), Some(&expected));
    std::thread::spawn(|| assert_eq!(last_error(), None))
        .join()
        .unwrap();

    blobs[2][32 * 4095] = 0xff;
    let refused = settings.verify_blob_kzg_proof_batch(&blobs, &[infinity; 4], &[infinity; 4]);
    assert!(refused.is_err());
    let expected = Error::FieldElement {
        item: Item::Blob,
        index: 2,
        element: 4095,
    };
    assert_eq!(last_error(), Some(expected));

    let refused = settings.verify_blob_kzg_proof_batch(&blobs, &[infinity; 3], &[infinity; 4]);
    assert!(matches!(refused, Err(c_kzg::Error::MismatchLength(_))));
    assert!(matches!(
        last_error(),
        Some(Error::Count {
            item: Item::Commitment,
            ..
        })
    ));

    // An error of this crate alone has no other error behind it.
    let refused = KzgSettings::load_trusted_setup(&[], &[], &[], 0);
    assert!(matches!(refused, Err(c_kzg::Error::InvalidTrustedSetup(_))));
    assert!(matches!(last_error(), Some(Error::Setup(_))));
    let text = kzg_traits::TrustedSetup::mainnet().to_text();
    let refused = KzgSettings::parse_kzg_trusted_setup(&text, 16);
    assert!(matches!(refused, Err(c_kzg::Error::InvalidTrustedSetup(_))));
    assert_eq!(last_error(), None);
}

#[test]
fn the_mainnet_setup_is_loaded_once_and_its_tables_are_shared() {
    let text = kzg_traits::TrustedSetup::mainnet().to_text();
    let from_text = KzgSettings::parse_kzg_trusted_setup(&text, 3).unwrap();
    from_text.blob_to_kzg_commitment(&blob()).unwrap();
    let memory = from_text.inner().tables_memory();
    assert!(memory > 0);
    drop(from_text);
    for precompute in 0..=8 {
        let settings = ethereum_kzg_settings(precompute);
        assert!(settings.inner().tables_memory() >= memory);
        assert!(std::ptr::eq(settings, ethereum_kzg_settings(precompute)));
        assert!(std::ptr::eq(
            settings,
            &*ethereum_kzg_settings_arc(precompute)
        ));
    }
    assert!(ethereum_kzg_settings(0) != ethereum_kzg_settings(1));
    let others: Vec<_> = (0..=15)
        .map(|p| ethereum_kzg_settings(p) as *const KzgSettings)
        .collect();
    for (index, pointer) in others.iter().enumerate() {
        assert!(!others[..index].contains(pointer));
    }
}

#[test]
fn first_calls_from_many_threads_give_one_object() {
    let pointers: Vec<usize> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| std::ptr::from_ref(ethereum_kzg_settings(14)).addr()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(pointers.iter().all(|pointer| *pointer == pointers[0]));
}

#[test]
fn other_settings_can_stand_behind_the_interface() {
    #[derive(Debug)]
    struct Renamed(Arc<dyn kzg_traits::KzgSettings>);

    impl kzg_traits::settings::KzgSettingsWrapper for Renamed {
        fn inner(&self) -> &dyn kzg_traits::KzgSettings {
            &*self.0
        }

        fn backend(&self) -> &str {
            "renamed"
        }
    }

    let inner = Arc::clone(ethereum_kzg_settings(0).inner());
    let wrapped: Arc<dyn kzg_traits::KzgSettings> = Arc::new(Renamed(inner));
    let settings = KzgSettings::from(wrapped);
    assert_eq!(settings.inner().backend(), "renamed");
    assert!(format!("{settings:?}").contains("renamed"));
    let blob = blob();
    let commitment = settings.blob_to_kzg_commitment(&blob).unwrap();
    let expected = ethereum_kzg_settings(0)
        .blob_to_kzg_commitment(&blob)
        .unwrap();
    assert_eq!(commitment.to_bytes(), expected.to_bytes());
}

#[test]
fn a_panic_of_the_settings_is_an_error() {
    #[derive(Debug)]
    struct Panicking;

    impl kzg_traits::settings::KzgSettingsWrapper for Panicking {
        fn inner(&self) -> &dyn kzg_traits::KzgSettings {
            panic!("no settings");
        }
    }

    let settings = KzgSettings::from(Arc::new(Panicking) as Arc<dyn kzg_traits::KzgSettings>);
    let point = Bytes48::default();
    let number = c_kzg::Bytes32::default();
    let cell = c_kzg::Cell::default();
    let blob = blob();
    let errors = [
        settings.blob_to_kzg_commitment(&blob).err(),
        settings.compute_kzg_proof(&blob, &number).err(),
        settings.compute_blob_kzg_proof(&blob, &point).err(),
        settings
            .verify_kzg_proof(&point, &number, &number, &point)
            .err(),
        settings.verify_blob_kzg_proof(&blob, &point, &point).err(),
        settings.verify_blob_kzg_proof_batch(&[], &[], &[]).err(),
        settings.compute_cells(&blob).err(),
        settings.compute_cells_and_kzg_proofs(&blob).err(),
        settings.recover_cells_and_kzg_proofs(&[0], &[cell]).err(),
        settings
            .verify_cell_kzg_proof_batch(&[], &[], &[], &[])
            .err(),
    ];
    for error in errors {
        assert!(matches!(
            error,
            Some(c_kzg::Error::CError(c_kzg::CkzgError::C_KZG_ERROR))
        ));
    }
    assert!(
        matches!(last_error(), Some(Error::Fault { message, .. }) if message.contains("no settings"))
    );
}

#[test]
fn views_do_not_copy() {
    let blobs = vec![Blob::default(); 2];
    let viewed = views::blobs(&blobs);
    assert_eq!(viewed.len(), 2);
    assert_eq!(viewed[1].0.as_ptr(), blobs[1].as_ptr());
    let points = [Bytes48::new([1; 48]), Bytes48::new([2; 48])];
    assert_eq!(
        views::commitments(&points)[1].0.as_ptr(),
        points[1].as_ptr()
    );
    assert_eq!(views::proofs(&points)[1].0.as_ptr(), points[1].as_ptr());
}
