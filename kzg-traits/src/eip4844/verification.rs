//! Verification of proofs: one at a time, in a batch, and with a verdict on each blob.

use sha2::{Digest, Sha256};

use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::batch_points::SubgroupCheckTime;
use crate::bytes::{Blob, Bytes32, FIELD_ELEMENTS_PER_BLOB, KzgCommitment, KzgProof, as_g1_bytes};
use crate::checks::check_count;
use crate::error::{Error, Item, PointError, Result};
use crate::exec::Exec;
use crate::items::Blobs;
use crate::pairing_input::PairingInput;
use crate::search::find_false;
use crate::settings::Settings;
use crate::weights::{powers, short_weights};

use super::decoding::{blob_to_raw_polynomial, field_element};
use super::opening::{OpenedBlobs, Opening, WeightedOpenings};
use super::{RANDOM_CHALLENGE_KZG_BATCH_DOMAIN, challenge_message};

/// Number of blobs whose challenges are hashed side by side. The blobs are still in the cache when they
/// are evaluated.
const BLOBS_AT_ONCE: usize = 4;

impl<B: Backend> Settings<B> {
    /// Whether the polynomial behind a commitment has the value `y` at `z`.
    pub(crate) fn verify_point(
        &self,
        commitment: &KzgCommitment,
        z: &Bytes32,
        y: &Bytes32,
        proof: &KzgProof,
    ) -> Result<bool> {
        let scalars =
            field_element::<B>(z, Item::Z).and_then(|z| Ok((z, field_element::<B>(y, Item::Y)?)));
        match scalars {
            Ok((z, y)) => self.verify_opening(commitment, z, y, proof),
            Err(scalar) => {
                // A malformed commitment is reported before a malformed scalar.
                B::G1::from_bytes(&commitment.0).map_err(point_error(Item::Commitment, 0))?;
                Err(scalar)
            }
        }
    }

    /// Whether a blob matches its commitment and proof.
    pub(crate) fn verify_one(
        &self,
        blob: &Blob,
        commitment: &KzgCommitment,
        proof: &KzgProof,
    ) -> Result<bool> {
        let mut raw = self.exec().scratch_vec();
        blob_to_raw_polynomial::<B>(blob, 0, &mut raw)?;
        let z = Self::challenge(blob, commitment);
        let y = self.value_at(&raw, z, self.exec());
        self.verify_opening(commitment, z, y, proof)
    }

    /// Whether the polynomial behind a commitment has the value `y` at `z`, for a call with one claim.
    fn verify_opening(
        &self,
        commitment: &KzgCommitment,
        z: B::Fr,
        y: B::Fr,
        proof: &KzgProof,
    ) -> Result<bool> {
        let [left, right] = B::decode_opening([&commitment.0, &proof.0], z, y, self.exec())
            .map_err(|(item, reason)| point_error(item, 0)(reason))?;
        self.check_opening(&PairingInput { left, right })
    }

    /// Whether every blob matches its commitment and proof.
    pub(crate) fn verify_batch(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        if let ([commitment], [proof]) = (commitments, proofs)
            && blobs.len() == 1
        {
            return self.verify_one(blobs.at(0), commitment, proof);
        }
        check_counts(blobs, commitments, proofs)?;
        self.exec()
            .run(|| self.verify_many(blobs, commitments, proofs))
    }

    /// Computes [`verify_batch`](Self::verify_batch) for as many commitments and proofs as blobs.
    fn verify_many(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
    ) -> Result<bool> {
        let exec = self.exec();
        let time = SubgroupCheckTime::BesideSums;
        let mut batch = self.open_each(blobs, commitments, proofs, time);
        batch.check_before_sums(exec)?;
        let mut openings = exec.scratch_vec();
        openings.extend((0..blobs.len()).filter_map(|index| batch.opening(index)));
        if openings.is_empty() {
            return Ok(true);
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
        let holds = claims.hold_in_subgroup(&all, &batch.points, &mut batch.verdicts);
        batch.check()?;
        holds
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
        check_counts(blobs, commitments, proofs)?;
        check_count(Item::Output, blobs.len(), out.len())?;
        let exec = self.exec();
        let batch = self.open_each(blobs, commitments, proofs, SubgroupCheckTime::AtOnce);
        let mut openings = exec.scratch_vec();
        for (index, slot) in out.iter_mut().enumerate() {
            *slot = batch.verdict(index).map(|()| true);
            if slot.is_ok() {
                openings.extend(batch.opening(index));
            }
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

    /// Decodes every blob, commitment and proof once, and evaluates each blob at its challenge. There are
    /// as many of each.
    fn open_each(
        &self,
        blobs: Blobs<'_>,
        commitments: &[KzgCommitment],
        proofs: &[KzgProof],
        time: SubgroupCheckTime,
    ) -> OpenedBlobs<B> {
        let (n, exec) = (blobs.len(), self.exec());
        let mut encodings = exec.scratch_vec();
        encodings.extend_from_slice(as_g1_bytes(commitments));
        encodings.extend_from_slice(as_g1_bytes(proofs));
        let (points, verdicts) = self.decode_points(&encodings, time);

        let mut values = exec.scratch_vec();
        values.resize(n, Err(Error::Cancelled));
        let each = exec.on_this_thread();
        // All threads have chunks of nearly the same length, of at most `BLOBS_AT_ONCE`.
        let rounds = n.div_ceil(BLOBS_AT_ONCE * exec.threads()).max(1);
        let chunk = exec.chunk_len(n, rounds);
        exec.for_each_chunk_mut(&mut values, chunk, |chunk_index, values| {
            let first = chunk_index * chunk;
            let last = first + values.len() - 1;
            let messages: [_; BLOBS_AT_ONCE] = core::array::from_fn(|i| {
                let index = (first + i).min(last);
                challenge_message(blobs.at(index), &commitments[index])
            });
            let mut hashes = [[0; 32]; BLOBS_AT_ONCE];
            let hashes = &mut hashes[..values.len()];
            B::sha256_many(&messages[..values.len()], hashes);
            for (value, (index, hash)) in values.iter_mut().zip((first..).zip(&*hashes)) {
                let mut raw = each.scratch_vec();
                *value = blob_to_raw_polynomial::<B>(blobs.at(index), index, &mut raw).map(|()| {
                    let z = B::Fr::from_bytes_reduced(hash);
                    [z, self.value_at(&raw, z, &each)]
                });
            }
        });
        OpenedBlobs {
            points,
            verdicts,
            values,
        }
    }

    /// The value at `z` of a raw polynomial.
    fn value_at(&self, raw: &[B::Fr], z: B::Fr, exec: &Exec) -> B::Fr {
        B::evaluate(self.folding(), raw, z, exec) * B::Fr::RAW_UNIT
    }

    pub(super) fn check_opening(&self, sums: &PairingInput<B::G1>) -> Result<bool> {
        sums.holds::<B>(self.opening_g2(), self.exec())
    }
}

/// Checks that there is a commitment and a proof for each blob.
fn check_counts(
    blobs: Blobs<'_>,
    commitments: &[KzgCommitment],
    proofs: &[KzgProof],
) -> Result<()> {
    check_count(Item::Commitment, blobs.len(), commitments.len())?;
    check_count(Item::Proof, blobs.len(), proofs.len())
}

/// The error about a point of the claim at a position of the call.
fn point_error(item: Item, index: usize) -> impl Fn(PointError) -> Error {
    move |reason| Error::Point {
        item,
        index,
        reason,
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
