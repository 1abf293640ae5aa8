//! The claims of EIP-4844 in the form of their pairing equation.

use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::batch_points::{Part, PointVerdicts, Points};
use crate::error::{Item, Result};
use crate::exec::Exec;
use crate::memory_pool::Pooled;
use crate::pairing_input::PairingInput;
use crate::search::Claims;
use crate::settings::Settings;
use crate::weights::weights_by_index;

/// A claim that the polynomial behind a commitment has the value `y` at `z`, with its proof.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening<B: Backend> {
    /// The position of the opening in the call.
    pub(super) index: usize,
    pub(super) commitment: B::G1,
    pub(super) z: B::Fr,
    pub(super) y: B::Fr,
    pub(super) proof: B::G1,
}

/// The blobs of a batch, opened at their challenges.
pub(super) struct OpenedBlobs<B: Backend> {
    /// The commitments, then the proofs.
    pub(super) points: Points<B>,
    pub(super) verdicts: PointVerdicts,
    /// For each blob, the challenge and the value there, or what is wrong with the blob.
    pub(super) values: Pooled<Vec<Result<[B::Fr; 2]>>>,
}

impl<B: Backend> OpenedBlobs<B> {
    /// Whether a blob, its commitment and its proof are well formed.
    pub(super) fn verdict(&self, index: usize) -> Result<()> {
        self.verdicts.assert_complete();
        verdict_so_far(&self.verdicts, &self.values, index)
    }

    /// The opening of a blob that is well formed itself. Its commitment and its proof may be malformed.
    pub(super) fn opening(&self, index: usize) -> Option<Opening<B>> {
        let [z, y] = *self.values[index].as_ref().ok()?;
        Some(Opening {
            index,
            commitment: self.points[index],
            z,
            y,
            proof: self.points[self.values.len() + index],
        })
    }

    /// Checks that all blobs, commitments and proofs are well formed.
    pub(super) fn check(&self) -> Result<()> {
        (0..self.values.len()).try_for_each(|index| self.verdict(index))
    }

    /// As [`check`](Self::check), but a postponed subgroup check remains to be made if there is no error.
    pub(super) fn check_before_sums(&mut self, exec: &Exec) -> Result<()> {
        let Self {
            points,
            verdicts,
            values,
        } = self;
        let first_error = |verdicts: &PointVerdicts| {
            (0..values.len()).try_for_each(|index| verdict_so_far(verdicts, values, index))
        };
        verdicts.check_before_sums::<B>(points, first_error, exec)
    }
}

fn verdict_so_far<T>(verdicts: &PointVerdicts, values: &[Result<T>], index: usize) -> Result<()> {
    if let Err(error) = &values[index] {
        return Err(error.clone());
    }
    verdicts.of(index, Item::Commitment, index)?;
    verdicts.of(values.len() + index, Item::Proof, index)
}

/// Openings with the weights of their claims.
pub(super) struct WeightedOpenings<'a, B: Backend> {
    pub(super) settings: &'a Settings<B>,
    pub(super) openings: &'a [Opening<B>],
    pub(super) weights: &'a [B::Fr],
}

/// Source: `verify_kzg_proof_batch` of the consensus specifications.
impl<B: Backend> Claims for WeightedOpenings<'_, B> {
    type Sums = PairingInput<B::G1>;

    fn place(&self, position: usize) -> [u64; 2] {
        [position as u64, 0]
    }

    fn sums(&self, positions: &[usize]) -> PairingInput<B::G1> {
        let terms = self.terms(positions);
        let (left, right) = self.settings.exec().join(|| terms.left(), || terms.right());
        left + right
    }

    fn hold(&self, sums: &PairingInput<B::G1>) -> Result<bool> {
        self.settings.check_opening(sums)
    }

    fn hold_each(&self, positions: &[usize]) -> Result<Vec<bool>> {
        let (settings, exec) = (self.settings, self.settings.exec());
        let openings = positions.iter().map(|&k| &self.openings[k]);
        let (mut points, mut scalars) = (exec.scratch_vec(), exec.scratch_vec());
        for opening in openings.clone() {
            points.extend([opening.proof, B::G1::generator()]);
            scalars.extend([opening.z, -opening.y]);
        }
        let mut sums = exec.scratch_vec();
        sums.resize(positions.len(), B::G1::identity());
        B::msm_many(&points, &scalars, &mut sums, exec);
        let mut inputs = exec.scratch_vec();
        inputs.extend(
            openings
                .zip(sums.iter())
                .map(|(opening, sum)| PairingInput {
                    left: opening.commitment + *sum,
                    right: opening.proof,
                }),
        );
        let mut verdicts = vec![false; positions.len()];
        PairingInput::hold_each::<B>(&inputs, settings.opening_g2(), &mut verdicts, exec)?;
        Ok(verdicts)
    }

    fn finds_only_false(&self) -> bool {
        B::FINDS_PAIRING_EXPONENTS
    }

    fn only_false(&self, positions: &[usize], sums: &PairingInput<B::G1>) -> Result<Option<usize>> {
        let (settings, exec) = (self.settings, self.settings.exec());
        let by_index = weights_by_index(self.weights, positions, exec);
        let claims = WeightedOpenings {
            weights: &by_index.0,
            ..*self
        };
        // The first claim has the weight zero.
        let by_index = claims.sums(&positions[1..]);
        sums.exponent::<B>(&by_index, positions.len(), settings.opening_g2(), exec)
    }

    fn threads(&self) -> usize {
        self.settings.exec().threads()
    }
}

impl<B: Backend> WeightedOpenings<'_, B> {
    /// Makes the postponed subgroup check, if there is one, and returns whether the claims of a group hold. If a point
    /// lies outside the subgroup, the answer means nothing.
    pub(super) fn hold_in_subgroup(
        &self,
        positions: &[usize],
        points: &[B::G1],
        verdicts: &mut PointVerdicts,
    ) -> Result<bool> {
        let (settings, terms) = (self.settings, self.terms(positions));
        let parts: [Part<'_, B::G1>; 2] = [&|| terms.left(), &|| terms.right()];
        verdicts.check_subgroup_and_equation::<B>(
            points,
            &parts,
            settings.opening_g2(),
            settings.exec(),
        )
    }

    /// The points and factors of the sums of a group.
    fn terms(&self, positions: &[usize]) -> Terms<'_, B> {
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
        Terms {
            exec,
            points,
            scalars,
            weights,
        }
    }
}

/// The terms of the sums of a group, whose parts are computed in parallel.
struct Terms<'a, B: Backend> {
    exec: &'a Exec,
    /// The proofs, the commitments and the generator.
    points: Pooled<Vec<B::G1>>,
    /// The factors of the points in the left sum.
    scalars: Pooled<Vec<B::Fr>>,
    /// The factors of the proofs in the right sum.
    weights: Pooled<Vec<B::Fr>>,
}

impl<B: Backend> Terms<'_, B> {
    fn left(&self) -> PairingInput<B::G1> {
        PairingInput {
            left: B::msm(&self.points, &self.scalars, self.exec),
            right: B::G1::identity(),
        }
    }

    fn right(&self) -> PairingInput<B::G1> {
        let proofs = &self.points[..self.weights.len()];
        PairingInput {
            left: B::G1::identity(),
            right: B::msm(proofs, &self.weights, self.exec),
        }
    }
}
