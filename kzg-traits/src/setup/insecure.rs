//! A setup whose secret is known, for development networks and tests.

use crate::algebra::{Fr, G1, Group};
use crate::backend::Backend;
use crate::bytes::{FIELD_ELEMENTS_PER_BLOB, TRUSTED_SETUP_G2_POINTS};
use crate::domain::{Domain, bit_reversal_permutation};
use crate::error::{SetupError, SetupSection};
use crate::exec::Exec;
use crate::poly;
use crate::setup::compressed::{CompressedPoints, G1Bytes};
use crate::weights;

/// The points of the setup with the given secret.
///
/// # Errors
///
/// [`SetupError::Identity`] if the secret is zero or a root of unity.
pub(super) fn points<B: Backend>(secret: u64, exec: &Exec) -> Result<CompressedPoints, SetupError> {
    let tau = B::Fr::from_u64(secret);
    if tau == B::Fr::ZERO {
        return Err(SetupError::Identity {
            section: SetupSection::G1Monomial,
            index: 1,
        });
    }
    let powers: Vec<B::Fr> = weights::powers(tau, FIELD_ELEMENTS_PER_BLOB).collect();
    let lagrange = lagrange_values(tau)?;
    let generator = FixedBase::<B::G1>::new(&B::G1::generator());
    Ok(CompressedPoints {
        g1_lagrange: generator.compressed_multiples(&lagrange, exec),
        g2_monomial: powers[..TRUSTED_SETUP_G2_POINTS]
            .iter()
            .map(|power| B::G2::generator().mul(power).to_bytes())
            .collect(),
        g1_monomial: generator.compressed_multiples(&powers, exec),
    })
}

/// The values of the Lagrange polynomials at `tau`, in natural order:
/// `L_i(τ) = w_i·(τ^n - 1) / (n·(τ - w_i))`.
fn lagrange_values<F: Fr>(tau: F) -> Result<Vec<F>, SetupError> {
    let n = FIELD_ELEMENTS_PER_BLOB;
    let domain = Domain::<F>::new();
    let mut roots = domain.roots(n).to_vec();
    bit_reversal_permutation(&mut roots);
    // At a root of unity one of the polynomials is one and all others are zero.
    if let Some(root) = roots.iter().position(|root| *root == tau) {
        return Err(SetupError::Identity {
            section: SetupSection::G1Lagrange,
            index: usize::from(root == 0),
        });
    }
    let mut values: Vec<F> = roots.iter().map(|root| tau - *root).collect();
    poly::batch_inverse(&mut values, &mut Vec::new());
    let size = F::from_u64(n as u64).inverse().expect("n is not zero");
    let scale = (tau.pow(n as u64) - F::ONE) * size;
    for (value, root) in values.iter_mut().zip(&roots) {
        *value *= scale * *root;
    }
    Ok(values)
}

/// Multiples of one point: `windows[w][d - 1]` is `d·256^w` times the point, so that a scalar
/// of 32 bytes costs at most 32 additions.
struct FixedBase<G> {
    windows: Vec<Vec<G>>,
}

impl<G: G1> FixedBase<G> {
    fn new(point: &G) -> Self {
        let mut base = *point;
        let windows = (0..32)
            .map(|_| {
                let multiples: Vec<G> = core::iter::successors(Some(base), |sum| Some(*sum + base))
                    .take(255)
                    .collect();
                base += multiples[254];
                multiples
            })
            .collect();
        Self { windows }
    }

    fn compressed_multiples(&self, scalars: &[G::Scalar], exec: &Exec) -> Vec<G1Bytes> {
        let mut points = vec![[0; 48]; scalars.len()];
        exec.for_each_mut(&mut points, |index, point| {
            *point = self.multiple(&scalars[index]).to_bytes();
        });
        points
    }

    fn multiple(&self, scalar: &G::Scalar) -> G {
        let mut sum = G::identity();
        for (digit, window) in scalar.to_bytes().iter().rev().zip(&self.windows) {
            if *digit != 0 {
                sum += window[usize::from(*digit) - 1];
            }
        }
        sum
    }
}
