//! The trait that vector engines implement.

use core::fmt::Debug;

use blst::{blst_fp, blst_fp12};
use kzg_traits::bytes::FIELD_ELEMENTS_PER_CELL;
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;
use kzg_traits::{Exec, PointError};

use super::{Engine, OpeningDecoder};
use crate::curve::additions::{Batch, LANES};
use crate::curve::affine::G1Affine;
use crate::curve::jacobian::G1;
use crate::curve::line::{Line, LinePoint, MillerPair};
use crate::field::Fr;

/// Number of squares whose product is a power by the curve's parameter: the bits that are set in it.
pub(crate) const PARAMETER_SQUARES: usize = 6;

/// The operations of an engine that treats eight points or field elements side by side.
///
/// A value is the proof that the processor can run the engine. Methods with a default are optional.
pub(crate) trait VectorEngine: Debug + Sync {
    /// Returns the engine that this value stands for.
    fn engine(&self) -> Engine;

    /// Whether results are right in the current floating point mode of this thread.
    fn is_exact_on_this_thread(&self) -> bool {
        true
    }

    /// The fewest additions that take less time than scalar additions.
    fn fewest_additions(&self) -> usize;

    /// The fewest finite points whose decoding takes less time than scalar decoding.
    fn fewest_points(&self) -> usize;

    /// Creates an adder of this engine, with its own working memory.
    fn new_adder(&self) -> Box<dyn VectorAdder>;

    /// Computes `out[row] = Σ 2^t·sums[row·bits + t]` for at most eight rows of any points of the
    /// curve.
    ///
    /// # Panics
    ///
    /// If there are no rows, or fewer sums than `bits` for each.
    fn sum_rows(&self, sums: &[G1Affine], bits: usize, out: &mut [G1]);

    /// Doubles every point `times` times.
    fn double_many(&self, points: &mut [G1], times: usize);

    /// Returns the multiples by the absolute value of the curve's parameter, and a bit for every
    /// finite point whose multiple is infinity. Such a result may be wrong: the incomplete addition
    /// formula gives infinity too if a multiple on the way is equal or opposite to the point. That
    /// takes a point of small order.
    fn times_parameter(&self, points: &[G1; LANES]) -> ([G1; LANES], u8);

    /// Decodes at most eight points, infinity to all zeros. The points are checked to be on the
    /// curve, not to be in the subgroup.
    ///
    /// # Panics
    ///
    /// If there are more than eight encodings, or not as many results.
    fn uncompress(&self, encodings: &[[u8; 48]], out: &mut [Result<G1Affine, PointError>]);

    /// Returns a bit for each of at most eight points of the curve that lies in the subgroup and is not
    /// infinity, which never has a bit. So a finite point without a bit lies outside the subgroup.
    ///
    /// # Panics
    ///
    /// If there are no points.
    fn in_subgroup(&self, points: &[G1Affine]) -> u8;

    /// Does [`uncompress`](Self::uncompress) and [`in_subgroup`](Self::in_subgroup) for one or two
    /// points at the same time; `None`, without a change, if the engine cannot do that.
    ///
    /// # Panics
    ///
    /// If there are not as many results as encodings.
    fn uncompress_and_check(
        &self,
        _encodings: &[[u8; 48]],
        _out: &mut [Result<G1Affine, PointError>],
    ) -> Option<u8> {
        None
    }

    /// Returns the decoder of openings; `None` if the engine has none.
    fn opening_decoder(&self) -> Option<&dyn OpeningDecoder> {
        None
    }

    /// Returns the elements to the power of `exponent`, which is not zero and least significant
    /// word first.
    fn power(&self, elements: &[blst_fp; LANES], exponent: &[u64; 6]) -> [blst_fp; LANES];

    /// Returns the value at `z` of the polynomial with the given values; `None` if scalar arithmetic
    /// is faster.
    ///
    /// # Panics
    ///
    /// If the tables are for another number of values.
    fn evaluate(&self, _folding: &Folding<Fr>, _values: &[Fr], _z: Fr, _exec: &Exec) -> Option<Fr> {
        None
    }

    /// Does [`Backend::weighted_sum`](kzg_traits::Backend::weighted_sum) and returns true; returns false,
    /// without a change, if scalar arithmetic has to do it.
    ///
    /// # Panics
    ///
    /// If the length of a row differs from that of `out`.
    fn weighted_sum<'a>(
        &self,
        _weights: &[Fr],
        _row: &dyn Fn(usize) -> &'a [Fr],
        _out: &mut [Fr],
    ) -> bool {
        false
    }

    /// Does [`Backend::scale`](kzg_traits::Backend::scale) and returns true; returns false, without a change, if
    /// scalar arithmetic has to do it.
    fn scale(&self, _values: &mut [Fr], _factor: &Fr) -> bool {
        false
    }

    /// Does [`Domain::split`] and returns true; returns false, without a change, if scalar
    /// arithmetic has to do it.
    ///
    /// # Panics
    ///
    /// If the block lies outside the domain.
    fn split(&self, _: &Domain<Fr>, _values: &mut [Fr], _block: usize, _row_len: usize) -> bool {
        false
    }

    /// Does [`Domain::merge_unscaled`]; the result is that of [`split`](Self::split).
    ///
    /// # Panics
    ///
    /// If the block lies outside the domain.
    fn merge(&self, _: &Domain<Fr>, _values: &mut [Fr], _block: usize, _row_len: usize) -> bool {
        false
    }

    /// Does [`Backend::add_interpolations`](kzg_traits::Backend::add_interpolations) for at most eight rows and
    /// returns true; returns false, without a change, if one row after the other takes less time.
    ///
    /// # Panics
    ///
    /// If there is not one weight for each index, an index is 128 or larger, or a row does not have 64 values. If
    /// the result is false, none of this was checked.
    fn add_interpolations<'a>(
        &self,
        _: &Domain<Fr>,
        _cell_indices: &[usize],
        _weights: &[Fr],
        _row: &dyn Fn(usize) -> &'a [Fr],
        _sum: &mut [Fr; FIELD_ELEMENTS_PER_CELL],
    ) -> bool {
        false
    }

    /// Returns the product of the Miller loops of the pairs by the absolute value of the curve's
    /// parameter, up to factors that the final exponentiation maps to one; `None` if scalar arithmetic
    /// is faster.
    fn miller_loops(&self, _pairs: &[MillerPair<'_>]) -> Option<blst_fp12> {
        None
    }

    /// Whether the engine has [`pairings_are_one`](Self::pairings_are_one).
    fn computes_pairings_side_by_side(&self) -> bool {
        false
    }

    /// Returns a bit for each of eight products of two pairings that is one; `None` if the engine does
    /// not compute several products side by side. The lines of both points of G2, which are the same
    /// for all products, belong to the points of G1 at the same index. A point with zero coordinates
    /// stands for infinity.
    fn pairings_are_one(
        &self,
        _lines: [&[Line]; 2],
        _points: &[[LinePoint; LANES]; 2],
    ) -> Option<u8> {
        None
    }

    /// Returns the powers in the cyclotomic subgroup; `None` if scalar arithmetic is faster.
    fn cyclotomic(&self) -> Option<&dyn CyclotomicPowers> {
        None
    }
}

/// Batch affine additions of one engine, with their working memory.
pub(crate) trait VectorAdder: Debug + Send {
    /// Does all additions of a batch, of any points of the curve.
    ///
    /// # Panics
    ///
    /// If there are no additions, or an operand or a sum lies outside its list.
    fn add(&mut self, batch: &Batch<'_>, out: &mut [G1Affine]);
}

/// Powers in the cyclotomic subgroup for the final exponentiation of pairings. An engine has one of the
/// first two methods.
pub(crate) trait CyclotomicPowers {
    /// Returns an element of the cyclotomic subgroup squared `times[0]`, `times[1]`, .. times; the
    /// numbers ascend. Each element is given by its coefficients of `v`, `v²`, `w` and `v²·w`, two
    /// parts each.
    fn repeated_squares(
        &self,
        _element: &[blst_fp; LANES],
        _times: [usize; PARAMETER_SQUARES],
    ) -> Option<[[blst_fp; LANES]; PARAMETER_SQUARES]> {
        None
    }

    /// Returns `f^|x|` of an element of the cyclotomic subgroup, where `x` is the curve's parameter;
    /// `None` also if that cannot be computed by compressed squares, as for one.
    fn power_by_parameter(&self, _f: &blst_fp12) -> Option<blst_fp12> {
        None
    }

    /// Returns the product of any elements of `Fp12`.
    ///
    /// # Panics
    ///
    /// If there are no factors.
    fn product(&self, factors: &[blst_fp12]) -> blst_fp12 {
        let (first, rest) = factors.split_first().expect("factors");
        rest.iter().fold(*first, |mut product, factor| {
            // SAFETY: blst reads two field elements and writes one; they may be the same.
            unsafe { blst::blst_fp12_mul(&mut product, &product, factor) };
            product
        })
    }
}

/// Implements methods by functions that are compiled for the processor features of the engine.
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
