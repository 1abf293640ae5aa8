//! The kernels on any limbs, for fuzzing.

use super::elements::words::{from_lanes, to_lanes};
use super::elements::{Fp8, WIDTH};
use super::engine::Avx2;
use super::kernels;
use super::pairs::{Pair, TwoProducts};
use crate::internals::Limbs;

/// Returns the limbs of `a·b/R + c` in each lane; `None` without the processor features.
#[must_use]
pub fn multiply_add(a: &Limbs, b: &Limbs, c: &Limbs) -> Option<Limbs> {
    run([a, b, c], |out, [a, b, c]| {
        // SAFETY: `run` has checked the processor features. The result is none of the operands.
        unsafe { kernels::multiply_add(out, a, b, c) };
    })
}

/// Returns the limbs of `a·a/R + c` in each lane; `None` without the processor features.
#[must_use]
pub fn square_add(a: &Limbs, c: &Limbs) -> Option<Limbs> {
    run([a, c], |out, [a, c]| {
        // SAFETY: `run` has checked the processor features. The result is none of the operands.
        unsafe { kernels::square_add(out, a, c) };
    })
}

/// Returns the limbs of `(a·b + d·e)/R + c` in each lane; `None` without the processor features.
#[must_use]
pub fn multiply_two_add([a, b, d, e]: [&Limbs; 4], c: &Limbs) -> Option<Limbs> {
    run([a, b, d, e, c], |out, operands| {
        let [a, b, d, e, mut sum] = operands.map(|operand| operand.0.map(Pair));
        let [a, b, d, e] = [&a, &b, &d, &e].map(|pairs| pairs.each_ref());
        let operands = TwoProducts { a, b, d, e };
        // SAFETY: `run` calls this only on a processor with the features. The operands and the sum are elements
        // of this function, and do not overlap.
        unsafe { kernels::multiply_two_add(&mut sum, &raw const operands) };
        *out = Fp8(sum.map(|pair| pair.0));
    })
}

fn run<const N: usize>(
    operands: [&Limbs; N],
    kernel: impl Fn(&mut Fp8, &[Fp8; N]),
) -> Option<Limbs> {
    Avx2::available()?;
    // SAFETY: the engine is available, so the processor has the features.
    let operands = operands.map(|limbs| unsafe { from_lanes(&floats(limbs)) });
    let mut out = operands[0];
    kernel(&mut out, &operands);
    // SAFETY: the engine is available, so the processor has the features.
    let lanes = unsafe { to_lanes(&out) };
    Some(lanes.map(|limbs| limbs.map(|limb| limb as i64)))
}

fn floats(limbs: &Limbs) -> [[f64; 8]; WIDTH] {
    limbs.map(|limbs| limbs.map(|limb| limb as f64))
}
