//! Operands for tests of the kernels: random and extreme limbs at the bounds of the contract.

use blst::blst_fp;

use super::radix48::{LIMBS, from_words, to_words};
use crate::curve::base_field::MODULUS;

/// `2^47`, the unit of the contract.
const HALF: f64 = (1_u64 << 47) as f64;
/// Bounds of the limbs of two factors in units. The product of both is at most 3.25.
const FACTORS: [(f64, f64); 7] = [
    (1.0, 1.0),
    (2.0, 1.0),
    (1.0, 2.0),
    (3.25, 1.0),
    (1.0, 3.25),
    (1.3, 2.5),
    (1.8, 1.8),
];
/// Bounds of the limbs of four factors in units: the products of the first two and of the last two add up to
/// at most 3.25.
const TWO_PRODUCTS: [[f64; 4]; 5] = [
    [1.0, 1.0, 1.0, 2.25],
    [1.27, 1.27, 1.27, 1.27],
    [1.0, 3.25, 1.0, 0.0],
    [0.0, 1.0, 1.8, 1.8],
    [1.6, 1.0, 1.0, 1.6],
];
/// The bound of an addend's limbs, in units.
const ADDEND: f64 = 16.0;
/// The bound of the limbs of a value that is squared, in units: `1.8 · 1.8 < 3.25`.
const SQUARED: f64 = 1.8;

/// Operands of one multiplication `a·b + c`, one squaring `s·s + c`, and one sum of two products
/// `two[0]·two[1] + two[2]·two[3] + c`.
pub(super) struct Operands {
    pub(super) a: [f64; LIMBS],
    pub(super) b: [f64; LIMBS],
    pub(super) c: [f64; LIMBS],
    pub(super) s: [f64; LIMBS],
    pub(super) two: [[f64; LIMBS]; 4],
}

impl Operands {
    /// Returns the same operands in every run. A third of them have canonical values.
    pub(super) fn many(count: usize) -> impl Iterator<Item = Self> {
        let mut random = Random(count as u64);
        (0..count).map(move |index| {
            let (a, b) = FACTORS[random.below(FACTORS.len())];
            let two = TWO_PRODUCTS[random.below(TWO_PRODUCTS.len())];
            let canonical = index % 3 == 0;
            let limbs = |random: &mut Random, bound| {
                if canonical {
                    from_words(&random.canonical())
                } else {
                    random.limbs(bound)
                }
            };
            let small = |random: &mut Random, bound| {
                let limbs = limbs(random, bound);
                if canonical { balanced(limbs) } else { limbs }
            };
            Self {
                a: limbs(&mut random, a),
                b: small(&mut random, b),
                s: small(&mut random, SQUARED),
                two: two.map(|bound| small(&mut random, bound)),
                c: random.limbs(ADDEND),
            }
        })
    }
}

/// The value of limbs in blst's form.
pub(super) fn value(limbs: &[f64; LIMBS]) -> blst_fp {
    blst_fp { l: to_words(limbs) }
}

/// The same value with limbs between `-2^47` and `2^47`.
fn balanced(mut limbs: [f64; LIMBS]) -> [f64; LIMBS] {
    for i in 0..LIMBS - 1 {
        if limbs[i] >= HALF {
            limbs[i] -= 2.0 * HALF;
            limbs[i + 1] += 1.0;
        }
    }
    limbs
}

/// The pseudorandom generator SplitMix64.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// A value below `p`. Half of the values are at an edge of the range.
    pub(super) fn canonical(&mut self) -> [u64; 6] {
        let bit = self.below(380);
        let mut words = [0; 6];
        match self.below(10) {
            // A power of two, or one less.
            0 | 1 => words[bit / 64] = 1 << (bit % 64),
            2 | 3 => (0..bit).for_each(|bit| words[bit / 64] |= 1 << (bit % 64)),
            // A value just below p.
            4 => {
                words = MODULUS;
                words[0] -= 1 + self.next() % 4;
            }
            _ => {
                words = core::array::from_fn(|_| self.next());
                words[5] %= MODULUS[5];
            }
        }
        words
    }

    /// Limbs of up to `bound` units: all largest, alternating, sparse, or arbitrary.
    fn limbs(&mut self, bound: f64) -> [f64; LIMBS] {
        let largest = (bound * HALF).floor();
        let style = self.below(8);
        core::array::from_fn(|i| {
            let sign = if self.next() & 1 == 1 { 1.0 } else { -1.0 };
            match style {
                0 => largest,
                1 => -largest,
                2 => sign * largest,
                3 => sign * (largest - 1.0),
                4 if self.below(4) > 0 => 0.0,
                4 => sign * largest,
                5 if i % 2 == 0 => largest,
                5 => -largest,
                _ => sign * (largest * (self.next() >> 11) as f64 / (1_u64 << 53) as f64).floor(),
            }
        })
    }
}
