//! EIP-7594 compared with c-kzg, byte for byte: extension, proofs, recovery and contradictory cells.

use kzg_blst::Fr;
use kzg_testing::Seeded;
use kzg_traits::domain::Domain;
use kzg_traits::{Blob, Cell, Error, ErrorKind, Fr as _, KzgCommitment, KzgProof};
use sha2::{Digest, Sha256};

fn peer() -> &'static c_kzg::KzgSettings {
    c_kzg::ethereum_kzg_settings(0)
}

/// A blob of pseudorandom canonical field elements.
fn random_blob(seed: u64) -> Box<Blob> {
    let mut blob = Blob::zeroed_on_heap();
    for (i, element) in blob.0.as_chunks_mut::<32>().0.iter_mut().enumerate() {
        let hash = Sha256::digest([seed.to_be_bytes(), (i as u64).to_be_bytes()].concat());
        element.copy_from_slice(&hash);
        element[0] &= 0x3f;
    }
    blob
}

fn edge_blobs() -> Vec<Box<Blob>> {
    let zero = Blob::zeroed_on_heap();
    let mut constant = Blob::zeroed_on_heap();
    let mut largest = Blob::zeroed_on_heap();
    let mut one_value = Blob::zeroed_on_heap();
    one_value.0[31] = 1;
    let minus_one: [u8; 32] =
        hex::decode_to_array("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000")
            .expect("hexadecimal");
    for i in 0..4096 {
        constant.0[32 * i + 31] = 5;
        largest.0[32 * i..][..32].copy_from_slice(&minus_one);
    }
    // All cell proofs of X^64 are the generator, and those of X are infinity.
    let power = |exponent| {
        let mut blob = Blob::zeroed_on_heap();
        let slots = blob.0.as_chunks_mut().0.iter_mut();
        for (slot, root) in slots.zip(Domain::<Fr>::new().roots(4096)) {
            *slot = root.pow(exponent).to_bytes();
        }
        blob
    };
    vec![zero, constant, largest, one_value, power(64), power(1)]
}

fn to_peer(blob: &Blob) -> c_kzg::Blob {
    c_kzg::Blob::from_bytes(blob.as_slice()).expect("131072 bytes")
}

fn to_peer_cells(cells: &[Cell]) -> Vec<c_kzg::Cell> {
    cells.iter().map(|cell| c_kzg::Cell::new(cell.0)).collect()
}

fn assert_same(
    ours: &(Vec<Cell>, Vec<KzgProof>),
    theirs: &(Box<[c_kzg::Cell; 128]>, Box<[c_kzg::KzgProof; 128]>),
) {
    for k in 0..128 {
        assert_eq!(ours.0[k].0, theirs.0[k].to_bytes(), "cell {k}");
        assert_eq!(ours.1[k].0, *theirs.1[k].to_bytes(), "proof {k}");
    }
}

#[test]
fn cells_and_proofs_equal_those_of_c_kzg() {
    let ours = crate::mainnet();
    let mut blobs = edge_blobs();
    blobs.extend((0..2).map(random_blob));
    for blob in &blobs {
        let extension = ours.compute_cells_and_kzg_proofs(blob).unwrap();
        let theirs = peer().compute_cells_and_kzg_proofs(&to_peer(blob)).unwrap();
        assert_same(&extension, &theirs);
        assert_eq!(ours.compute_cells(blob).unwrap(), extension.0);
        assert_eq!(ours.compute_cell_kzg_proofs(blob).unwrap(), extension.1);
        let some = [127, 0, 64, 63, 64];
        let expected: Vec<Cell> = some
            .iter()
            .map(|&k| extension.0[k as usize].clone())
            .collect();
        assert_eq!(ours.compute_cells_at(blob, &some).unwrap(), expected);
    }
    let many = ours
        .compute_many_cells_and_kzg_proofs((&blobs).into())
        .unwrap();
    for (row, blob) in blobs.iter().enumerate() {
        let (cells, proofs) = ours.compute_cells_and_kzg_proofs(blob).unwrap();
        assert_eq!(many.0[row * 128..][..128], cells);
        assert_eq!(many.1[row * 128..][..128], proofs);
    }
}

fn patterns() -> Vec<Vec<u64>> {
    let scattered = (0..128).filter(|k| k * k * 7 % 13 < 8).collect();
    vec![
        (0..64).collect(),
        (64..128).collect(),
        (0..128).step_by(2).collect(),
        (0..128).filter(|k| k % 4 < 2).collect(),
        scattered,
        Seeded::new(64).subset(64, 128),
        Seeded::new(65).subset(64, 128),
        (1..128).collect(),
        (0..128).collect(),
    ]
}

#[test]
fn recovery_of_consistent_and_of_contradictory_cells() {
    let ours = crate::mainnet();
    let blob = random_blob(7);
    let extension = ours.compute_cells_and_kzg_proofs(&blob).unwrap();
    for indices in patterns() {
        assert!(indices.len() >= 64);
        let mut cells: Vec<Cell> = indices
            .iter()
            .map(|&k| extension.0[k as usize].clone())
            .collect();
        let recovered = ours
            .recover_cells_and_kzg_proofs(&indices, (&cells).into())
            .unwrap();
        assert_eq!(recovered, extension, "{indices:?}");
        assert_eq!(
            ours.recover_cells(&indices, (&cells).into()).unwrap(),
            extension.0
        );

        let last = cells.len() - 1;
        cells[last].0[1] ^= 1;
        cells[3].0[40] ^= 0x10;
        let recovered = ours
            .recover_cells_and_kzg_proofs(&indices, (&cells).into())
            .unwrap();
        let theirs = peer()
            .recover_cells_and_kzg_proofs(&indices, &to_peer_cells(&cells))
            .unwrap();
        assert_same(&recovered, &theirs);
    }
}

#[test]
fn recovery_refuses_malformed_input() {
    let ours = crate::mainnet();
    let cells = vec![Cell::default(); 129];
    let recover = |indices: &[u64], cells: &[Cell]| {
        let error = ours.recover_cells(indices, cells.into()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        error
    };
    let ascending: Vec<u64> = (0..129).collect();
    assert_eq!(
        recover(&ascending[..63], &cells[..63]),
        Error::CellCount { actual: 63 }
    );
    assert_eq!(
        recover(&ascending, &cells),
        Error::CellCount { actual: 129 }
    );
    let mut out_of_range = ascending[..64].to_vec();
    out_of_range[63] = 128;
    assert_eq!(
        recover(&out_of_range, &cells[..64]),
        Error::CellIndex {
            index: 63,
            cell_index: 128
        }
    );
    let mut duplicated = ascending[..64].to_vec();
    duplicated[10] = 9;
    assert_eq!(
        recover(&duplicated, &cells[..64]),
        Error::CellOrder { index: 10 }
    );
    let mut bad = cells[..64].to_vec();
    bad[5].0[64..96].fill(0xff);
    assert_eq!(
        recover(&ascending[..64], &bad).to_string(),
        "cell 5: field element 2: not canonical, at or above the group order"
    );
}

#[test]
fn verdicts_equal_those_of_c_kzg() {
    let ours = crate::mainnet();
    let (mut commitments, mut indices, mut cells, mut proofs) = (vec![], vec![], vec![], vec![]);
    let mut blobs = edge_blobs();
    // Items 32 to 47 belong to random blobs, whose proofs are different. They are changed below.
    blobs.splice(4..4, (10..12).map(random_blob));
    for blob in &blobs {
        let commitment = ours.blob_to_kzg_commitment(blob).unwrap();
        let extension = ours.compute_cells_and_kzg_proofs(blob).unwrap();
        for k in [0, 5, 5, 64, 127, 3, 17, 99] {
            commitments.push(commitment);
            indices.push(k);
            cells.push(extension.0[k as usize].clone());
            proofs.push(extension.1[k as usize]);
        }
    }
    let verify =
        |commitments: &[KzgCommitment], indices: &[u64], cells: &[Cell], proofs: &[KzgProof]| {
            let verdict =
                ours.verify_cell_kzg_proof_batch(commitments, indices, cells.into(), proofs);
            let theirs = peer().verify_cell_kzg_proof_batch(
                &commitments
                    .iter()
                    .map(|c| c_kzg::Bytes48::new(c.0))
                    .collect::<Vec<_>>(),
                indices,
                &to_peer_cells(cells),
                &proofs
                    .iter()
                    .map(|p| c_kzg::Bytes48::new(p.0))
                    .collect::<Vec<_>>(),
            );
            assert_eq!(verdict.as_ref().ok(), theirs.as_ref().ok());
            verdict
        };
    assert_eq!(verify(&[], &[], &[], &[]), Ok(true));
    assert_eq!(verify(&commitments, &indices, &cells, &proofs), Ok(true));

    let n = cells.len();
    let mut expected = vec![Ok(true); n];
    cells[11].0[33] ^= 1;
    expected[11] = Ok(false);
    proofs.swap(35, 36);
    (expected[35], expected[36]) = (Ok(false), Ok(false));
    assert_eq!(verify(&commitments, &indices, &cells, &proofs), Ok(false));
    indices[2] = 128;
    expected[2] = Err(Error::CellIndex {
        index: 2,
        cell_index: 128,
    });
    assert!(verify(&commitments, &indices, &cells, &proofs).is_err());
    cells[20].0[..32].fill(0xff);
    proofs[40].0[0] = 0;
    commitments[47].0[47] ^= 1;
    let each = ours
        .verify_cell_kzg_proof_each(&commitments, &indices, (&cells).into(), &proofs)
        .unwrap();
    for k in 0..n {
        match k {
            20 | 40 | 47 => assert_eq!(each[k].as_ref().unwrap_err().index(), Some(k)),
            _ => assert_eq!(each[k], expected[k], "cell {k}"),
        }
    }
}
