//! Powers of eight elements by one exponent.

use blst::blst_fp;

use super::{Fp8, WIDTH};
use crate::engine::exponent::{ODD_POWERS, steps};

/// Returns the elements to the power of `exponent`, which is not zero and least significant word
/// first.
#[target_feature(enable = "avx2,fma")]
pub(in crate::avx2) fn powers(
    elements: &[blst_fp; WIDTH],
    exponent: &[u64; 6],
) -> [blst_fp; WIDTH] {
    Fp8::from_array(elements).carry().power(exponent).array()
}

impl Fp8 {
    /// `self^exponent`, for limbs of one unit and an exponent that is not zero.
    #[target_feature(enable = "avx2,fma")]
    pub(in crate::avx2) fn power(&self, exponent: &[u64; 6]) -> Self {
        let odd_powers = self.odd_powers();
        let mut power = Self::one();
        for step in steps(exponent) {
            for _ in 0..step.squarings {
                power = power.square();
            }
            if let Some(i) = step.odd_power {
                power = power.multiply(&odd_powers[i]);
            }
        }
        power
    }

    /// The first, third, fifth, .. power, for limbs of one unit.
    #[target_feature(enable = "avx2,fma")]
    pub(in crate::avx2) fn odd_powers(&self) -> [Self; ODD_POWERS] {
        let square = self.square();
        let mut odd_powers = [*self; ODD_POWERS];
        for i in 1..odd_powers.len() {
            odd_powers[i] = odd_powers[i - 1].multiply(&square);
        }
        odd_powers
    }
}
