//! The claims of EIP-4844 in the form of their pairing equation.

use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::error::Result;
use crate::pairing_input::PairingInput;
use crate::search::Claims;
use crate::settings::Settings;

/// A claim that the polynomial behind a commitment has the value `y` at `z`, with its proof.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening<B: Backend> {
    /// The position of the opening in the call.
    pub(super) index: usize,
    pub(super) commitment: B::G1,
    pub(super) z: B::Fr,
    pub(super) y: B::Fr,
    pub(super) proof: B::G1,
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
        PairingInput::hold_each::<B>(
            &inputs,
            settings.g2_generator(),
            settings.g2_tau(),
            &mut verdicts,
            exec,
        )?;
        Ok(verdicts)
    }

    fn threads(&self) -> usize {
        self.settings.exec().threads()
    }
}
