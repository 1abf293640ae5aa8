//! The pairing equation of a proof: `e(left, [1]₂) = e(right, Q)`.

use core::ops::{Add, Sub};

use crate::algebra::Group;
use crate::backend::Backend;
use crate::error::Result;
use crate::exec::Exec;

/// The points of G1 on both sides of the equation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PairingInput<G> {
    pub(crate) left: G,
    pub(crate) right: G,
}

impl<G: Group> Add for PairingInput<G> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            left: self.left + other.left,
            right: self.right + other.right,
        }
    }
}

impl<G: Group> Sub for PairingInput<G> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            left: self.left - other.left,
            right: self.right - other.right,
        }
    }
}

impl<G: Group> PairingInput<G> {
    /// The sum over no claims.
    pub(crate) fn identity() -> Self {
        Self {
            left: G::identity(),
            right: G::identity(),
        }
    }

    /// Whether the equation holds, where `q` is `[1]₂` and `Q`.
    ///
    /// # Errors
    ///
    /// The backend's error, if the backend gives no result.
    pub(crate) fn holds<B: Backend<G1 = G>>(
        &self,
        q: [&B::PreparedG2; 2],
        exec: &Exec,
    ) -> Result<bool> {
        B::try_pairing_check(&self.pairs(q), exec)
    }

    /// Some `k` below `bound` for which `e(left, [1]₂)/e(right, Q)` of `power` is that of this input to the power `k`,
    /// where `q` is `[1]₂` and `Q`. `None` if there is none, or if the backend finds no exponents.
    ///
    /// # Errors
    ///
    /// The backend's error, if the backend gives no result.
    pub(crate) fn exponent<B: Backend<G1 = G>>(
        &self,
        power: &Self,
        bound: usize,
        q: [&B::PreparedG2; 2],
        exec: &Exec,
    ) -> Result<Option<usize>> {
        B::try_pairing_exponent(&self.pairs(q), &power.pairs(q), bound, exec)
    }

    /// The points of the quotient `e(left, [1]₂)/e(right, Q)`.
    fn pairs<'q, P>(&self, [one, q]: [&'q P; 2]) -> [(G, &'q P); 2] {
        [(self.left, one), (-self.right, q)]
    }

    /// Whether each of several equations holds, where `q` is `[1]₂` and `Q`.
    ///
    /// # Errors
    ///
    /// The backend's error, if the backend gives no result.
    pub(crate) fn hold_each<B: Backend<G1 = G>>(
        inputs: &[Self],
        q: [&B::PreparedG2; 2],
        out: &mut [bool],
        exec: &Exec,
    ) -> Result<()> {
        let mut pairs = exec.scratch_vec();
        pairs.extend(inputs.iter().map(|input| [input.left, -input.right]));
        B::try_pairing_check_each(&pairs, q, out, exec)
    }
}
