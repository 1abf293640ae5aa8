//! The lane arithmetic of the base field on any limbs, for fuzzing.

use super::engine::Ifma;
use super::field::Lanes;
use crate::internals::Limbs;

/// Returns the limbs of `a·b / 2^384` in each lane, for loose `a` and normal `b`; `None` without the
/// processor features.
#[must_use]
pub fn multiply(a: &Limbs, b: &Limbs) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe { to_limbs(&from_limbs(a).multiply(&from_limbs(b))) })
}

/// Returns the limbs of `a² / 2^384` in each lane, for normal `a`.
#[must_use]
pub fn square(a: &Limbs) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe { to_limbs(&from_limbs(a).square()) })
}

/// Returns the limbs of `(a·b + c·d) / 2^384` in each lane, for loose `a` and `c` and normal `b` and
/// `d`.
#[must_use]
pub fn sum_of_products([a, b, c, d]: [&Limbs; 4]) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe {
        let [a, b, c, d] = [from_limbs(a), from_limbs(b), from_limbs(c), from_limbs(d)];
        let sum = Lanes::sum_of_products([&a, &c], [&b.factors(), &d.factors()]);
        to_limbs(&sum.normalize())
    })
}

/// Returns the limbs of `a - b` modulo `p` in each lane, below `1.1p`, for `a` below `4p` with limbs that are
/// not negative, and `b` up to `11p` with limbs below 2^51.
#[must_use]
pub fn reduced_difference(a: &Limbs, b: &Limbs) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe { to_limbs(&from_limbs(a).reduced_difference(&from_limbs(b))) })
}

/// Returns the canonical limbs in each lane of elements below `4p`.
#[must_use]
pub fn canonical(a: &Limbs) -> Option<Limbs> {
    Ifma::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    Some(unsafe { to_limbs(&from_limbs(a).canonical()) })
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn from_limbs(limbs: &Limbs) -> Lanes {
    let mut lanes = Lanes::zero();
    for (lane, limbs) in limbs.iter().enumerate() {
        lanes = lanes.replace_where(1 << lane, &Lanes::splat(limbs));
    }
    lanes
}

#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn to_limbs(lanes: &Lanes) -> Limbs {
    let mut limbs = [[0; 8]; 8];
    for (i, register) in lanes.0.into_iter().enumerate() {
        let mut lane = [0_i64; 8];
        // SAFETY: the array has eight words, as many as the register.
        unsafe { core::arch::x86_64::_mm512_storeu_si512(lane.as_mut_ptr().cast(), register) };
        for (limbs, limb) in limbs.iter_mut().zip(lane) {
            limbs[i] = limb;
        }
    }
    limbs
}
