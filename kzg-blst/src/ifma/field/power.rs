//! Powers of eight elements by one exponent.

use blst::blst_fp;

use super::Lanes;
use crate::curve::additions::LANES;
use crate::engine::exponent::{ODD_POWERS, steps};

/// Returns the elements to the power of `exponent`, least significant word first.
///
/// # Panics
///
/// If the exponent is zero.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(in crate::ifma) fn powers(
    elements: &[blst_fp; LANES],
    exponent: &[u64; 6],
) -> [blst_fp; LANES] {
    let lanes = Lanes::read(|lane| &elements[lane]).power(exponent);
    let mut powers = [blst_fp::default(); LANES];
    for (power, element) in powers.iter_mut().zip(lanes.canonical().elements()) {
        element.write(power);
    }
    powers
}

impl Lanes {
    /// `self^exponent` of a normal element below `2p`. The result is normal and below `2p` too.
    ///
    /// # Panics
    ///
    /// If the exponent is zero.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(in crate::ifma) fn power(&self, exponent: &[u64; 6]) -> Self {
        let odd_powers = self.odd_powers();
        let mut power: Option<Self> = None;
        for step in steps(exponent) {
            power = power.map(|power| (0..step.squarings).fold(power, |power, _| power.square()));
            if let Some(factor) = step.odd_power.map(|i| &odd_powers[i]) {
                power = Some(power.map_or(*factor, |power| power.multiply(factor)));
            }
        }
        power.expect("the exponent is not zero")
    }

    /// The first, third, fifth, .. power of a normal element below `2p`, all normal and below `2p`.
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
    pub(in crate::ifma) fn odd_powers(&self) -> [Self; ODD_POWERS] {
        let square = self.square();
        let mut odd_powers = [*self; ODD_POWERS];
        for i in 1..odd_powers.len() {
            odd_powers[i] = odd_powers[i - 1].multiply(&square);
        }
        odd_powers
    }
}
