//! The functions, as tables of pointers.
//!
//! A call through a table takes as long as a linked one. All symbols of a table are resolved at
//! once, so a library either has all of them or is refused with the names of those it lacks.
//!
//! # Differences from the headers
//!
//! The headers were compared with a build of commit `e6bee85e` (2026-05-06). Where they differ,
//! these declarations follow the build:
//!
//! - `serialize_scalar` returns nothing, though its header declares a status.
//! - `batch_affine` writes to the array that its header calls constant.
//! - A multi-scalar multiplication of no points leaves a result that is not the neutral element.
//! - `fr_unmarshalBE` and `fp_unmarshalBE` reduce an integer that is too large, and say `true`.
//! - `fr_inv` of zero is zero.
//! - `ctt_eth_kzg_context_new_with_precompute` takes numbers below one to mean no tables.
//! - The calls on a null context crash, or return 2.
//!
//! Some functions are not declared: `*_cneg_in_place`, which ignores its condition; the threadpool
//! and all `_parallel` functions, which crash on any thread except the one that made the pool; the
//! batch verifications, whose factors are unsafe if the random bytes are zero.

use core::ffi::{c_char, c_int, c_void};

use crate::types::{Big255, Context, Fp, Fp2, Fr, G1Affine, G1Jacobian, G2Affine, G2Jacobian};

/// Defines a table of functions, its list of symbols, and the ways to fill it.
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
            /// All the symbols that it does not find.
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
    /// All pointers must be valid for what the function reads or writes through them, aligned as
    /// their type; results may alias operands. No function keeps a pointer, and
    /// any number of threads may call them.
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
        /// `*r = 1/a`; zero for zero.
        fr_inv = ctt_bls12_381_fr_inv(r: *mut Fr, a: *const Fr);
        /// The element of an integer, which must be below the group order.
        fr_from_big255 = ctt_bls12_381_fr_from_big255(r: *mut Fr, a: *const Big255);
        /// The integer of `length` big-endian bytes, reduced modulo the group order: 32 at most.
        /// Returns a `bool`.
        fr_unmarshal_be = ctt_bls12_381_fr_unmarshalBE(r: *mut Fr, bytes: *const u8, length: usize) -> u8;
        /// The canonical integer as `length` big-endian bytes, 32 at least. Returns a `bool`.
        fr_marshal_be = ctt_bls12_381_fr_marshalBE(bytes: *mut u8, length: usize, a: *const Fr) -> u8;
        /// The integer of 32 big-endian bytes; zero unless it is below the group order. Returns
        /// a [`scalar`](crate::status::scalar) status.
        deserialize_scalar = ctt_bls12_381_deserialize_scalar(r: *mut Big255, bytes: *const u8) -> u8;
        /// The integer as 32 big-endian bytes. Returns nothing, whatever the header says.
        serialize_scalar = ctt_bls12_381_serialize_scalar(bytes: *mut u8, a: *const Big255);

        /// The integer of `length` big-endian bytes, reduced modulo the field modulus: 48 at
        /// most. Returns a `bool`.
        fp_unmarshal_be = ctt_bls12_381_fp_unmarshalBE(r: *mut Fp, bytes: *const u8, length: usize) -> u8;
        /// The canonical integer as `length` big-endian bytes, 48 at least. Returns a `bool`.
        fp_marshal_be = ctt_bls12_381_fp_marshalBE(bytes: *mut u8, length: usize, a: *const Fp) -> u8;

        /// Whether the coordinates are those of a point of the curve: not zero if so.
        g1_is_on_curve = ctt_bls12_381_g1_aff_is_on_curve(x: *const Fp, y: *const Fp) -> usize;
        /// Whether two points are the same: not zero if so.
        g1_is_eq = ctt_bls12_381_g1_jac_is_eq(a: *const G1Jacobian, b: *const G1Jacobian) -> usize;
        /// `*r = a + b`, for any two points.
        g1_sum = ctt_bls12_381_g1_jac_sum(r: *mut G1Jacobian, a: *const G1Jacobian, b: *const G1Jacobian);
        /// `*r = a - b`, for any two points.
        g1_diff = ctt_bls12_381_g1_jac_diff(r: *mut G1Jacobian, a: *const G1Jacobian, b: *const G1Jacobian);
        /// `*r = -a`.
        g1_neg = ctt_bls12_381_g1_jac_neg(r: *mut G1Jacobian, a: *const G1Jacobian);
        /// `*r = 2·a`.
        g1_double = ctt_bls12_381_g1_jac_double(r: *mut G1Jacobian, a: *const G1Jacobian);
        /// The affine form.
        g1_affine = ctt_bls12_381_g1_jac_affine(r: *mut G1Affine, a: *const G1Jacobian);
        /// The affine forms of `n` points, with one inversion.
        g1_batch_affine = ctt_bls12_381_g1_jac_batch_affine(r: *mut G1Affine, a: *const G1Jacobian, n: usize);
        /// The Jacobian form.
        g1_from_affine = ctt_bls12_381_g1_jac_from_affine(r: *mut G1Jacobian, a: *const G1Affine);
        /// `*p = k·*p`, in variable time.
        g1_mul = ctt_bls12_381_g1_jac_scalar_mul_fr_coef_vartime(p: *mut G1Jacobian, k: *const Fr);
        /// `*r = Σ coefficients[i]·points[i]`, in variable time; `n` must not be zero.
        g1_msm = ctt_bls12_381_g1_jac_multi_scalar_mul_fr_coefs_vartime(r: *mut G1Jacobian, coefficients: *const Fr, points: *const G1Affine, n: usize);
        /// The compressed form, 48 bytes. Returns a [`point`](crate::status::point) status.
        g1_serialize = ctt_bls12_381_serialize_g1_compressed(bytes: *mut u8, a: *const G1Affine) -> u8;
        /// The point of 48 bytes, checked to be in the subgroup. Returns a
        /// [`point`](crate::status::point) status.
        g1_deserialize = ctt_bls12_381_deserialize_g1_compressed(r: *mut G1Affine, bytes: *const u8) -> u8;

        /// Whether the coordinates are those of a point of the curve: not zero if so.
        g2_is_on_curve = ctt_bls12_381_g2_aff_is_on_curve(x: *const Fp2, y: *const Fp2) -> usize;
        /// Whether two points are the same: not zero if so.
        g2_is_eq = ctt_bls12_381_g2_jac_is_eq(a: *const G2Jacobian, b: *const G2Jacobian) -> usize;
        /// `*r = a + b`, for any two points.
        g2_sum = ctt_bls12_381_g2_jac_sum(r: *mut G2Jacobian, a: *const G2Jacobian, b: *const G2Jacobian);
        /// `*r = a - b`, for any two points.
        g2_diff = ctt_bls12_381_g2_jac_diff(r: *mut G2Jacobian, a: *const G2Jacobian, b: *const G2Jacobian);
        /// `*r = -a`.
        g2_neg = ctt_bls12_381_g2_jac_neg(r: *mut G2Jacobian, a: *const G2Jacobian);
        /// `*r = 2·a`.
        g2_double = ctt_bls12_381_g2_jac_double(r: *mut G2Jacobian, a: *const G2Jacobian);
        /// The affine form.
        g2_affine = ctt_bls12_381_g2_jac_affine(r: *mut G2Affine, a: *const G2Jacobian);
        /// The Jacobian form.
        g2_from_affine = ctt_bls12_381_g2_jac_from_affine(r: *mut G2Jacobian, a: *const G2Affine);
        /// `*p = k·*p`, in variable time.
        g2_mul = ctt_bls12_381_g2_jac_scalar_mul_fr_coef_vartime(p: *mut G2Jacobian, k: *const Fr);
        /// The compressed form, 96 bytes. Returns a [`point`](crate::status::point) status.
        g2_serialize = ctt_bls12_381_serialize_g2_compressed(bytes: *mut u8, a: *const G2Affine) -> u8;
        /// The point of 96 bytes, checked to be in the subgroup. Returns a
        /// [`point`](crate::status::point) status.
        g2_deserialize = ctt_bls12_381_deserialize_g2_compressed(r: *mut G2Affine, bytes: *const u8) -> u8;

        /// Whether the product of pairings is one, in the last of 32 bytes. The input is 384
        /// bytes for each pair, at least one: the coordinates of the point of G1, then those of
        /// the point of G2, `c0` before `c1`, each as 64 big-endian bytes. Every point is checked
        /// to be in its subgroup. Returns an [`evm`](crate::status::evm) status.
        pairing_check = ctt_eth_evm_bls12381_pairingcheck(result: *mut u8, result_length: usize, pairs: *const u8, pairs_length: usize) -> u8;
    }
}

functions! {
    /// The calls on a context. The static archive has them; the stock shared library hides those
    /// that make and delete one.
    ///
    /// As [`LowLevel`]; moreover a context must come from `new_with_precompute`, must not be
    /// null, and may be used by any number of threads until it is deleted. The statuses are those
    /// of [`kzg`](crate::status::kzg).
    ContextCalls {
        /// Makes a context from a file in c-kzg's text format, format 0, with tables of `t` base
        /// groups and windows of `b` bits; both must be above zero. Every point is checked; for
        /// one that is invalid, the library prints to standard output. Returns a
        /// [`setup`](crate::status::setup) status.
        new_with_precompute = ctt_eth_kzg_context_new_with_precompute(context: *mut *mut Context, path: *const c_char, format: u8, t: c_int, b: c_int) -> u8;
        /// Frees a context.
        delete = ctt_eth_kzg_context_delete(context: *mut Context);
        /// The commitment of 48 bytes to a blob of 131072 bytes.
        blob_to_kzg_commitment = ctt_eth_kzg_blob_to_kzg_commitment(context: *const Context, commitment: *mut u8, blob: *const u8) -> u8;
        /// Whether the value at `z` is `y`.
        verify_kzg_proof = ctt_eth_kzg_verify_kzg_proof(context: *const Context, commitment: *const u8, z: *const u8, y: *const u8, proof: *const u8) -> u8;
        /// The 128 cells, 2048 bytes each, and their proofs, 48 bytes each. Needs 134 KiB of
        /// stack.
        compute_cells_and_kzg_proofs = ctt_eth_kzg_compute_cells_and_kzg_proofs(context: *const Context, cells: *mut u8, proofs: *mut u8, blob: *const u8) -> u8;
        /// The 128 cells and their proofs, from `n` cells, 64 to 128, with ascending indices.
        /// Needs 134 KiB of stack.
        recover_cells_and_kzg_proofs = ctt_eth_kzg_recover_cells_and_kzg_proofs(context: *const Context, recovered_cells: *mut u8, recovered_proofs: *mut u8, cell_indices: *const u64, cells: *const u8, n: usize) -> u8;
    }
}
