//! The trait that vector engines implement.

use core::fmt::Debug;

use blst::blst_fp;
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;
use kzg_traits::{Exec, PointError};

use super::Engine;
use crate::curve::additions::{Batch, LANES};
use crate::curve::affine::G1Affine;
use crate::curve::jacobian::G1;
use crate::field::Fr;

/// Squares that make up a power by the curve's parameter: its bits that are set.
pub(crate) const PARAMETER_SQUARES: usize = 6;

/// What an engine does for eight points side by side. A value is the proof that the processor
/// can run it.
pub(crate) trait VectorEngine: Debug + Sync {
    /// Which engine it is.
    fn engine(&self) -> Engine;

    /// Whether it gives the right results in the floating point mode that this thread is in now.
    fn is_exact_on_this_thread(&self) -> bool {
        true
    }

    /// Below this many additions scalar ones take less time.
    fn fewest_additions(&self) -> usize;

    /// Below this many points scalar decoding takes less time.
    fn fewest_points(&self) -> usize;

    /// An adder of this engine, with working memory of its own.
    fn new_adder(&self) -> Box<dyn VectorAdder>;

    /// `out[row] = Σ 2^t·sums[row·bits + t]` for at most eight rows.
    ///
    /// # Panics
    ///
    /// If there are no rows, or fewer sums.
    fn sum_rows(&self, sums: &[G1Affine], bits: usize, out: &mut [G1]);

    /// Doubles every point so many times.
    fn double_many(&self, points: &mut [G1], times: usize);

    /// The multiples by the absolute value of the curve's parameter, and a bit for every finite
    /// point whose multiple came out as infinity: that result may be wrong, because the point or a
    /// multiple of it on the way has a small order.
    fn times_parameter(&self, points: &[G1; LANES]) -> ([G1; LANES], u8);

    /// Decodes at most eight points, all zeros for infinity: on the curve, but not checked to be
    /// in the subgroup.
    ///
    /// # Panics
    ///
    /// If there are more, or not as many results.
    fn uncompress(&self, encodings: &[[u8; 48]], out: &mut [Result<G1Affine, PointError>]);

    /// A bit for every one of at most eight points of the curve that was found to lie in the
    /// subgroup. The others may still be infinity, or points for which the formulas have no
    /// answer.
    ///
    /// # Panics
    ///
    /// If there are no points.
    fn in_subgroup(&self, points: &[G1Affine]) -> u8;

    /// The elements to the power of an exponent that is not zero.
    fn power(&self, elements: &[blst_fp; LANES], exponent: &[u64; 6]) -> [blst_fp; LANES];

    /// The value at `z` of the polynomial with the given values; `None` if scalar arithmetic is
    /// the faster one.
    ///
    /// # Panics
    ///
    /// If there are not as many values as the tables are for.
    fn evaluate(&self, _folding: &Folding<Fr>, _values: &[Fr], _z: Fr, _exec: &Exec) -> Option<Fr> {
        None
    }

    /// [`Domain::split`]; gives back whether it was done, or else scalar arithmetic has to.
    ///
    /// # Panics
    ///
    /// If the block lies outside the domain.
    fn split(&self, _: &Domain<Fr>, _values: &mut [Fr], _block: usize, _row_len: usize) -> bool {
        false
    }

    /// [`Domain::merge_unscaled`], as [`split`](Self::split).
    ///
    /// # Panics
    ///
    /// If the block lies outside the domain.
    fn merge(&self, _: &Domain<Fr>, _values: &mut [Fr], _block: usize, _row_len: usize) -> bool {
        false
    }

    /// Squares in the cyclotomic subgroup; `None` if scalar arithmetic is the faster one.
    fn cyclotomic(&self) -> Option<&dyn CyclotomicSquares> {
        None
    }
}

/// Additions that share an inversion, and their working memory.
pub(crate) trait VectorAdder: Debug + Send {
    /// Does all additions of a batch.
    ///
    /// # Panics
    ///
    /// If there are no additions, or an operand or a sum lies outside its list.
    fn add(&mut self, batch: &Batch<'_>, out: &mut [G1Affine]);
}

/// What an engine does for the final exponentiation of pairings.
pub(crate) trait CyclotomicSquares {
    /// An element of the cyclotomic subgroup, squared so many times, the numbers ascending. Of
    /// every element there are the coefficients of `v`, `v²`, `w` and `v²·w`, two parts each.
    fn repeated(
        &self,
        element: &[blst_fp; LANES],
        times: [usize; PARAMETER_SQUARES],
    ) -> [[blst_fp; LANES]; PARAMETER_SQUARES];
}

/// Implements methods by functions that need the processor features of the engine.
#[cfg(target_arch = "x86_64")]
macro_rules! delegate {
    ($(fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $function:path;)*) => {$(
        fn $name(&self, $($argument: $type),*) $(-> $result)? {
            // SAFETY: a value of the engine exists only where the processor has the features.
            unsafe { $function($($argument),*) }
        }
    )*};
}

#[cfg(target_arch = "x86_64")]
pub(crate) use delegate;
