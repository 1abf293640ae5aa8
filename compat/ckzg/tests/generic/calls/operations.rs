//! The operations, with good and hostile arguments.

use super::api::{
    BYTES_PER_CELL, Blob, Bytes32, Bytes48, CELLS_PER_EXT_BLOB, Cell, KzgProof, KzgSettings,
};
use super::{Log, cells_hash, proofs_hex, verdict};
use crate::inputs;

/// The operations, with good and hostile arguments.
pub(crate) fn operations(settings: &KzgSettings) -> Vec<String> {
    let mut log = Log::default();
    let point = |hex: &str| Bytes48::from_hex(hex).unwrap();
    let points: Vec<Bytes48> = inputs::POINTS.iter().map(|hex| point(hex)).collect();
    let scalars: Vec<Bytes32> = inputs::scalars().iter().map(|&s| Bytes32::new(s)).collect();
    let blobs: Vec<Blob> = inputs::blobs()
        .iter()
        .map(|bytes| Blob::from_bytes(bytes).unwrap())
        .collect();

    for (i, blob) in blobs.iter().enumerate() {
        let commitment = settings.blob_to_kzg_commitment(blob);
        log.add(&format!("commitment {i}"), commitment, |c| {
            c.as_hex_string()
        });
        for (j, z) in scalars.iter().enumerate() {
            log.add(
                &format!("proof {i} at {j}"),
                settings.compute_kzg_proof(blob, z),
                |(p, y)| format!("{} {y:?}", p.as_hex_string()),
            );
        }
        for (j, point) in points.iter().enumerate() {
            let proof = settings.compute_blob_kzg_proof(blob, point);
            log.add(&format!("blob proof {i} of {j}"), proof, |p| {
                p.as_hex_string()
            });
            let holds = settings.verify_blob_kzg_proof(blob, point, &points[0]);
            log.add(
                &format!("blob {i} verified with commitment {j}"),
                holds,
                verdict,
            );
            let holds = settings.verify_blob_kzg_proof(blob, &points[0], point);
            log.add(&format!("blob {i} verified with proof {j}"), holds, verdict);
        }
        log.add(
            &format!("cells {i}"),
            settings.compute_cells(blob),
            cells_hash,
        );
        let both = settings.compute_cells_and_kzg_proofs(blob);
        log.add(&format!("cells and proofs {i}"), both, |(cells, proofs)| {
            cells_hash(cells) + &proofs_hex(&proofs)
        });
    }

    // A right proof of each kind, and the same with each argument replaced.
    let blob = &blobs[0];
    let commitment = settings.blob_to_kzg_commitment(blob).unwrap().to_bytes();
    let (proof, y) = settings.compute_kzg_proof(blob, &scalars[1]).unwrap();
    let proof = proof.to_bytes();
    let blob_proof = settings
        .compute_blob_kzg_proof(blob, &commitment)
        .unwrap()
        .to_bytes();
    let z = scalars[1];
    log.add(
        "right",
        settings.verify_kzg_proof(&commitment, &z, &y, &proof),
        verdict,
    );
    for (j, other) in points.iter().enumerate() {
        let holds = settings.verify_kzg_proof(other, &z, &y, &proof);
        log.add(&format!("commitment {j} instead"), holds, verdict);
        let holds = settings.verify_kzg_proof(&commitment, &z, &y, other);
        log.add(&format!("proof {j} instead"), holds, verdict);
    }
    for (j, other) in scalars.iter().enumerate() {
        let holds = settings.verify_kzg_proof(&commitment, other, &y, &proof);
        log.add(&format!("z {j} instead"), holds, verdict);
        let holds = settings.verify_kzg_proof(&commitment, &z, other, &proof);
        log.add(&format!("y {j} instead"), holds, verdict);
    }
    let holds = settings.verify_blob_kzg_proof(blob, &commitment, &blob_proof);
    log.add("right blob", holds, verdict);

    let batch = vec![blob.clone(), blob.clone(), blobs[1].clone()];
    let second = settings
        .blob_to_kzg_commitment(&blobs[1])
        .unwrap()
        .to_bytes();
    let second_proof = settings
        .compute_blob_kzg_proof(&blobs[1], &second)
        .unwrap()
        .to_bytes();
    let commitments = [commitment, commitment, second];
    let proofs = [blob_proof, blob_proof, second_proof];
    let holds = settings.verify_blob_kzg_proof_batch(&batch, &commitments, &proofs);
    log.add("batch", holds, verdict);
    for count in 0..3 {
        let holds = settings.verify_blob_kzg_proof_batch(
            &batch[..count],
            &commitments[..count],
            &proofs[..count],
        );
        log.add(&format!("batch of {count}"), holds, verdict);
        let holds = settings.verify_blob_kzg_proof_batch(&batch, &commitments[..count], &proofs);
        log.add(&format!("{count} commitments"), holds, verdict);
        let holds = settings.verify_blob_kzg_proof_batch(&batch, &commitments, &proofs[..count]);
        log.add(&format!("{count} proofs"), holds, verdict);
        let holds = settings.verify_blob_kzg_proof_batch(&batch[..count], &commitments, &proofs);
        log.add(&format!("{count} blobs"), holds, verdict);
    }
    for (j, other) in points.iter().enumerate() {
        let mut replaced = commitments;
        replaced[1] = *other;
        let holds = settings.verify_blob_kzg_proof_batch(&batch, &replaced, &proofs);
        log.add(&format!("batch with commitment {j}"), holds, verdict);
    }

    cells(settings, blob, &commitment, &points, &mut log);
    log.0
}

fn cells(
    settings: &KzgSettings,
    blob: &Blob,
    commitment: &Bytes48,
    points: &[Bytes48],
    log: &mut Log,
) {
    let (cells, proofs) = settings.compute_cells_and_kzg_proofs(blob).unwrap();
    let indices: Vec<u64> = (0..CELLS_PER_EXT_BLOB as u64).collect();
    let commitments = [*commitment; CELLS_PER_EXT_BLOB];
    let proofs: Vec<Bytes48> = proofs.iter().map(KzgProof::to_bytes).collect();
    let verify = |commitments: &[Bytes48], indices: &[u64], cells: &[Cell], proofs: &[Bytes48]| {
        settings.verify_cell_kzg_proof_batch(commitments, indices, cells, proofs)
    };
    log.add(
        "cells",
        verify(&commitments, &indices, &cells[..], &proofs),
        verdict,
    );
    for count in [0, 1, 2] {
        let few = verify(
            &commitments[..count],
            &indices[..count],
            &cells[..count],
            &proofs[..count],
        );
        log.add(&format!("{count} cells"), few, verdict);
        let holds = verify(&commitments[..count], &indices, &cells[..], &proofs);
        log.add(&format!("{count} commitments of cells"), holds, verdict);
        let holds = verify(&commitments, &indices[..count], &cells[..], &proofs);
        log.add(&format!("{count} indices of cells"), holds, verdict);
        let holds = verify(&commitments, &indices, &cells[..count], &proofs);
        log.add(&format!("{count} cells of many"), holds, verdict);
        let holds = verify(&commitments, &indices, &cells[..], &proofs[..count]);
        log.add(&format!("{count} proofs of cells"), holds, verdict);
    }
    for (j, other) in points.iter().enumerate() {
        let holds = verify(
            &[*commitment, *other],
            &indices[..2],
            &cells[..2],
            &proofs[..2],
        );
        log.add(&format!("cells with commitment {j}"), holds, verdict);
        let holds = verify(
            &commitments[..2],
            &indices[..2],
            &cells[..2],
            &[proofs[0], *other],
        );
        log.add(&format!("cells with proof {j}"), holds, verdict);
    }
    for index in [1, 127, 128, u64::MAX] {
        let holds = verify(&commitments[..1], &[index], &cells[1..2], &proofs[1..2]);
        log.add(&format!("cell index {index}"), holds, verdict);
    }
    let malformed = Cell::new([0xff; BYTES_PER_CELL]);
    let holds = verify(
        &commitments[..2],
        &indices[..2],
        &[cells[0], malformed],
        &proofs[..2],
    );
    log.add("malformed cell", holds, verdict);

    let mut recover = |name: &str, indices: &[u64], cells: &[Cell]| {
        let recovered = settings.recover_cells_and_kzg_proofs(indices, cells);
        log.add(
            &format!("recovery: {name}"),
            recovered,
            |(cells, proofs)| cells_hash(cells) + &proofs_hex(&proofs),
        );
    };
    recover("64 cells", &indices[..64], &cells[..64]);
    let odd: Vec<u64> = indices
        .iter()
        .copied()
        .filter(|index| index % 2 == 1)
        .collect();
    let odd_cells: Vec<Cell> = odd.iter().map(|&index| cells[index as usize]).collect();
    recover("odd cells", &odd, &odd_cells);
    recover("all cells", &indices, &cells[..]);
    recover("no cells", &[], &[]);
    recover("63 cells", &indices[..63], &cells[..63]);
    recover("65 indices, 64 cells", &indices[..65], &cells[..64]);
    recover("64 indices, 65 cells", &indices[..64], &cells[..65]);
    let more: Vec<u64> = (0..129).collect();
    let more_cells = [&cells[..], &cells[..1]].concat();
    recover("129 cells", &more, &more_cells);
    let mut reversed = indices[..64].to_vec();
    reversed.reverse();
    recover("descending indices", &reversed, &cells[..64]);
    let mut twice = indices[..64].to_vec();
    twice[1] = 0;
    recover("an index twice", &twice, &cells[..64]);
    let mut high = indices[..64].to_vec();
    high[63] = 128;
    recover("index 128", &high, &cells[..64]);
    let mut broken = cells[..64].to_vec();
    broken[63] = malformed;
    recover("malformed cell", &indices[..64], &broken);
}
