//! The trait that a BLS12-381 implementation supplies.

mod defaults;
mod exponent;
mod matrix_product;

use core::fmt::Debug;

use crate::algebra::{Fr, G1, G2, Group};
use crate::bytes::FIELD_ELEMENTS_PER_CELL;
use crate::domain::{Domain, row_count};
use crate::encoding::{compress_g1_affine, compress_g2_affine};
use crate::error::{Error, Item, PointError, SetupError};
use crate::exec::Exec;
use crate::folding::Folding;
use crate::precompute::Precompute;
use crate::subset_sums;

pub use defaults::{
    add_interpolations_by_row, decode_then_multiply, msm_fixed_each, msm_many_terms,
    scale_by_element, sha256_each, weighted_sum_by_element,
};
pub use exponent::small_exponent;
pub use matrix_product::MatrixProduct;

/// A BLS12-381 implementation, named by a zero-sized type.
///
/// The required items are the algebra, multi-scalar multiplication and pairings. The provided items
/// are bulk operations with a simple default. A backend overrides the operations that it computes
/// faster, and the tests compare each override with the default.
///
/// To write a backend, implement this trait and run `conformance` of the crate `kzg-testing` on it.
pub trait Backend: Copy + Debug + Send + Sync + 'static {
    /// The name by which people and programs choose the backend.
    const NAME: &'static str;
    /// Whether [`try_pairing_exponent`](Self::try_pairing_exponent) finds exponents.
    const FINDS_PAIRING_EXPONENTS: bool = false;
    /// The scalar field.
    type Fr: Fr;
    /// The group of commitments and proofs.
    type G1: G1<Scalar = Self::Fr>;
    /// The group of the setup's points for verification.
    type G2: G2<Scalar = Self::Fr>;
    /// Points that are fixed at setup, prepared for many multi-scalar multiplications.
    type Bases: Debug + Send + Sync + 'static;
    /// A fixed point of G2, prepared for many pairings.
    type PreparedG2: Debug + Send + Sync + 'static;

    /// Checks that the backend can run in this program and on this machine.
    ///
    /// # Errors
    ///
    /// [`SetupError::BackendUnavailable`] with what is missing, or another [`SetupError`] about the
    /// library that the backend loads. After an error, no other item of the backend may be used.
    fn available() -> Result<(), SetupError> {
        Ok(())
    }

    /// The name of the engine in use, for a backend that has several vector engines and chooses
    /// one at run time. All engines give the same results.
    fn engine() -> Option<&'static str> {
        None
    }

    /// Prepares fixed points of the subgroup for [`msm_fixed`](Self::msm_fixed), within the memory budget.
    fn prepare(points: &[Self::G1], precompute: Precompute, exec: &Exec) -> Self::Bases;

    /// The memory that prepared points take, in bytes.
    fn bases_memory(bases: &Self::Bases) -> usize;

    /// `Σ scalars[i]·points[i]` over the points that `bases` was prepared from.
    ///
    /// # Panics
    ///
    /// If the numbers of scalars and points differ.
    fn msm_fixed(bases: &Self::Bases, scalars: &[Self::Fr], exec: &Exec) -> Self::G1;

    /// `Σ scalars[i]·points[i]`. Here and in other operations on many points, the points must lie in the subgroup:
    /// a backend may use the endomorphism, which multiplies by a scalar only there.
    ///
    /// # Panics
    ///
    /// If the numbers of scalars and points differ.
    fn msm(points: &[Self::G1], scalars: &[Self::Fr], exec: &Exec) -> Self::G1;

    /// Prepares a point of G2 for [`pairing_check`](Self::pairing_check).
    fn prepare_g2(point: &Self::G2) -> Self::PreparedG2;

    /// Whether the product of the pairings `e(p, q)` is one.
    fn pairing_check(pairs: &[(Self::G1, &Self::PreparedG2)], exec: &Exec) -> bool;

    /// Computes [`pairing_check`](Self::pairing_check) with a backend whose library or device can
    /// fail. The protocol calls this method, so that a failure is never taken for a verdict.
    ///
    /// # Errors
    ///
    /// [`Error::Fault`] if the library or device gives no result.
    fn try_pairing_check(
        pairs: &[(Self::G1, &Self::PreparedG2)],
        exec: &Exec,
    ) -> Result<bool, Error> {
        Ok(Self::pairing_check(pairs, exec))
    }

    /// Whether each of several products of two pairings, `e(p[0], q[0])·e(p[1], q[1])` with the
    /// same points of G2, is one. An override is useful if a backend evaluates several products in
    /// the lanes of a vector unit.
    ///
    /// # Errors
    ///
    /// [`Error::Fault`] if the library or device gives no result for one of the products.
    ///
    /// # Panics
    ///
    /// If `products` and `out` differ in length.
    fn try_pairing_check_each(
        products: &[[Self::G1; 2]],
        q: [&Self::PreparedG2; 2],
        out: &mut [bool],
        exec: &Exec,
    ) -> Result<(), Error> {
        assert_eq!(products.len(), out.len(), "one verdict for each product");
        let each = exec.on_this_thread();
        exec.try_for_each_mut(out, |index, is_one| {
            let [first, second] = products[index];
            *is_one = Self::try_pairing_check(&[(first, q[0]), (second, q[1])], &each)?;
            Ok(())
        })
    }

    /// Returns some `k` below `bound` for which the product of the pairings of `power` is that of `base` to the power
    /// `k`, if there is one. Of a batch with one false item, the exponent tells the position of that item. By default
    /// no exponent is found. A backend that overrides the method also sets
    /// [`FINDS_PAIRING_EXPONENTS`](Self::FINDS_PAIRING_EXPONENTS).
    ///
    /// # Errors
    ///
    /// [`Error::Fault`] if the library or device gives no result.
    fn try_pairing_exponent(
        _base: &[(Self::G1, &Self::PreparedG2)],
        _power: &[(Self::G1, &Self::PreparedG2)],
        _bound: usize,
        _exec: &Exec,
    ) -> Result<Option<usize>, Error> {
        Ok(None)
    }

    /// Computes several multi-scalar multiplications over prepared points; `out[i]` is the result
    /// of `jobs[i]`. The jobs are many blobs over the same points, or the columns of FK20, each
    /// over its own points.
    ///
    /// # Panics
    ///
    /// If `out` and `jobs` differ in length, or the numbers of scalars and points of a job differ.
    fn msm_fixed_many(jobs: &[(&Self::Bases, &[Self::Fr])], out: &mut [Self::G1], exec: &Exec) {
        msm_fixed_each::<Self>(jobs, out, exec);
    }

    /// Computes several multi-scalar multiplications of the same small size, each over points of its
    /// own: with `n = points.len() / out.len()`, the result `out[i]` is that of the `n` points and
    /// scalars from `i·n` on. An override is useful if a backend computes independent sums side by side.
    ///
    /// # Panics
    ///
    /// If the numbers of points and scalars differ, or are no multiple of the number of results.
    fn msm_many(points: &[Self::G1], scalars: &[Self::Fr], out: &mut [Self::G1], exec: &Exec) {
        let n = msm_many_terms(points.len(), scalars.len(), out.len());
        let each = exec.on_this_thread();
        exec.for_each_mut(out, |index, sum| {
            let terms = index * n..(index + 1) * n;
            *sum = Self::msm(&points[terms.clone()], &scalars[terms], &each);
        });
    }

    /// Multiplies matrices of scalars by points that are not prepared. Each row of a matrix is a
    /// multi-scalar multiplication; all rows of a matrix use the same points.
    ///
    /// # Panics
    ///
    /// If the number of elements of a matrix is not its number of rows times its number of points. A
    /// backend may also refuse more than 64 points, the number of field elements in a cell.
    fn multiply_matrices(jobs: &mut [MatrixProduct<'_, Self>], exec: &Exec) {
        exec.for_each_mut(jobs, |_, job| {
            subset_sums::multiply_matrix(job.matrix, job.points, job.out);
        });
    }

    /// Decodes and checks compressed points; `out[i]` is the result for `encodings[i]`. An encoding is the x coordinate
    /// as 48 big-endian bytes, with the flags of [`encoding`](crate::encoding) in the first byte.
    ///
    /// # Panics
    ///
    /// If `encodings` and `out` differ in length.
    fn g1_from_bytes_many(
        encodings: &[[u8; 48]],
        out: &mut [Result<Self::G1, PointError>],
        exec: &Exec,
    ) {
        assert_eq!(encodings.len(), out.len(), "one result for each encoding");
        exec.for_each_mut(out, |index, point| {
            *point = Self::G1::from_bytes(&encodings[index]);
        });
    }

    /// As [`g1_from_bytes_many`](Self::g1_from_bytes_many), but a backend may check the subgroup
    /// membership of all points together, with an error probability below `2^-127`: see
    /// [`SubgroupCheck::Batched`](crate::SubgroupCheck::Batched).
    ///
    /// # Panics
    ///
    /// If `encodings` and `out` differ in length.
    fn g1_from_bytes_batched(
        encodings: &[[u8; 48]],
        out: &mut [Result<Self::G1, PointError>],
        exec: &Exec,
    ) {
        Self::g1_from_bytes_many(encodings, out, exec);
    }

    /// Decodes compressed points as [`g1_from_bytes_many`](Self::g1_from_bytes_many) does, but may leave the subgroup
    /// check to [`g1_check_subgroup`](Self::g1_check_subgroup): a point of the curve outside the subgroup need not
    /// be an error here. A backend overrides both methods or neither.
    ///
    /// The protocol checks the subgroup while other threads compute with the points. The results are not used if
    /// a point lies outside, so that they may be wrong; but [`msm`](Self::msm),
    /// [`try_pairing_check`](Self::try_pairing_check) and the operations of the group must not panic or take much
    /// longer. An error of the pairing check is not used either.
    ///
    /// # Panics
    ///
    /// If `encodings` and `out` differ in length.
    fn g1_on_curve_from_bytes_many(
        encodings: &[[u8; 48]],
        out: &mut [Result<Self::G1, PointError>],
        exec: &Exec,
    ) {
        Self::g1_from_bytes_many(encodings, out, exec);
    }

    /// Sets `verdicts[i]` to [`PointError::Subgroup`] for each point `i` outside the subgroup, and leaves the other
    /// verdicts as they are. The points are those that
    /// [`g1_on_curve_from_bytes_many`](Self::g1_on_curve_from_bytes_many) decoded, and the identity. By default that
    /// method has checked them.
    ///
    /// # Panics
    ///
    /// If the numbers of points and verdicts differ.
    fn g1_check_subgroup(
        points: &[Self::G1],
        verdicts: &mut [Result<(), PointError>],
        _exec: &Exec,
    ) {
        assert_eq!(points.len(), verdicts.len(), "one verdict for each point");
    }

    /// Decodes and checks the commitment and the proof of an opening, and returns
    /// `[commitment + z·proof - y·generator, proof]`, the points of its pairing equation. An override is
    /// useful if a backend multiplies the proof by doublings that its subgroup check has computed.
    ///
    /// # Errors
    ///
    /// [`Item::Commitment`] or [`Item::Proof`] with the reason, the commitment first.
    fn decode_opening(
        encodings: [&[u8; 48]; 2],
        z: Self::Fr,
        y: Self::Fr,
        exec: &Exec,
    ) -> Result<[Self::G1; 2], (Item, PointError)> {
        decode_then_multiply::<Self>(encodings, z, y, exec)
    }

    /// Computes the SHA-256 of several messages; `out[i]` is that of the concatenated parts of
    /// `messages[i]`. An override is useful if a backend hashes messages side by side.
    ///
    /// # Panics
    ///
    /// If there are not as many results as messages.
    fn sha256_many<const PARTS: usize>(messages: &[[&[u8]; PARTS]], out: &mut [[u8; 32]]) {
        sha256_each(messages, out);
    }

    /// Decodes field elements of 32 big-endian bytes.
    ///
    /// # Errors
    ///
    /// The position of the first element that is not canonical.
    ///
    /// # Panics
    ///
    /// If `encodings` and `out` differ in length.
    fn fr_from_bytes_many(encodings: &[[u8; 32]], out: &mut [Self::Fr]) -> Result<(), usize> {
        assert_eq!(encodings.len(), out.len(), "one result for each encoding");
        for (index, (element, encoding)) in out.iter_mut().zip(encodings).enumerate() {
            *element = Self::Fr::from_bytes(encoding).ok_or(index)?;
        }
        Ok(())
    }

    /// Computes `out[i] = Σ_k weights[k]·row(k)[i]`. Each row has as many elements as `out`. The rows may be
    /// raw; then the results are raw too, see [`Fr::RAW_UNIT`]. `row` may be called several times with the
    /// same position, and must return the same row.
    ///
    /// # Panics
    ///
    /// If the length of a row differs from that of `out`, unless `out` is empty.
    fn weighted_sum<'a>(
        weights: &[Self::Fr],
        row: impl Fn(usize) -> &'a [Self::Fr],
        out: &mut [Self::Fr],
    ) {
        weighted_sum_by_element::<Self>(weights, row, out);
    }

    /// Multiplies every value by the factor. The values may be raw; then the results are raw too, see
    /// [`Fr::RAW_UNIT`].
    fn scale(values: &mut [Self::Fr], factor: Self::Fr) {
        scale_by_element(values, factor);
    }

    /// Evaluates at `z` the polynomial with the given values, as [`Folding::evaluate`] does.
    ///
    /// # Panics
    ///
    /// If the number of values is not [`Folding::values`].
    fn evaluate(
        folding: &Folding<Self::Fr>,
        values: &[Self::Fr],
        z: Self::Fr,
        exec: &Exec,
    ) -> Self::Fr {
        folding.evaluate(values, z, &mut exec.scratch_vec())
    }

    /// Replaces the coefficients of a polynomial, in natural order, by its values at the roots of
    /// unity of order `values.len()`, in bit-reversed order.
    ///
    /// # Panics
    ///
    /// If the length is no power of two, or larger than the domain.
    fn fft_fr(domain: &Domain<Self::Fr>, values: &mut [Self::Fr]) {
        Self::split_fr(domain, values, 0, 1);
    }

    /// The inverse of [`fft_fr`](Self::fft_fr).
    ///
    /// # Panics
    ///
    /// If the length is no power of two, or larger than the domain.
    fn ifft_fr(domain: &Domain<Self::Fr>, values: &mut [Self::Fr]) {
        Self::merge_fr(domain, values, 0, 1);
    }

    /// Computes [`Domain::split`].
    ///
    /// # Panics
    ///
    /// If a length is no power of two, or the block lies outside the domain.
    fn split_fr(domain: &Domain<Self::Fr>, values: &mut [Self::Fr], block: usize, row_len: usize) {
        domain.split(values, block, row_len);
    }

    /// Computes [`Domain::merge`].
    ///
    /// # Panics
    ///
    /// If a length is no power of two, or the block lies outside the domain.
    fn merge_fr(domain: &Domain<Self::Fr>, values: &mut [Self::Fr], block: usize, row_len: usize) {
        Self::merge_fr_unscaled(domain, values, block, row_len);
        Self::scale(
            values,
            domain.inverse_size(row_count(values.len(), row_len)),
        );
    }

    /// Computes [`Domain::merge_unscaled`].
    ///
    /// # Panics
    ///
    /// If a length is no power of two, or the block lies outside the domain.
    fn merge_fr_unscaled(
        domain: &Domain<Self::Fr>,
        values: &mut [Self::Fr],
        block: usize,
        row_len: usize,
    ) {
        domain.merge_unscaled(values, block, row_len);
    }

    /// Adds weighted polynomials to `sum`: `sum += 64·Σ_k weights[k]·I_k`, where `I_k` has a degree below 64 and
    /// takes the values `row(k)` at the roots of unity of cell `cell_indices[k]`, in bit-reversed order. The rows
    /// may be raw; then the sum must be raw too, see [`Fr::RAW_UNIT`]. `row` may be called several times with the
    /// same position, and must return the same row.
    ///
    /// # Panics
    ///
    /// If there is not one weight for each index, an index is 128 or larger, or a row does not have 64 values.
    fn add_interpolations<'a>(
        domain: &Domain<Self::Fr>,
        cell_indices: &[usize],
        weights: &[Self::Fr],
        row: impl Fn(usize) -> &'a [Self::Fr],
        sum: &mut [Self::Fr; FIELD_ELEMENTS_PER_CELL],
    ) {
        add_interpolations_by_row::<Self>(domain, cell_indices, weights, row, sum);
    }

    /// A point of G1 from its affine coordinates, 48 big-endian bytes each. A backend may omit
    /// expensive checks: only the embedded setup is read in this way, and its hash is pinned.
    ///
    /// # Errors
    ///
    /// A [`PointError`] if the backend notices that the coordinates are invalid.
    fn g1_from_trusted_affine(affine: &[u8; 96]) -> Result<Self::G1, PointError> {
        Self::G1::from_bytes(&compress_g1_affine(affine))
    }

    /// A point of G2 from its affine coordinates, each `c1` then `c0`, 48 big-endian bytes
    /// each; otherwise as [`g1_from_trusted_affine`](Self::g1_from_trusted_affine).
    ///
    /// # Errors
    ///
    /// A [`PointError`] if the backend notices that the coordinates are invalid.
    fn g2_from_trusted_affine(affine: &[u8; 192]) -> Result<Self::G2, PointError> {
        Self::G2::from_bytes(&compress_g2_affine(affine))
    }
}
