//! EIP-4844: commitments to blobs, proofs of their values, and verification, generic over
//! [`Backend`].
//!
//! A blob is the list of values of a polynomial `f` of degree below 4096 at the 4096th roots of
//! unity, in bit-reversed order. Its commitment is `C = [f(τ)]₁`, a combination of the setup's
//! Lagrange points. A proof that `f(z) = y` is the commitment to the quotient
//! `(f(X) - y) / (X - z)`, and is checked by `e(C - [y]₁, [1]₂) = e(π, [τ - z]₂)`; moving `z`
//! to the first group, `e(C - [y]₁ + z·π, [1]₂) · e(-π, [τ]₂) = 1`, leaves fixed points in the
//! second.
//!
//! Source: the consensus specifications, deneb/polynomial-commitments.

use sha2::{Digest, Sha256};

use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::bytes::{
    BYTES_PER_FIELD_ELEMENT, Blob, Bytes32, FIELD_ELEMENTS_PER_BLOB, KzgCommitment, KzgProof,
    as_g1_bytes,
};
use crate::error::{Error, Item, Result};
use crate::exec::Exec;
use crate::items::Blobs;
use crate::pairing_input::PairingInput;
use crate::poly;
use crate::search::{Claims, find_false};
use crate::settings::Settings;
use crate::weights::{powers, short_weights};

/// Domain separator of the hash that gives a blob's evaluation point.
pub const FIAT_SHAMIR_PROTOCOL_DOMAIN: &[u8; 16] = b"FSBLOBVERIFY_V1_";
/// Domain separator of the hash that gives the weights of a batch of proofs.
pub const RANDOM_CHALLENGE_KZG_BATCH_DOMAIN: &[u8; 16] = b"RCKZGBATCH___V1_";

/// The point at which the proof of a blob opens the blob: a hash of the blob and its commitment.
#[must_use]
pub fn compute_challenge(blob: &Blob, commitment: &KzgCommitment) -> [u8; 32] {
    Sha256::new()
        .chain_update(FIAT_SHAMIR_PROTOCOL_DOMAIN)
        .chain_update((FIELD_ELEMENTS_PER_BLOB as u128).to_be_bytes())
        .chain_update(blob.as_slice())
        .chain_update(commitment.0)
        .finalize()
        .into()
}

impl<B: Backend> Settings<B> {
    pub(crate) fn challenge(blob: &Blob, commitment: &KzgCommitment) -> B::Fr {
        B::Fr::from_bytes_reduced(&compute_challenge(blob, commitment))
    }

    pub(crate) fn commit(&self, blob: &Blob, index: usize, exec: &Exec) -> Result<KzgCommitment> {
        let mut values = exec.scratch_vec();
        blob_to_polynomial::<B>(blob, index, &mut values)?;
        let bases = self.lagrange_bases();
        Ok(KzgCommitment(
            B::msm_fixed(&bases, &values, exec).to_bytes(),
        ))
    }

    pub(crate) fn prove(&self, blob: &Blob, z: &Bytes32) -> Result<(KzgProof, Bytes32)> {
        let z = field_element::<B>(z, Item::Z)?;
        let exec = self.exec();
        let mut values = exec.scratch_vec();
        blob_to_polynomial::<B>(blob, 0, &mut values)?;
        let (proof, y) = self.prove_polynomial(&values, z, exec);
        Ok((proof, Bytes32(y.to_bytes())))
    }

    pub(crate) fn prove_blob(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        index: usize,
        exec: &Exec,
    ) -> Result<KzgProof> {
        let mut values = exec.scratch_vec();
        blob_to_polynomial::<B>(blob, index, &mut values)?;
        B::G1::from_bytes(&commitment.0).map_err(|reason| Error::Point {
            item: Item::Commitment,
            index,
            reason,
        })?;
        let z = Self::challenge(blob, commitment);
        Ok(self.prove_polynomial(&values, z, exec).0)
    }

    fn prove_polynomial(&self, values: &[B::Fr], z: B::Fr, exec: &Exec) -> (KzgProof, B::Fr) {
        let roots = self.domain().roots(FIELD_ELEMENTS_PER_BLOB);
        let mut quotient = exec.scratch_vec();
        let mut prefix = exec.scratch_vec();
        let y = B::evaluate(self.folding(), values, z, exec);
        poly::quotient(values, roots, z, y, &mut quotient, &mut prefix);
        let proof = B::msm_fixed(&self.lagrange_bases(), &quotient, exec);
        (KzgProof(proof.to_bytes()), y)
    }

    pub(crate) fn verify_point(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool> {
        let mut points = [Ok(B::G1::identity()), Ok(B::G1::identity())];
        B::g1_from_bytes_many(&[commitment.0, proof.0], &mut points, self.exec());
        let point = |index: usize, item| {
            points[index].map_err(|reason| Error::Point {
                item,
                index: 0,
                reason,
            })
        };
        let opening = Opening::<B> {
            index: 0,
            commitment: point(0, Item::Commitment)?,
            z: field_element::<B>(z, Item::Z)?,
            y: field_element::<B>(y, Item::Y)?,
            proof: point(1, Item::Proof)?,
        };
        self.check_opening(&opening.pairing_input(self.exec()))
    }

    /// Decodes every blob, commitment and proof once, and evaluates each blob at its challenge.
    pub(crate) fn open_each(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
        openings: &mut Vec<Result<Opening<B>>>,
    ) -> Result<()> {
        let n = blobs.len();
        check_count(Item::Commitment, n, commitments.len())?;
        check_count(Item::Proof, n, proofs.len())?;
        let exec = self.exec();
        let mut encodings = exec.scratch_vec();
        encodings.extend_from_slice(as_g1_bytes(commitments));
        encodings.extend_from_slice(as_g1_bytes(proofs));
        let mut points = exec.scratch_vec();
        points.resize(2 * n, Ok(B::G1::identity()));
        self.decode_points(&encodings, &mut points);
        let (commitment_points, proof_points) = points.split_at(n);

        openings.clear();
        openings.resize(n, Err(Error::Cancelled));
        let each = exec.on_this_thread();
        exec.for_each_mut(openings, |index, opening| {
            let point = |point: Result<B::G1, _>, item| {
                point.map_err(|reason| Error::Point {
                    item,
                    index,
                    reason,
                })
            };
            *opening = (|| {
                let mut raw = each.scratch_vec();
                blob_to_raw_polynomial::<B>(blobs.at(index), index, &mut raw)?;
                let commitment = point(commitment_points[index], Item::Commitment)?;
                let proof = point(proof_points[index], Item::Proof)?;
                let z = Self::challenge(blobs.at(index), &commitments[index]);
                let y = B::evaluate(self.folding(), &raw, z, &each) * B::Fr::RAW_UNIT;
                Ok(Opening {
                    index,
                    commitment,
                    z,
                    y,
                    proof,
                })
            })();
        });
        Ok(())
    }
}

/// A claim that the polynomial behind a commitment has the value `y` at `z`, with its proof.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening<B: Backend> {
    /// The position of the opening in the call.
    index: usize,
    commitment: B::G1,
    z: B::Fr,
    y: B::Fr,
    proof: B::G1,
}

impl<B: Backend> Opening<B> {
    /// The pairing equation of this opening, with fixed points of G2.
    fn pairing_input(&self, exec: &Exec) -> PairingInput<B::G1> {
        let points = [self.proof, B::G1::generator()];
        PairingInput {
            left: self.commitment + B::msm(&points, &[self.z, -self.y], exec),
            right: self.proof,
        }
    }
}

/// Openings with the weights of their claims.
struct WeightedOpenings<'a, B: Backend> {
    settings: &'a Settings<B>,
    openings: &'a [Opening<B>],
    weights: &'a [B::Fr],
}

/// Source: `verify_kzg_proof_batch` of the consensus specifications.
impl<B: Backend> Claims for WeightedOpenings<'_, B> {
    type Sums = PairingInput<B::G1>;

    fn place(&self, position: usize) -> [u64; 2] {
        [position as u64, 0]
    }

    fn sums(&self, positions: &[usize]) -> PairingInput<B::G1> {
        let exec = self.settings.exec();
        let (mut points, mut scalars) = (exec.scratch_vec(), exec.scratch_vec());
        let mut weights = exec.scratch_vec();
        let openings = positions.iter().map(|&k| &self.openings[k]);
        weights.extend(positions.iter().map(|&k| self.weights[k]));
        points.extend(openings.clone().map(|opening| opening.proof));
        points.extend(openings.clone().map(|opening| opening.commitment));
        points.push(B::G1::generator());
        let weighted = openings.zip(weights.iter());
        let of_proofs = weighted
            .clone()
            .map(|(opening, weight)| *weight * opening.z);
        scalars.extend(of_proofs);
        scalars.extend_from_slice(&weights);
        let constant = weighted.map(|(opening, weight)| *weight * opening.y);
        scalars.push(-constant.fold(B::Fr::ZERO, |sum, y| sum + y));
        let (left, right) = exec.join(
            || B::msm(&points, &scalars, exec),
            || B::msm(&points[..positions.len()], &weights, exec),
        );
        PairingInput { left, right }
    }

    fn hold(&self, sums: &PairingInput<B::G1>) -> Result<bool> {
        self.settings.check_opening(sums)
    }

    fn hold_each(&self, positions: &[usize]) -> Result<Vec<bool>> {
        let (settings, exec) = (self.settings, self.settings.exec());
        let mut inputs = exec.scratch_vec();
        inputs.resize(positions.len(), PairingInput::identity());
        let each = exec.on_this_thread();
        exec.for_each_mut(&mut inputs, |at, input| {
            *input = self.openings[positions[at]].pairing_input(&each);
        });
        let mut verdicts = vec![false; positions.len()];
        PairingInput::hold_each::<B>(
            &inputs,
            settings.g2_generator(),
            settings.g2_tau(),
            &mut verdicts,
            exec,
        )?;
        Ok(verdicts)
    }
}

impl<B: Backend> Settings<B> {
    fn check_opening(&self, sums: &PairingInput<B::G1>) -> Result<bool> {
        sums.holds::<B>(self.g2_generator(), self.g2_tau(), self.exec())
    }

    /// Whether every blob matches its commitment and proof.
    pub(crate) fn verify_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        let exec = self.exec();
        let mut opened = exec.scratch_vec();
        self.open_each(blobs, commitments, proofs, &mut opened)?;
        let mut openings = exec.scratch_vec();
        for opening in opened.drain(..) {
            openings.push(opening?);
        }
        match &openings[..] {
            [] => return Ok(true),
            [one] => return self.check_opening(&one.pairing_input(exec)),
            _ => {}
        }
        let transcript = batch_transcript(commitments, proofs, &openings);
        let mut weights = exec.scratch_vec();
        let r = B::Fr::from_bytes_reduced(&transcript);
        weights.extend(powers(r, openings.len()));
        let claims = WeightedOpenings {
            settings: self,
            openings: &openings,
            weights: &weights,
        };
        let mut all = exec.scratch_vec();
        all.extend(0..openings.len());
        claims.hold(&claims.sums(&all))
    }

    /// Computes the verdict on every blob. If the whole batch does not hold, groups of openings are
    /// checked; points are decoded and blobs are evaluated only once.
    pub(crate) fn verify_each(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
        out: &mut [Result<bool>],
    ) -> Result<()> {
        check_count(Item::Output, blobs.len(), out.len())?;
        let exec = self.exec();
        let mut opened = exec.scratch_vec();
        self.open_each(blobs, commitments, proofs, &mut opened)?;
        let mut openings = exec.scratch_vec();
        for (slot, opening) in out.iter_mut().zip(opened.drain(..)) {
            *slot = opening.map(|opening| {
                openings.push(opening);
                true
            });
        }
        let transcript = batch_transcript(commitments, proofs, &openings);
        let mut weights = exec.scratch_vec();
        weights.extend(short_weights::<B::Fr>(&transcript, openings.len()));
        let claims = WeightedOpenings {
            settings: self,
            openings: &openings,
            weights: &weights,
        };
        let mut all = exec.scratch_vec();
        all.extend(0..openings.len());
        for position in find_false(&claims, &all)? {
            out[openings[position].index] = Ok(false);
        }
        Ok(())
    }
}

/// The hash of all openings of a batch, from which the weights of the openings are derived.
///
/// Source: `verify_kzg_proof_batch` of the consensus specifications.
fn batch_transcript<B: Backend>(
    commitments: &[KzgCommitment],
    proofs: &[KzgProof],
    openings: &[Opening<B>],
) -> [u8; 32] {
    let mut hash = Sha256::new()
        .chain_update(RANDOM_CHALLENGE_KZG_BATCH_DOMAIN)
        .chain_update((FIELD_ELEMENTS_PER_BLOB as u64).to_be_bytes())
        .chain_update((openings.len() as u64).to_be_bytes());
    for opening in openings {
        hash.update(commitments[opening.index].0);
        hash.update(opening.z.to_bytes());
        hash.update(opening.y.to_bytes());
        hash.update(proofs[opening.index].0);
    }
    hash.finalize().into()
}

/// Decodes a blob's field elements. `index` is the blob's position in the call, for errors.
pub(crate) fn blob_to_polynomial<B: Backend>(
    blob: &Blob,
    index: usize,
    values: &mut Vec<B::Fr>,
) -> Result<()> {
    values.clear();
    values.resize(FIELD_ELEMENTS_PER_BLOB, B::Fr::ZERO);
    B::fr_from_bytes_many(blob.field_elements(), values).map_err(|element| Error::FieldElement {
        item: Item::Blob,
        index,
        element,
    })
}

/// As [`blob_to_polynomial`], but decodes to raw elements, for linear maps.
pub(crate) fn blob_to_raw_polynomial<B: Backend>(
    blob: &Blob,
    index: usize,
    values: &mut Vec<B::Fr>,
) -> Result<()> {
    values.clear();
    values.resize(FIELD_ELEMENTS_PER_BLOB, B::Fr::ZERO);
    raw_from_bytes_many(blob.field_elements(), values).map_err(|element| Error::FieldElement {
        item: Item::Blob,
        index,
        element,
    })
}

/// Decodes raw field elements, or gives the position of the first that is not canonical.
pub(crate) fn raw_from_bytes_many<F: Fr>(
    encodings: &[[u8; BYTES_PER_FIELD_ELEMENT]],
    out: &mut [F],
) -> Result<(), usize> {
    for (index, (element, encoding)) in out.iter_mut().zip(encodings).enumerate() {
        *element = F::from_bytes_raw(encoding).ok_or(index)?;
    }
    Ok(())
}

fn field_element<B: Backend>(bytes: &Bytes32, item: Item) -> Result<B::Fr> {
    B::Fr::from_bytes(&bytes.0).ok_or(Error::FieldElement {
        item,
        index: 0,
        element: 0,
    })
}

/// Checks that a list has the expected length.
///
/// # Errors
///
/// [`Error::Count`] if `actual` differs from `expected`.
pub fn check_count(item: Item, expected: usize, actual: usize) -> Result<()> {
    if expected == actual {
        Ok(())
    } else {
        Err(Error::Count {
            item,
            expected,
            actual,
        })
    }
}
