//! Every available backend against every other and against c-kzg: among ours the same bytes,
//! verdicts and errors, with their kind and index; against c-kzg the same bytes and verdicts,
//! and an error where it has one.
//!
//! Says who takes part, which a test of the usual kind could not. `KZG_REQUIRE_BACKENDS` is a
//! comma-separated list of backends that must.

use std::fmt::Debug;
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

use kzg_advanced::{
    Blob, Bytes32, Cell, Error, KzgCommitment, KzgProof, KzgSettings, SettingsOptions,
    TrustedSetup, backends, load,
};
use kzg_traits::testing::harness::{REQUIRED_VARIABLE, laws, laws_ignored};
use kzg_traits::testing::{Law, Seeded};

/// The group order, big-endian.
const ORDER: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
/// A primitive root of unity of order 4096, and so a point of the domain.
const ROOT_OF_UNITY: &str = "564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306";

/// The backends that take part, and c-kzg.
struct Parties {
    ours: Vec<Arc<dyn KzgSettings>>,
    theirs: &'static c_kzg::KzgSettings,
}

static PARTIES: LazyLock<Parties> = LazyLock::new(|| {
    let setup = TrustedSetup::mainnet();
    let ours = backends().into_iter().filter_map(|status| {
        load(status.id.into(), &setup, SettingsOptions::default())
            .inspect_err(|error| eprintln!("does not take part: {error}"))
            .ok()
    });
    Parties {
        ours: ours.collect(),
        theirs: c_kzg::ethereum_kzg_settings(0),
    }
});

fn main() -> ExitCode {
    let names: Vec<&str> = PARTIES
        .ours
        .iter()
        .map(|settings| settings.backend())
        .collect();
    eprintln!("taking part: {}, c-kzg", names.join(", "));
    let required = std::env::var(REQUIRED_VARIABLE).unwrap_or_default();
    let missing: Vec<String> = required
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && !names.contains(name))
        .map(str::to_owned)
        .collect();
    if names.is_empty() && missing.is_empty() {
        return laws_ignored("no backend is compiled in and available".to_owned());
    }
    laws([
        Law::new("required_backends_take_part", move || {
            assert!(missing.is_empty(), "{REQUIRED_VARIABLE}: {missing:?}");
            assert!(!PARTIES.ours.is_empty(), "no backend takes part");
        }),
        Law::new("commitments_and_proofs", commitments_and_proofs),
        Law::new("malformed_field_elements", malformed_field_elements),
        Law::new("malformed_points", malformed_points),
        Law::new("batches", batches),
        Law::new("challenges", challenges),
        Law::new("cells", cells),
    ])
}

/// What all of ours say, which is what c-kzg says.
fn agreed<T: PartialEq + Debug>(
    what: &str,
    ours: impl Fn(&dyn KzgSettings) -> Result<T, Error>,
    theirs: impl FnOnce(&c_kzg::KzgSettings) -> Result<T, c_kzg::Error>,
) -> Result<T, Error> {
    let answers: Vec<_> = PARTIES
        .ours
        .iter()
        .map(|settings| (settings.backend(), ours(&**settings)))
        .collect();
    let (first_name, first) = &answers[0];
    for (name, answer) in &answers[1..] {
        assert!(
            answer == first,
            "{what}: {name} and {first_name} disagree: {answer:?}, {first:?}"
        );
    }
    let oracle = theirs(PARTIES.theirs);
    assert!(
        oracle.as_ref().ok() == first.as_ref().ok(),
        "{what}: c-kzg and {first_name} disagree: {oracle:?}, {first:?}"
    );
    answers.into_iter().next().expect("at least one").1
}

fn theirs(blob: &Blob) -> Box<c_kzg::Blob> {
    Box::new(c_kzg::Blob::new(blob.0))
}

fn theirs_32(bytes: &Bytes32) -> c_kzg::Bytes32 {
    c_kzg::Bytes32::new(bytes.0)
}

fn theirs_48(bytes: &[u8; 48]) -> c_kzg::Bytes48 {
    c_kzg::Bytes48::new(*bytes)
}

fn commit(what: &str, blob: &Blob) -> Result<KzgCommitment, Error> {
    agreed(
        &format!("commit, {what}"),
        |settings| settings.blob_to_kzg_commitment(blob),
        |c| {
            let commitment = c.blob_to_kzg_commitment(&theirs(blob))?;
            Ok(KzgCommitment(commitment.to_bytes().into_inner()))
        },
    )
}

fn prove_blob(what: &str, blob: &Blob, commitment: &KzgCommitment) -> Result<KzgProof, Error> {
    agreed(
        &format!("prove blob, {what}"),
        |settings| settings.compute_blob_kzg_proof(blob, commitment),
        |c| {
            let proof = c.compute_blob_kzg_proof(&theirs(blob), &theirs_48(&commitment.0))?;
            Ok(KzgProof(proof.to_bytes().into_inner()))
        },
    )
}

fn prove_at(what: &str, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32), Error> {
    agreed(
        &format!("prove at {z}, {what}"),
        |settings| settings.compute_kzg_proof(blob, z),
        |c| {
            let (proof, y) = c.compute_kzg_proof(&theirs(blob), &theirs_32(z))?;
            Ok((KzgProof(proof.to_bytes().into_inner()), Bytes32(*y)))
        },
    )
}

fn verify_at(
    what: &str,
    commitment: &KzgCommitment,
    z: &Bytes32,
    y: &Bytes32,
    proof: &KzgProof,
) -> Result<bool, Error> {
    agreed(
        &format!("verify at {z}, {what}"),
        |settings| settings.verify_kzg_proof(commitment, z, y, proof),
        |c| {
            c.verify_kzg_proof(
                &theirs_48(&commitment.0),
                &theirs_32(z),
                &theirs_32(y),
                &theirs_48(&proof.0),
            )
        },
    )
}

fn verify_batch(
    what: &str,
    blobs: &[Box<Blob>],
    commitments: &[KzgCommitment],
    proofs: &[KzgProof],
) -> Result<bool, Error> {
    let verdict = agreed(
        &format!("verify batch, {what}"),
        |settings| settings.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs),
        |c| {
            let blobs: Vec<c_kzg::Blob> = blobs.iter().map(|blob| *theirs(blob)).collect();
            let commitments: Vec<_> = commitments.iter().map(|c| theirs_48(&c.0)).collect();
            let proofs: Vec<_> = proofs.iter().map(|p| theirs_48(&p.0)).collect();
            c.verify_blob_kzg_proof_batch(&blobs, &commitments, &proofs)
        },
    );
    // Among ours, the verdict on each item too.
    let each = |settings: &dyn KzgSettings| {
        settings.verify_blob_kzg_proof_each(blobs.into(), commitments, proofs)
    };
    let first = each(&*PARTIES.ours[0]);
    for settings in &PARTIES.ours[1..] {
        assert_eq!(each(&**settings), first, "{what}: {}", settings.backend());
    }
    verdict
}

/// Zero, constant, largest, of one field element, and generated blobs.
fn blobs() -> Vec<(&'static str, Box<Blob>)> {
    let filled = |element: [u8; 32]| {
        let mut blob = Blob::zeroed_on_heap();
        blob.0
            .chunks_mut(32)
            .for_each(|slot| slot.copy_from_slice(&element));
        blob
    };
    let mut one = [0; 32];
    one[31] = 1;
    let mut largest = order();
    largest[31] -= 1;
    let mut last_only = Blob::zeroed_on_heap();
    last_only.0[131_071] = 7;
    let mut seeded = Seeded::new(4844);
    vec![
        ("zero", Blob::zeroed_on_heap()),
        ("constant one", filled(one)),
        ("all r-1", filled(largest)),
        ("only the last", last_only),
        ("generated", seeded.blob()),
        ("generated too", seeded.blob()),
    ]
}

fn bytes_32(digits: &str) -> Bytes32 {
    digits.parse().expect("64 digits")
}

fn order() -> [u8; 32] {
    bytes_32(ORDER).0
}

/// Points at which to evaluate: on the domain and off it, and beyond the field.
fn evaluation_points() -> Vec<Bytes32> {
    let small = |n: u8| {
        let mut bytes = [0; 32];
        bytes[31] = n;
        Bytes32(bytes)
    };
    let mut largest = order();
    largest[31] -= 1;
    vec![
        small(0),
        small(1),
        small(2),
        Bytes32(largest), // minus one, on the domain
        bytes_32(ROOT_OF_UNITY),
        Seeded::new(1).field_element(),
        bytes_32(ORDER),
        Bytes32([0xff; 32]),
    ]
}

/// 48 bytes that are no point of the group, one for each reason.
fn bad_points() -> Vec<(&'static str, [u8; 48])> {
    let with = |first: u8, last: u8| {
        let mut bytes = [0; 48];
        (bytes[0], bytes[47]) = (first, last);
        bytes
    };
    vec![
        ("not compressed", with(0, 0)),
        ("infinity with a stray bit", with(0xc0, 1)),
        ("infinity with a sign", with(0xe0, 0)),
        ("uncompressed infinity", with(0x40, 0)),
        ("x too large", [0xbf; 48]),
        ("off the curve", with(0x80, 1)),
        ("outside the subgroup", with(0x80, 0)),
        ("outside the subgroup, larger y", with(0xa0, 0)),
    ]
}

const INFINITY: [u8; 48] = {
    let mut bytes = [0; 48];
    bytes[0] = 0xc0;
    bytes
};

fn commitments_and_proofs() {
    for (what, blob) in blobs() {
        let commitment = commit(what, &blob).expect("well formed");
        let proof = prove_blob(what, &blob, &commitment).expect("well formed");
        let own = std::slice::from_ref(&blob);
        assert_eq!(verify_batch(what, own, &[commitment], &[proof]), Ok(true));
        // A commitment that is not the blob's is accepted, and gives another proof.
        prove_blob(what, &blob, &KzgCommitment(INFINITY)).expect("well formed");
        for z in evaluation_points() {
            let Ok((proof, y)) = prove_at(what, &blob, &z) else {
                continue;
            };
            assert_eq!(verify_at(what, &commitment, &z, &y, &proof), Ok(true));
            let wrong = Bytes32::default();
            let verdict = verify_at(what, &commitment, &z, &wrong, &proof);
            assert_eq!(verdict, Ok(y == wrong));
        }
    }
}

fn malformed_field_elements() {
    let mut seeded = Seeded::new(99);
    for position in [0, 1, 17, 4095] {
        for element in [order(), [0xff; 32]] {
            let mut blob = seeded.blob();
            blob.0[32 * position..32 * (position + 1)].copy_from_slice(&element);
            let error = commit("malformed", &blob).expect_err("not canonical");
            let expected = Error::FieldElement {
                item: kzg_advanced::Item::Blob,
                index: 0,
                element: position,
            };
            assert_eq!(error, expected);
            prove_blob("malformed", &blob, &KzgCommitment(INFINITY)).expect_err("not canonical");
            prove_at("malformed", &blob, &Bytes32::default()).expect_err("not canonical");
        }
    }
    let infinity = KzgProof(INFINITY);
    let commitment = KzgCommitment(INFINITY);
    for bad in [Bytes32(order()), Bytes32([0xff; 32])] {
        let good = Bytes32::default();
        verify_at("bad z", &commitment, &bad, &good, &infinity).expect_err("not canonical");
        verify_at("bad y", &commitment, &good, &bad, &infinity).expect_err("not canonical");
        verify_at("bad both", &commitment, &bad, &bad, &infinity).expect_err("not canonical");
    }
}

fn malformed_points() {
    let blob = Seeded::new(3).blob();
    let zero = Bytes32::default();
    for (what, bad) in bad_points() {
        let (commitment, proof) = (KzgCommitment(bad), KzgProof(bad));
        let (good_commitment, good_proof) = (KzgCommitment(INFINITY), KzgProof(INFINITY));
        let own = std::slice::from_ref(&blob);
        prove_blob(what, &blob, &commitment).expect_err(what);
        verify_at(what, &commitment, &zero, &zero, &good_proof).expect_err(what);
        verify_at(what, &good_commitment, &zero, &zero, &proof).expect_err(what);
        verify_batch(what, own, &[commitment], &[good_proof]).expect_err(what);
        verify_batch(what, own, &[good_commitment], &[proof]).expect_err(what);
        verify_batch(what, own, &[commitment], &[proof]).expect_err(what);
    }
}

fn batches() {
    let mut seeded = Seeded::new(5);
    let blobs: Vec<_> = (0..5).map(|_| seeded.blob()).collect();
    let commitments: Vec<_> = blobs
        .iter()
        .map(|blob| commit("batch", blob).expect("well formed"))
        .collect();
    let proofs: Vec<_> = blobs
        .iter()
        .zip(&commitments)
        .map(|(blob, commitment)| prove_blob("batch", blob, commitment).expect("well formed"))
        .collect();
    for n in 0..=5 {
        let verdict = verify_batch("right", &blobs[..n], &commitments[..n], &proofs[..n]);
        assert_eq!(verdict, Ok(true), "{n} blobs");
    }
    let mut swapped = proofs.clone();
    swapped.swap(1, 3);
    assert_eq!(
        verify_batch("two proofs swapped", &blobs, &commitments, &swapped),
        Ok(false)
    );
    for (what, bad) in bad_points() {
        let mut with_bad = proofs.clone();
        with_bad[4] = KzgProof(bad);
        let error = verify_batch(what, &blobs, &commitments, &with_bad).expect_err(what);
        assert_eq!(error.index(), Some(4));
    }
    verify_batch("a proof less", &blobs, &commitments, &proofs[..4]).expect_err("lengths");
    verify_batch("a commitment less", &blobs, &commitments[..4], &proofs).expect_err("lengths");
    verify_batch("a blob less", &blobs[..4], &commitments, &proofs).expect_err("lengths");
    verify_batch("no blobs", &[], &commitments, &proofs).expect_err("lengths");
}

fn challenges() {
    let mut seeded = Seeded::new(6);
    let blob = seeded.blob();
    let commitment = KzgCommitment(seeded.bytes());
    let challenge = |settings: &dyn KzgSettings| settings.compute_challenge(&blob, &commitment);
    let first = challenge(&*PARTIES.ours[0]);
    for settings in &PARTIES.ours {
        assert_eq!(challenge(&**settings), first, "{}", settings.backend());
    }
}

fn their_cells(cells: &[Cell]) -> Vec<c_kzg::Cell> {
    cells.iter().map(|cell| c_kzg::Cell::new(cell.0)).collect()
}

type CellsAndProofs = (Vec<Cell>, Vec<KzgProof>);

fn from_theirs(
    (cells, proofs): (Box<[c_kzg::Cell; 128]>, Box<[c_kzg::KzgProof; 128]>),
) -> CellsAndProofs {
    (
        cells.iter().map(|cell| Cell(cell.to_bytes())).collect(),
        proofs
            .iter()
            .map(|proof| KzgProof(proof.to_bytes().into_inner()))
            .collect(),
    )
}

fn recover(what: &str, indices: &[u64], cells: &[Cell]) -> Result<CellsAndProofs, Error> {
    agreed(
        &format!("recover, {what}"),
        |settings| settings.recover_cells_and_kzg_proofs(indices, cells.into()),
        |c| {
            c.recover_cells_and_kzg_proofs(indices, &their_cells(cells))
                .map(from_theirs)
        },
    )
}

fn verify_cells(
    what: &str,
    commitments: &[KzgCommitment],
    indices: &[u64],
    cells: &[Cell],
    proofs: &[KzgProof],
) -> Result<bool, Error> {
    agreed(
        &format!("verify cells, {what}"),
        |settings| settings.verify_cell_kzg_proof_batch(commitments, indices, cells.into(), proofs),
        |c| {
            let commitments: Vec<_> = commitments.iter().map(|c| theirs_48(&c.0)).collect();
            let proofs: Vec<_> = proofs.iter().map(|p| theirs_48(&p.0)).collect();
            c.verify_cell_kzg_proof_batch(&commitments, indices, &their_cells(cells), &proofs)
        },
    )
}

fn cells() {
    let blob = Seeded::new(7594).blob();
    let commitment = commit("cells", &blob).expect("well formed");
    let (cells, proofs) = agreed(
        "cells and proofs",
        |settings| settings.compute_cells_and_kzg_proofs(&blob),
        |c| {
            c.compute_cells_and_kzg_proofs(&theirs(&blob))
                .map(from_theirs)
        },
    )
    .expect("well formed");

    let picked = |indices: &[u64]| -> Vec<Cell> {
        indices
            .iter()
            .map(|&index| cells[index as usize % 128].clone())
            .collect()
    };
    let evens: Vec<u64> = (0..128).step_by(2).collect();
    let recovered = recover("even cells", &evens, &picked(&evens));
    assert_eq!(recovered, Ok((cells.clone(), proofs.clone())));
    let mut unsorted = evens.clone();
    unsorted.swap(3, 9);
    let mut doubled = evens.clone();
    doubled[5] = doubled[4];
    let mut beyond = evens.clone();
    beyond[63] = 128;
    for (what, indices) in [
        ("63 cells", &evens[..63]),
        ("no cells", &[]),
        ("unsorted", &unsorted),
        ("doubled", &doubled),
        ("beyond the last", &beyond),
    ] {
        recover(what, indices, &picked(indices)).expect_err(what);
    }
    let mut malformed = picked(&evens);
    malformed[7].0[64..96].fill(0xff);
    recover("malformed", &evens, &malformed).expect_err("not canonical");

    let indices: Vec<u64> = (0..128).collect();
    let same = vec![commitment; 128];
    assert_eq!(
        verify_cells("all", &same, &indices, &cells, &proofs),
        Ok(true)
    );
    assert_eq!(verify_cells("none", &[], &[], &[], &[]), Ok(true));
    let mut swapped = proofs.clone();
    swapped.swap(0, 127);
    let verdict = verify_cells("swapped", &same, &indices, &cells, &swapped);
    assert_eq!(verdict, Ok(false));
    verify_cells("beyond", &same[..1], &[128], &cells[..1], &proofs[..1]).expect_err("index");
    for (what, bad) in bad_points() {
        let (commitment, proof) = (KzgCommitment(bad), KzgProof(bad));
        let one = (&indices[..1], &cells[..1]);
        verify_cells(what, &[commitment], one.0, one.1, &proofs[..1]).expect_err(what);
        verify_cells(what, &same[..1], one.0, one.1, &[proof]).expect_err(what);
    }
}
