//! The functions, as tables of pointers.
//!
//! A call through a table takes as long as a call of a linked function. All symbols of a table are
//! resolved together: either the library has all of them, or the result names the symbols that the
//! library lacks.
//!
//! # Differences from the headers
//!
//! The headers were compared with a build of commit `e6bee85e` (2026-05-06). Where they differ,
//! these declarations follow the build:
//!
//! - `serialize_scalar` returns nothing, though its header declares a status.
//! - `batch_affine` writes to the array that its header calls constant.
//! - A multi-scalar multiplication of no points leaves a result that is not the neutral element.
//! - `fr_unmarshalBE` and `fp_unmarshalBE` reduce a non-canonical integer and return `true`.
//! - `fr_inv` of zero is zero.
//! - `ctt_eth_kzg_context_new_with_precompute` makes no tables for numbers below one.
//! - The calls on a null context crash, or return 2.
//!
//! Some functions are not declared: `*_cneg_in_place`, which ignores its condition; the threadpool
//! and all `_parallel` functions, which crash on any thread except the one that made the pool; the
//! batch verifications, whose factors are unsafe if the random bytes are zero.

use core::ffi::{c_char, c_int, c_void};

use crate::types::{Big255, Context, Fp, Fp2, Fr, G1Affine, G1Jacobian, G2Affine, G2Jacobian};

/// Defines a table of functions, its list of symbols, and the functions that fill the table.
macro_rules! functions {
    (
        $(#[$doc:meta])* $table:ident {
            $($(#[$field_doc:meta])* $field:ident = $symbol:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $table {
            $($(#[$field_doc])* pub $field: unsafe extern "C" fn($($argument: $type),*) $(-> $result)?,)+
        }

        impl $table {
            /// The symbols that a library must have.
            pub const SYMBOLS: &'static [&'static str] = &[$(stringify!($symbol)),+];

            /// The table of the functions that `address` finds.
            ///
            /// # Errors
            ///
            /// All symbols that `address` does not find.
            ///
            /// # Safety
            ///
            /// What `address` returns for a symbol must be, for the rest of the program, the
            /// address of a function with the signature declared here.
            pub(crate) unsafe fn resolve(
                address: impl Fn(&str) -> Option<core::ptr::NonNull<c_void>>,
            ) -> Result<Self, Vec<&'static str>> {
                $(let $field = address(stringify!($symbol));)+
                match ($($field,)+) {
                    ($(Some($field),)+) => Ok(Self {
                        $(
                            // SAFETY: by the contract of this function, the address is that of a
                            // function with this signature; both types have the size of a
                            // pointer.
                            $field: unsafe {
                                core::mem::transmute::<
                                    core::ptr::NonNull<c_void>,
                                    unsafe extern "C" fn($($type),*) $(-> $result)?,
                                >($field)
                            },
                        )+
                    }),
                    ($($field,)+) => {
                        let found = [$($field.is_some()),+];
                        Err(Self::SYMBOLS
                            .iter()
                            .zip(found)
                            .filter_map(|(symbol, found)| (!found).then_some(*symbol))
                            .collect())
                    }
                }
            }

            /// The table of the linked archive's functions.
            #[cfg(constantine_linked)]
            pub(crate) fn linked() -> Self {
                unsafe extern "C" {
                    $(fn $symbol($($argument: $type),*) $(-> $result)?;)+
                }
                Self { $($field: $symbol),+ }
            }
        }
    };
}

functions! {
    /// Field, groups, codecs and pairing, which every build of the library exports.
    ///
    /// All pointers must be valid for the data that the function reads or writes through them, and
    /// aligned as their types require. Results may alias operands. No function keeps a pointer, and
    /// any number of threads may call the functions at the same time.
    LowLevel {
        /// `*r = 1`.
        fr_set_one = ctt_bls12_381_fr_set_one(r: *mut Fr);
        /// `*r = a + b`.
        fr_sum = ctt_bls12_381_fr_sum(r: *mut Fr, a: *const Fr, b: *const Fr);
        /// `*r = a - b`.
        fr_diff = ctt_bls12_381_fr_diff(r: *mut Fr, a: *const Fr, b: *const Fr);
        /// `*r = -a`.
        fr_neg = ctt_bls12_381_fr_neg(r: *mut Fr, a: *const Fr);
        /// `*r = a·b`.
        fr_prod = ctt_bls12_381_fr_prod(r: *mut Fr, a: *const Fr, b: *const Fr);
        /// `*r = a²`.
        fr_square = ctt_bls12_381_fr_square(r: *mut Fr, a: *const Fr);
        /// `*r = 1/a`; zero if `a` is zero.
        fr_inv = ctt_bls12_381_fr_inv(r: *mut Fr, a: *const Fr);
        /// Converts an integer, which must be below the group order, to an element.
        fr_from_big255 = ctt_bls12_381_fr_from_big255(r: *mut Fr, a: *const Big255);
        /// Decodes `length` big-endian bytes, at most 32, and reduces the integer modulo the group
        /// order. Returns a `bool`.
        fr_unmarshal_be = ctt_bls12_381_fr_unmarshalBE(r: *mut Fr, bytes: *const u8, length: usize) -> u8;
        /// Encodes the canonical integer as `length` big-endian bytes, at least 32. Returns a
        /// `bool`.
        fr_marshal_be = ctt_bls12_381_fr_marshalBE(bytes: *mut u8, length: usize, a: *const Fr) -> u8;
        /// Decodes 32 big-endian bytes to an integer; zero unless the integer is below the group
        /// order. Returns a [`scalar`](crate::status::scalar) status.
        deserialize_scalar = ctt_bls12_381_deserialize_scalar(r: *mut Big255, bytes: *const u8) -> u8;
        /// Encodes an integer as 32 big-endian bytes. Returns nothing, although the header declares
        /// a status.
        serialize_scalar = ctt_bls12_381_serialize_scalar(bytes: *mut u8, a: *const Big255);

        /// Decodes `length` big-endian bytes, at most 48, and reduces the integer modulo the field
        /// modulus. Returns a `bool`.
        fp_unmarshal_be = ctt_bls12_381_fp_unmarshalBE(r: *mut Fp, bytes: *const u8, length: usize) -> u8;
        /// Encodes the canonical integer as `length` big-endian bytes, at least 48. Returns a
        /// `bool`.
        fp_marshal_be = ctt_bls12_381_fp_marshalBE(bytes: *mut u8, length: usize, a: *const Fp) -> u8;

        /// Returns a value other than zero if the coordinates are those of a point of the curve.
        g1_is_on_curve = ctt_bls12_381_g1_aff_is_on_curve(x: *const Fp, y: *const Fp) -> usize;
        /// Returns a value other than zero if the two points are the same.
        g1_is_eq = ctt_bls12_381_g1_jac_is_eq(a: *const G1Jacobian, b: *const G1Jacobian) -> usize;
        /// `*r = a + b`, for any two points.
        g1_sum = ctt_bls12_381_g1_jac_sum(r: *mut G1Jacobian, a: *const G1Jacobian, b: *const G1Jacobian);
        /// `*r = a - b`, for any two points.
        g1_diff = ctt_bls12_381_g1_jac_diff(r: *mut G1Jacobian, a: *const G1Jacobian, b: *const G1Jacobian);
        /// `*r = -a`.
        g1_neg = ctt_bls12_381_g1_jac_neg(r: *mut G1Jacobian, a: *const G1Jacobian);
        /// `*r = 2·a`.
        g1_double = ctt_bls12_381_g1_jac_double(r: *mut G1Jacobian, a: *const G1Jacobian);
        /// Converts a point to affine coordinates.
        g1_affine = ctt_bls12_381_g1_jac_affine(r: *mut G1Affine, a: *const G1Jacobian);
        /// Converts `n` points to affine coordinates with one inversion.
        g1_batch_affine = ctt_bls12_381_g1_jac_batch_affine(r: *mut G1Affine, a: *const G1Jacobian, n: usize);
        /// Converts a point to Jacobian coordinates.
        g1_from_affine = ctt_bls12_381_g1_jac_from_affine(r: *mut G1Jacobian, a: *const G1Affine);
        /// `*p = k·*p`, in variable time.
        g1_mul = ctt_bls12_381_g1_jac_scalar_mul_fr_coef_vartime(p: *mut G1Jacobian, k: *const Fr);
        /// `*r = Σ coefficients[i]·points[i]`, in variable time; `n` must not be zero.
        g1_msm = ctt_bls12_381_g1_jac_multi_scalar_mul_fr_coefs_vartime(r: *mut G1Jacobian, coefficients: *const Fr, points: *const G1Affine, n: usize);
        /// Compresses a point to 48 bytes. Returns a [`point`](crate::status::point) status.
        g1_serialize = ctt_bls12_381_serialize_g1_compressed(bytes: *mut u8, a: *const G1Affine) -> u8;
        /// Decodes a point of 48 bytes and checks that it is in the subgroup. Returns a
        /// [`point`](crate::status::point) status.
        g1_deserialize = ctt_bls12_381_deserialize_g1_compressed(r: *mut G1Affine, bytes: *const u8) -> u8;

        /// Returns a value other than zero if the coordinates are those of a point of the curve.
        g2_is_on_curve = ctt_bls12_381_g2_aff_is_on_curve(x: *const Fp2, y: *const Fp2) -> usize;
        /// Returns a value other than zero if the two points are the same.
        g2_is_eq = ctt_bls12_381_g2_jac_is_eq(a: *const G2Jacobian, b: *const G2Jacobian) -> usize;
        /// `*r = a + b`, for any two points.
        g2_sum = ctt_bls12_381_g2_jac_sum(r: *mut G2Jacobian, a: *const G2Jacobian, b: *const G2Jacobian);
        /// `*r = a - b`, for any two points.
        g2_diff = ctt_bls12_381_g2_jac_diff(r: *mut G2Jacobian, a: *const G2Jacobian, b: *const G2Jacobian);
        /// `*r = -a`.
        g2_neg = ctt_bls12_381_g2_jac_neg(r: *mut G2Jacobian, a: *const G2Jacobian);
        /// `*r = 2·a`.
        g2_double = ctt_bls12_381_g2_jac_double(r: *mut G2Jacobian, a: *const G2Jacobian);
        /// Converts a point to affine coordinates.
        g2_affine = ctt_bls12_381_g2_jac_affine(r: *mut G2Affine, a: *const G2Jacobian);
        /// Converts a point to Jacobian coordinates.
        g2_from_affine = ctt_bls12_381_g2_jac_from_affine(r: *mut G2Jacobian, a: *const G2Affine);
        /// `*p = k·*p`, in variable time.
        g2_mul = ctt_bls12_381_g2_jac_scalar_mul_fr_coef_vartime(p: *mut G2Jacobian, k: *const Fr);
        /// Compresses a point to 96 bytes. Returns a [`point`](crate::status::point) status.
        g2_serialize = ctt_bls12_381_serialize_g2_compressed(bytes: *mut u8, a: *const G2Affine) -> u8;
        /// Decodes a point of 96 bytes and checks that it is in the subgroup. Returns a
        /// [`point`](crate::status::point) status.
        g2_deserialize = ctt_bls12_381_deserialize_g2_compressed(r: *mut G2Affine, bytes: *const u8) -> u8;

        /// Writes to the last of 32 bytes whether the product of pairings is one. The input is 384
        /// bytes for each pair, at least one: the coordinates of the point of G1, then those of the
        /// point of G2, `c0` before `c1`, each as 64 big-endian bytes. Every point is checked to be
        /// in its subgroup. Returns an [`evm`](crate::status::evm) status.
        pairing_check = ctt_eth_evm_bls12381_pairingcheck(result: *mut u8, result_length: usize, pairs: *const u8, pairs_length: usize) -> u8;
    }
}

functions! {
    /// The calls on a context. The static archive has all of them. The stock shared library does
    /// not export the functions that make and delete a context.
    ///
    /// The contract is that of [`LowLevel`]. In addition, a context must come from
    /// `new_with_precompute`, must not be null, and may be used by any number of threads until it
    /// is deleted. The statuses are those of [`kzg`](crate::status::kzg).
    ContextCalls {
        /// Makes a context from a file in c-kzg's text format, format 0, with tables of `t` base
        /// groups and windows of `b` bits; both must be above zero. Every point is checked; for an
        /// invalid point the library prints to standard output. Returns a
        /// [`setup`](crate::status::setup) status.
        new_with_precompute = ctt_eth_kzg_context_new_with_precompute(context: *mut *mut Context, path: *const c_char, format: u8, t: c_int, b: c_int) -> u8;
        /// Frees a context.
        delete = ctt_eth_kzg_context_delete(context: *mut Context);
        /// Computes the commitment of 48 bytes to a blob of 131072 bytes.
        blob_to_kzg_commitment = ctt_eth_kzg_blob_to_kzg_commitment(context: *const Context, commitment: *mut u8, blob: *const u8) -> u8;
        /// Verifies that the committed polynomial has the value `y` at `z`.
        verify_kzg_proof = ctt_eth_kzg_verify_kzg_proof(context: *const Context, commitment: *const u8, z: *const u8, y: *const u8, proof: *const u8) -> u8;
        /// Computes the 128 cells, 2048 bytes each, and their proofs, 48 bytes each. Needs 134 KiB
        /// of stack.
        compute_cells_and_kzg_proofs = ctt_eth_kzg_compute_cells_and_kzg_proofs(context: *const Context, cells: *mut u8, proofs: *mut u8, blob: *const u8) -> u8;
        /// Recovers the 128 cells and their proofs from `n` cells, 64 to 128, with ascending
        /// indices. Needs 134 KiB of stack.
        recover_cells_and_kzg_proofs = ctt_eth_kzg_recover_cells_and_kzg_proofs(context: *const Context, recovered_cells: *mut u8, recovered_proofs: *mut u8, cell_indices: *const u64, cells: *const u8, n: usize) -> u8;
    }
}
