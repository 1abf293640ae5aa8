//! The lane arithmetic of the scalar field on any limbs, for fuzzing. All lanes have the same limbs.

use core::arch::x86_64::{_mm512_set1_epi64, _mm512_storeu_si512};

use super::{LIMBS, ScalarLanes};
use crate::ifma::engine::Ifma;

/// Five limbs of 52 bits, least significant limb first.
pub type Limbs = [i64; LIMBS];

/// Returns the limbs of `a·b / 2^260`; `None` without the processor features.
#[must_use]
pub fn product(a: &Limbs, b: &Limbs) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe { limbs(&ScalarLanes::sum_of_products([&lanes(a)], [&lanes(b)])) })
}

/// Returns the limbs of `(a·b + c·d) / 2^260`.
#[must_use]
pub fn sum_of_products([a, b, c, d]: [&Limbs; 4]) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe {
        let [a, b, c, d] = [lanes(a), lanes(b), lanes(c), lanes(d)];
        limbs(&ScalarLanes::sum_of_products([&a, &c], [&b, &d]))
    })
}

/// Returns the limbs of `a + b`.
#[must_use]
pub fn sum(a: &Limbs, b: &Limbs) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe { limbs(&lanes(a).add(&lanes(b))) })
}

/// Returns the limbs of `a - b + times·r`, for `b` of at most `times·r`.
#[must_use]
pub fn difference(a: &Limbs, b: &Limbs, times: i64) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe { limbs(&lanes(a).subtract(&lanes(b), times)) })
}

/// Returns the limbs of `a` less a multiple of `r`, for `a` below `16r`.
#[must_use]
pub fn reduced(a: &Limbs) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe { limbs(&lanes(a).reduce()) })
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn lanes(limbs: &Limbs) -> ScalarLanes {
    ScalarLanes(limbs.map(|limb| _mm512_set1_epi64(limb)))
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn limbs(lanes: &ScalarLanes) -> Limbs {
    lanes.0.map(|register| {
        let mut limbs = [0_i64; 8];
        // SAFETY: the array has eight words, as many as the register.
        unsafe { _mm512_storeu_si512(limbs.as_mut_ptr().cast(), register) };
        limbs[0]
    })
}
