//! The operations of EIP-4844 that verify: one value, one blob, a batch, and a verdict for each blob.

use arbitrary::{Result, Unstructured};
use kzg_traits::{Blob, Bytes32, KzgCommitment, KzgProof};

use crate::implementations::{blst, c_kzg, compare, rust_eth_kzg, verdict};
use crate::inputs;

/// Runs the target.
pub fn run(data: &[u8]) {
    let _ = attempt(&mut Unstructured::new(data));
}

fn attempt(u: &mut Unstructured<'_>) -> Result<()> {
    one_value(u)?;
    let mut blobs = Vec::new();
    let (mut commitments, mut proofs) = (Vec::new(), Vec::new());
    for _ in 0..u.int_in_range(0..=5_u8)? {
        let (blob, commitment, proof) = statement(u)?;
        blobs.push(blob);
        commitments.push(commitment);
        proofs.push(proof);
    }
    // Equal and exchanged items: a batch with weights that repeat would accept their errors.
    if blobs.len() > 1 && u.ratio(1, 4)? {
        let (i, j) = (u.choose_index(blobs.len())?, u.choose_index(blobs.len())?);
        match u.int_in_range(0..=4_u8)? {
            0 => proofs.swap(i, j),
            1 => commitments.swap(i, j),
            2 => (proofs[i], commitments[i]) = (proofs[j], commitments[j]),
            _ => {
                blobs[i] = blobs[j].clone();
                commitments[i] = commitments[j];
                let [one, other] = inputs::opposite_errors(&proofs[j].0, u)?;
                (proofs[i], proofs[j]) = (KzgProof(one), KzgProof(other));
            }
        }
    }
    verify_all(&blobs, &commitments, &proofs);
    Ok(())
}

/// A statement about a value, true in half of the cases.
fn one_value(u: &mut Unstructured<'_>) -> Result<()> {
    let z = Bytes32(inputs::element(u)?);
    let blob = inputs::blob(u)?;
    let opened = blst().compute_kzg_proof(&blob, &z);
    let commitment = blst().blob_to_kzg_commitment(&blob);
    let (mut proof, mut y) = match opened {
        Ok(opened) => opened,
        Err(_) => (KzgProof(inputs::point(u)?), z),
    };
    let mut commitment = match commitment {
        Ok(commitment) => commitment,
        Err(_) => KzgCommitment(inputs::point(u)?),
    };
    match u.int_in_range(0..=7_u8)? {
        0 => proof = KzgProof(inputs::point(u)?),
        1 => y = Bytes32(inputs::element(u)?),
        2 => commitment = KzgCommitment(inputs::point(u)?),
        3 => proof.0[u.choose_index(48)?] ^= 1 << u.int_in_range(0..=7_u8)?,
        _ => {}
    }
    compare(
        |kzg| kzg.verify_kzg_proof(&commitment, &z, &y, &proof),
        [
            (
                "c-kzg",
                c_kzg()
                    .verify_kzg_proof(
                        &c_kzg::Bytes48::new(commitment.0),
                        &c_kzg::Bytes32::new(z.0),
                        &c_kzg::Bytes32::new(y.0),
                        &c_kzg::Bytes48::new(proof.0),
                    )
                    .ok(),
            ),
            (
                "rust_eth_kzg",
                verdict(rust_eth_kzg().verify_kzg_proof(&commitment.0, z.0, y.0, &proof.0)),
            ),
        ],
    );
    Ok(())
}

/// A blob with its commitment and proof, one of them changed in some cases.
pub(crate) fn statement(u: &mut Unstructured<'_>) -> Result<(Box<Blob>, KzgCommitment, KzgProof)> {
    let mut blob = inputs::blob(u)?;
    let commitment = blst().blob_to_kzg_commitment(&blob);
    let mut commitment = commitment.unwrap_or(KzgCommitment(inputs::point(u)?));
    let proof = blst().compute_blob_kzg_proof(&blob, &commitment);
    let mut proof = proof.unwrap_or(KzgProof(inputs::point(u)?));
    match u.int_in_range(0..=9_u8)? {
        0 => commitment = KzgCommitment(inputs::point(u)?),
        1 => proof = KzgProof(inputs::point(u)?),
        2 => inputs::slots(&mut blob)[u.choose_index(4096)?] = inputs::element(u)?,
        _ => {}
    }
    Ok((blob, commitment, proof))
}

fn verify_all(blobs: &[Box<Blob>], commitments: &[KzgCommitment], proofs: &[KzgProof]) {
    let for_c: Vec<c_kzg::Blob> = blobs.iter().map(|blob| c_kzg::Blob::new(blob.0)).collect();
    let bytes_of = |bytes: &[u8; 48]| c_kzg::Bytes48::new(*bytes);
    let c_commitments: Vec<_> = commitments.iter().map(|item| bytes_of(&item.0)).collect();
    let c_proofs: Vec<_> = proofs.iter().map(|item| bytes_of(&item.0)).collect();
    let batch = compare(
        |kzg| kzg.verify_blob_kzg_proof_batch(blobs.into(), commitments, proofs),
        [
            (
                "c-kzg",
                c_kzg()
                    .verify_blob_kzg_proof_batch(&for_c, &c_commitments, &c_proofs)
                    .ok(),
            ),
            (
                "rust_eth_kzg",
                verdict(rust_eth_kzg().verify_blob_kzg_proof_batch(
                    blobs.iter().map(|blob| &blob.0).collect(),
                    commitments.iter().map(|item| &item.0).collect(),
                    proofs.iter().map(|item| &item.0).collect(),
                )),
            ),
        ],
    );
    let each = compare(
        |kzg| kzg.verify_blob_kzg_proof_each(blobs.into(), commitments, proofs),
        [],
    );
    let each = each.expect("lists of one length");
    for (i, verdict) in each.iter().enumerate() {
        let alone = compare(
            |kzg| kzg.verify_blob_kzg_proof(&blobs[i], &commitments[i], &proofs[i]),
            [(
                "c-kzg",
                c_kzg()
                    .verify_blob_kzg_proof(&for_c[i], &c_commitments[i], &c_proofs[i])
                    .ok(),
            )],
        );
        assert_eq!(
            verdict.as_ref().ok(),
            alone.as_ref(),
            "blob {i} of the batch"
        );
    }
    let all = each.iter().cloned().collect::<Result<Vec<bool>, _>>().ok();
    assert_eq!(batch, all.map(|all| all.iter().all(|verdict| *verdict)));
}
