//! The way into the AVX2 engine.

use core::arch::asm;

use blst::blst_fp;
use kzg_traits::PointError;

use super::elements::Fp8;
use super::{cyclotomic, decoding, horner, jacobian};
use crate::engine::{CyclotomicSquares, LANES, PARAMETER_SQUARES, VectorEngine, VectorMemory};
use crate::group::G1;
use crate::msm::affine::G1Affine;
use crate::msm::batch_affine::Batch;

/// The AVX2 engine. A value exists only where the processor has AVX2 and FMA.
#[derive(Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The engine, if the processor can run it and is in the usual floating point mode. The mode
    /// is a matter of the thread, and may change: to be asked for every batch.
    pub(crate) fn available() -> Option<&'static Self> {
        let features = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        (features && mode_is_the_usual()).then_some(&Self(()))
    }
}

/// Whether the processor rounds to the nearest and has all floating point exceptions masked, as
/// every program starts. Otherwise the kernels are not exact, or trap: rounding is what they do.
fn mode_is_the_usual() -> bool {
    const MASKS_AND_ROUNDING: u32 = 0x7f80;
    const MASKED_AND_NEAREST: u32 = 0x1f80;
    let mut mode = 0_u32;
    // SAFETY: writes four bytes to a variable of four.
    unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut mode, options(nostack, preserves_flags)) };
    mode & MASKS_AND_ROUNDING == MASKED_AND_NEAREST
}

impl VectorEngine for Avx2 {
    fn fewest_additions(&self) -> usize {
        8
    }

    fn fewest_points(&self) -> usize {
        3
    }

    fn add(
        &self,
        memory: &mut VectorMemory,
        batch: &Batch<'_>,
        out: &mut [G1Affine],
        exceptional: &mut Vec<usize>,
    ) {
        // SAFETY: the processor has the features, by `self`.
        unsafe { memory.avx2.add(batch, out, exceptional) }
    }

    fn sum_rows(&self, sums: &[G1Affine], bits: usize, out: &mut [G1]) -> u8 {
        // SAFETY: the processor has the features, by `self`.
        unsafe { horner::sum_rows(sums, bits, out) }
    }

    fn double_many(&self, points: &mut [G1], times: usize) {
        // SAFETY: the processor has the features, by `self`.
        unsafe { jacobian::double_many(points, times) }
    }

    fn times_parameter(&self, points: &[G1; LANES]) -> ([G1; LANES], u8) {
        // SAFETY: the processor has the features, by `self`.
        unsafe { jacobian::times_parameter(points) }
    }

    fn uncompress(&self, encodings: &[[u8; 48]], out: &mut [Result<G1Affine, PointError>]) {
        // SAFETY: the processor has the features, by `self`.
        unsafe { decoding::uncompress(encodings, out) }
    }

    fn in_subgroup(&self, points: &[G1Affine]) -> u8 {
        // SAFETY: the processor has the features, by `self`.
        unsafe { decoding::in_subgroup(points) }
    }

    fn power(&self, elements: &[blst_fp; LANES], exponent: &[u64; 6]) -> [blst_fp; LANES] {
        // SAFETY: the processor has the features, by `self`.
        unsafe { Fp8::from_array(elements).carry().power(exponent).array() }
    }

    fn cyclotomic(&self) -> Option<&dyn CyclotomicSquares> {
        Some(self)
    }
}

impl CyclotomicSquares for Avx2 {
    fn repeated(
        &self,
        element: &[blst_fp; LANES],
        times: [usize; PARAMETER_SQUARES],
    ) -> [[blst_fp; LANES]; PARAMETER_SQUARES] {
        // SAFETY: the processor has the features, by `self`.
        unsafe { cyclotomic::repeated_squares(element, times) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets the control and status register of this thread.
    fn set_mode(mode: u32) {
        // SAFETY: reads four bytes from a variable of four; the caller puts the mode back.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const mode, options(nostack)) };
    }

    #[test]
    fn another_rounding_mode_or_unmasked_exceptions_keep_the_engine_away() {
        if Avx2::available().is_none() {
            return;
        }
        const USUAL: u32 = 0x1f80;
        const TOWARDS_ZERO: u32 = USUAL | 0x6000;
        const INEXACT_TRAPS: u32 = USUAL & !0x1000;
        for mode in [TOWARDS_ZERO, INEXACT_TRAPS] {
            set_mode(mode);
            let available = Avx2::available().is_some();
            set_mode(USUAL);
            assert!(!available);
        }
        assert!(Avx2::available().is_some());
    }
}
