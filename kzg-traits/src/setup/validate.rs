//! The full check of a trusted setup: every point, and that all of them belong to one secret.

use sha2::{Digest, Sha256};

use crate::algebra::{Fr, Group};
use crate::backend::Backend;
use crate::bytes::FIELD_ELEMENTS_PER_BLOB;
use crate::domain::{Domain, bit_reversal_permutation};
use crate::error::{PointError, SetupCheck, SetupError, SetupOrder, SetupSection};
use crate::exec::Exec;
use crate::setup::compressed::CompressedPoints;
use crate::setup::points::DecodedPoints;
use crate::subset_sums::multiply_matrix;
use crate::weights::powers;

/// Domain separator of the hash that gives the coefficients of the checks.
const VALIDATION_DOMAIN: &[u8; 16] = b"KZGSETUPCHECKV1_";

/// Decodes and checks every point, and checks the sections against each other.
///
/// # Errors
///
/// [`SetupError::Point`] or [`SetupError::Identity`] for the first such point, otherwise
/// [`SetupError::Order`] or [`SetupError::Inconsistent`].
pub(super) fn validate<B: Backend>(
    compressed: &CompressedPoints,
    domain: &Domain<B::Fr>,
    exec: &Exec,
) -> Result<DecodedPoints<B>, SetupError> {
    let g1_lagrange = decode_g1::<B>(&compressed.g1_lagrange, SetupSection::G1Lagrange, exec)?;
    let g2_monomial = decode_g2::<B>(&compressed.g2_monomial, exec)?;
    let g1_monomial = decode_g1::<B>(&compressed.g1_monomial, SetupSection::G1Monomial, exec)?;
    let mut points = DecodedPoints {
        g1_lagrange,
        g2_monomial,
        g1_monomial,
    };
    let checks = Checks {
        weights: weights(compressed),
        g2_generator: B::prepare_g2(&B::G2::generator()),
        g2_tau: B::prepare_g2(&points.g2_monomial[1]),
        domain,
        exec,
    };
    let combined_powers = checks.check_powers(&points)?;
    checks.check_lagrange(&mut points, &combined_powers)?;
    Ok(points)
}

/// The coefficients of the checks: the powers of a hash of all points.
///
/// A linear combination shows that every single equation holds only if the author of the points
/// could not predict the coefficients: with known coefficients, two errors can be made to cancel. A
/// hash of everything that is checked cannot be predicted, and unlike random numbers it gives one
/// file one verdict. Powers of one hash suffice: the errors are the coefficients of a polynomial of
/// degree below 4096, which has at most 4095 roots among about 2^255 values. The hash is used at
/// full width, because a forger can try points until a hash suits. This should take about 2^243
/// attempts, and the multi-scalar multiplications take full-width scalars anyway.
fn weights<F: Fr>(compressed: &CompressedPoints) -> Vec<F> {
    let hash = Sha256::new()
        .chain_update(VALIDATION_DOMAIN)
        .chain_update(compressed.sha256())
        .finalize();
    let r = F::from_bytes_reduced(&hash.into());
    powers(r, FIELD_ELEMENTS_PER_BLOB).collect()
}

struct Checks<'a, B: Backend> {
    weights: Vec<B::Fr>,
    g2_generator: B::PreparedG2,
    g2_tau: B::PreparedG2,
    domain: &'a Domain<B::Fr>,
    exec: &'a Exec,
}

impl<B: Backend> Checks<'_, B> {
    /// Checks that the monomial points are the powers of one secret in both groups. Returns
    /// `Σ rⁱ·P[i]` over the powers in G1.
    fn check_powers(&self, points: &DecodedPoints<B>) -> Result<B::G1, SetupError> {
        let inconsistent = |check| Err(SetupError::Inconsistent { check });
        if points.g2_monomial[0] != B::G2::generator() {
            return inconsistent(SetupCheck::G2Generator);
        }
        if points.g1_monomial[0] != B::G1::generator() {
            if self.are_powers(&points.g1_lagrange, &self.combine(&points.g1_lagrange))? {
                return Err(SetupError::Order {
                    found: SetupOrder::SwappedSections,
                });
            }
            return inconsistent(SetupCheck::G1Generator);
        }
        let combined = self.combine(&points.g1_monomial);
        if !self.are_powers(&points.g1_monomial, &combined)? {
            let mut reversed = points.g1_monomial.clone();
            bit_reversal_permutation(&mut reversed);
            if self.are_powers(&reversed, &self.combine(&reversed))? {
                return Err(bit_reversed(SetupSection::G1Monomial));
            }
            return inconsistent(SetupCheck::G1Powers);
        }
        if !self.are_powers_in_g2(&points.g2_monomial, &points.g1_monomial[1])? {
            return inconsistent(SetupCheck::G2Powers);
        }
        Ok(combined)
    }

    /// Computes `Σ rⁱ·P[i]`.
    fn combine(&self, points: &[B::G1]) -> B::G1 {
        B::msm(points, &self.weights, self.exec)
    }

    /// Whether the points are the powers of the secret, beginning with the generator:
    /// `e(Σ rⁱ⁺¹·P[i+1], [1]₂) = e(r·Σ rⁱ·P[i], [τ]₂)`. `combined` is the result of
    /// [`combine`](Self::combine) for the points.
    fn are_powers(&self, points: &[B::G1], combined: &B::G1) -> Result<bool, SetupError> {
        let (upper, lower) = self.without_ends(points, combined);
        let pairs = [(upper, &self.g2_generator), (-lower, &self.g2_tau)];
        Ok(points[0] == B::G1::generator() && self.product_is_one(&pairs)?)
    }

    /// Whether the points are the powers of the secret in `g1_tau = [τ]₁`:
    /// `e([1]₁, Σ rⁱ⁺¹·Q[i+1]) = e([τ]₁, r·Σ rⁱ·Q[i])`.
    fn are_powers_in_g2(&self, points: &[B::G2], g1_tau: &B::G1) -> Result<bool, SetupError> {
        let mut combined = [B::G2::identity()];
        multiply_matrix(&self.weights[..points.len()], points, &mut combined);
        let (upper, lower) = self.without_ends(points, &combined[0]);
        let (upper, lower) = (B::prepare_g2(&upper), B::prepare_g2(&lower));
        let pairs = [(B::G1::generator(), &upper), (-*g1_tau, &lower)];
        self.product_is_one(&pairs)
    }

    fn product_is_one(&self, pairs: &[(B::G1, &B::PreparedG2)]) -> Result<bool, SetupError> {
        B::try_pairing_check(pairs, self.exec).map_err(|error| SetupError::BackendUnavailable {
            backend: B::NAME.to_owned(),
            reason: error.to_string(),
        })
    }

    /// From `combined = Σ rⁱ·P[i]` over all points, computes the sum over all points but the first,
    /// and `r` times the sum over all points but the last.
    fn without_ends<G: Group<Scalar = B::Fr>>(&self, points: &[G], combined: &G) -> (G, G) {
        let last = points.len() - 1;
        let lower = *combined - points[last].mul(&self.weights[last]);
        (*combined - points[0], lower.mul(&self.weights[1]))
    }

    /// Checks the Lagrange points against the powers. The Lagrange points are in natural order
    /// before the call and in bit-reversed order after it.
    fn check_lagrange(
        &self,
        points: &mut DecodedPoints<B>,
        combined_powers: &B::G1,
    ) -> Result<(), SetupError> {
        let mut values = self.weights.clone();
        B::fft_fr(self.domain, &mut values);
        let matches = |lagrange: &[B::G1]| B::msm(lagrange, &values, self.exec) == *combined_powers;

        bit_reversal_permutation(&mut points.g1_lagrange);
        if matches(&points.g1_lagrange) {
            return Ok(());
        }
        bit_reversal_permutation(&mut points.g1_lagrange);
        Err(if matches(&points.g1_lagrange) {
            bit_reversed(SetupSection::G1Lagrange)
        } else {
            SetupError::Inconsistent {
                check: SetupCheck::Lagrange,
            }
        })
    }
}

fn bit_reversed(section: SetupSection) -> SetupError {
    SetupError::Order {
        found: SetupOrder::BitReversed { section },
    }
}

fn decode_g1<B: Backend>(
    compressed: &[[u8; 48]],
    section: SetupSection,
    exec: &Exec,
) -> Result<Vec<B::G1>, SetupError> {
    let mut decoded = vec![Ok(B::G1::identity()); compressed.len()];
    // Each point is checked by itself. The checks that follow do not detect a point outside the
    // subgroup, and the author of a setup can search offline for points that pass a check of all
    // points together.
    B::g1_from_bytes_many(compressed, &mut decoded, exec);
    collect(decoded, section)
}

fn decode_g2<B: Backend>(compressed: &[[u8; 96]], exec: &Exec) -> Result<Vec<B::G2>, SetupError> {
    let mut decoded = vec![Ok(B::G2::identity()); compressed.len()];
    exec.for_each_mut(&mut decoded, |index, point| {
        *point = B::G2::from_bytes(&compressed[index]);
    });
    collect(decoded, SetupSection::G2Monomial)
}

/// Collects the points. An invalid point or the identity is an error.
fn collect<G: Group>(
    decoded: Vec<Result<G, PointError>>,
    section: SetupSection,
) -> Result<Vec<G>, SetupError> {
    let check = |(index, point): (usize, Result<G, PointError>)| match point {
        Err(reason) => Err(SetupError::Point {
            section,
            index,
            reason,
        }),
        Ok(point) if point.is_identity() => Err(SetupError::Identity { section, index }),
        Ok(point) => Ok(point),
    };
    decoded.into_iter().enumerate().map(check).collect()
}
