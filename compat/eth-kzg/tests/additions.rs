//! Additions that the original does not have: shared contexts, the source of an error, invalid
//! setups without a panic, and small stacks.

#![allow(clippy::unwrap_used, reason = "tests")]

use rust_eth_kzg::kzg_traits::{self, Error as KzgError, Item};
use rust_eth_kzg::{DASContext, Error, Failure, TrustedSetup, UsePrecomp, constants};

fn blob() -> Box<[u8; constants::BYTES_PER_BLOB]> {
    vec![1; constants::BYTES_PER_BLOB].try_into().unwrap()
}

#[test]
fn contexts_of_the_mainnet_setup_share_their_tables() {
    let context = DASContext::new(&TrustedSetup::default(), UsePrecomp::Yes { width: 4 });
    context.blob_to_kzg_commitment(&blob()).unwrap();
    let memory = context.inner().unwrap().tables_memory();
    assert!(memory > 0);
    drop(context);
    let json = kzg_traits::TrustedSetup::mainnet().to_json();
    let again = DASContext::new(&TrustedSetup::from_json(&json), UsePrecomp::No);
    assert!(again.inner().unwrap().tables_memory() >= memory);
    assert_eq!(TrustedSetup::from_json(&json), TrustedSetup::default());
    let large = DASContext::new(&TrustedSetup::default(), UsePrecomp::Yes { width: 9 });
    assert_eq!(large.inner().unwrap().tables_memory(), 0);
}

#[test]
fn errors_name_the_malformed_item() {
    let context = DASContext::default();
    let mut malformed = blob();
    malformed[32 * 9] = 0xff;
    let error = context.blob_to_kzg_commitment(&malformed).unwrap_err();
    let expected = KzgError::FieldElement {
        item: Item::Blob,
        index: 0,
        element: 9,
    };
    assert_eq!(error, Error::Serialization(Failure::Kzg(expected)));
    assert!(error.to_string().contains("field element 9"), "{error}");
    assert!(error.kzg().is_some());
}

#[test]
fn contradictory_cells_are_an_error_of_their_own() {
    let context = DASContext::default();
    let cells = context.compute_cells(&blob()).unwrap();
    let mut other = *cells[5];
    other[31] ^= 1;
    for count in [65, 127, 128] {
        let mut given: Vec<_> = cells[..count].iter().map(|cell| &**cell).collect();
        given[5] = &other;
        let indices = (0..count as u64).collect();
        let error = context
            .recover_cells_and_kzg_proofs(indices, given)
            .unwrap_err();
        assert_eq!(error, Error::Recovery(Failure::ContradictoryCells));
        assert!(error.kzg().is_none());
    }
}

/// Two Lagrange points in the wrong order: well formed and not a setup.
fn inconsistent_setup() -> kzg_traits::TrustedSetup {
    let text = kzg_traits::TrustedSetup::mainnet().to_text();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(2, 3);
    kzg_traits::TrustedSetup::from_text(&lines.join("\n")).unwrap()
}

#[test]
fn an_invalid_setup_makes_every_call_an_error() {
    let setup = TrustedSetup::from(inconsistent_setup());
    let context = DASContext::new(&setup, UsePrecomp::No);
    assert!(context.inner().is_err());
    let (blob, point) = (blob(), [0; 48]);
    let errors = [
        context.blob_to_kzg_commitment(&blob).unwrap_err(),
        context.compute_cells(&blob).unwrap_err(),
        context.compute_kzg_proof(&blob, [0; 32]).unwrap_err(),
        context
            .verify_blob_kzg_proof(&blob, &point, &point)
            .unwrap_err(),
        context
            .recover_cells_and_kzg_proofs(vec![], vec![])
            .unwrap_err(),
        context
            .verify_cell_kzg_proof_batch(vec![], &[], vec![], vec![])
            .unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error.kzg(), Some(KzgError::Setup(_))), "{error:?}");
        assert!(!error.is_proof_invalid());
    }
}

#[test]
fn malformed_json_panics_as_documented() {
    let inconsistent = inconsistent_setup().to_json();
    for json in ["", "{}", "[]", &inconsistent] {
        assert!(std::panic::catch_unwind(|| TrustedSetup::from_json(json)).is_err());
    }
    // Not checked before it is loaded.
    let unchecked = TrustedSetup::from_json_unchecked(&inconsistent);
    assert!(DASContext::new(&unchecked, UsePrecomp::No).inner().is_err());
}

#[test]
fn an_engine_that_cannot_run_is_an_error_of_every_call() {
    let program = std::env::current_exe().unwrap();
    let output = std::process::Command::new(program)
        .args(["--exact", "calling_for_an_unknown_engine", "--ignored"])
        .env("KZG_BLST_ENGINE", "avx3")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert!(printed.contains("1 passed"), "{printed}");
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn calling_for_an_unknown_engine() {
    assert_eq!(std::env::var("KZG_BLST_ENGINE").unwrap(), "avx3");
    let committed = DASContext::default().blob_to_kzg_commitment(&blob());
    if committed.is_ok() {
        // The tests of the workspace have another backend, which runs instead.
        let context = DASContext::default();
        assert_ne!(context.inner().unwrap().backend(), "blst");
        return;
    }
    let setup = TrustedSetup::from_json(&inconsistent_setup().to_json());
    let context = DASContext::new(&setup, UsePrecomp::No);
    for failed in [committed, context.blob_to_kzg_commitment(&blob())] {
        let error = failed.unwrap_err().to_string();
        assert!(error.contains("KZG_BLST_ENGINE: "), "{error}");
    }
}

#[test]
fn every_call_runs_on_a_stack_of_512_kib() {
    let blob = blob();
    let job = move || {
        let context = DASContext::new(&TrustedSetup::default(), UsePrecomp::Yes { width: 12 });
        let commitment = context.blob_to_kzg_commitment(&blob).unwrap();
        let (proof, y) = context.compute_kzg_proof(&blob, [1; 32]).unwrap();
        context
            .verify_kzg_proof(&commitment, [1; 32], y, &proof)
            .unwrap();
        let proof = context.compute_blob_kzg_proof(&blob, &commitment).unwrap();
        context
            .verify_blob_kzg_proof(&blob, &commitment, &proof)
            .unwrap();
        let batch = context.verify_blob_kzg_proof_batch(
            vec![&*blob; 3],
            vec![&commitment; 3],
            vec![&proof; 3],
        );
        batch.unwrap();
        context.compute_cells(&blob).unwrap();
        let (cells, proofs) = context.compute_cells_and_kzg_proofs(&blob).unwrap();
        let indices: Vec<u64> = (0..128).collect();
        let cells: Vec<_> = cells.iter().map(|cell| &**cell).collect();
        let batch = context.verify_cell_kzg_proof_batch(
            vec![&commitment; 128],
            &indices,
            cells.clone(),
            proofs.iter().collect(),
        );
        batch.unwrap();
        let half = (indices[64..].to_vec(), cells[64..].to_vec());
        let (_, recovered) = context
            .recover_cells_and_kzg_proofs(half.0, half.1)
            .unwrap();
        assert_eq!(recovered, proofs);
    };
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(job);
    thread.unwrap().join().unwrap();
}
