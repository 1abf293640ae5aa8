//! The fast KZG backend: BLS12-381 by [blst](https://github.com/supranational/blst), with our own
//! algorithms for bulk operations that blst does not have.
//!
//! ```no_run
//! use kzg_traits::{SettingsOptions, TrustedSetup};
//!
//! let kzg = kzg_blst::load(&TrustedSetup::mainnet(), SettingsOptions::default())?;
//! # Ok::<(), kzg_traits::SetupError>(())
//! ```
//!
//! Generic code names the backend by its type: `Settings::<Blst>::load(&TrustedSetup::mainnet(), ..)`.
//!
//! No function of blst that uses its thread pool is called. The caller chooses the threads; see
//! [`Exec`].
//!
//! Each module imports only modules that come before it in this list: `field` and `curve`;
//! `engine`, what a vector engine implements; the engines `avx2` and `ifma`; `selection` of the
//! engine that runs; `sha256`; `msm`; and the operations of the backend in `decoding`, `group`,
//! `opening`, `pairing` and `polynomial`.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `internals` | arithmetic below the public interface, for the fuzz targets of the repository; its names change without notice |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

#[cfg(target_endian = "big")]
compile_error!("kzg-blst is not tested on big-endian processors: use kzg-arkworks there");

#[cfg(any(target_arch = "x86_64", test))]
mod avx2;
mod curve;
mod decoding;
mod engine;
mod field;
mod group;
#[cfg(target_arch = "x86_64")]
mod ifma;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;
mod msm;
mod opening;
mod pairing;
mod polynomial;
mod selection;
mod sha256;

use std::sync::Arc;

use kzg_traits::bytes::FIELD_ELEMENTS_PER_CELL;
use kzg_traits::domain::Domain;
use kzg_traits::folding::Folding;
use kzg_traits::settings::SharedSettings;
use kzg_traits::{
    Backend, Error, Exec, Item, KzgSettings, MatrixProduct, PointError, Precompute, Settings,
    SettingsOptions, SetupError, TrustedSetup,
};

pub use curve::jacobian::{G1, G2};
pub use engine::{Engine, EngineUnavailable};
pub use field::Fr;
pub use msm::Bases;
pub use pairing::PreparedG2;
pub use selection::ENGINE_VARIABLE;

/// The BLS12-381 backend over blst.
#[derive(Clone, Copy, Debug)]
pub struct Blst;

/// Loads a trusted setup. The generic protocol is compiled for this backend in this crate, once,
/// and not in each crate that calls this function.
///
/// # Errors
///
/// [`SetupError`] if the setup is not valid, or `KZG_BLST_ENGINE` names an engine that cannot run
/// here.
pub fn load(
    setup: &TrustedSetup,
    options: SettingsOptions,
) -> Result<Arc<dyn KzgSettings>, SetupError> {
    Ok(Arc::new(Settings::<Blst>::load(setup, options)?))
}

/// The mainnet setup, shared by the whole process, see [`SharedSettings::mainnet`].
///
/// # Errors
///
/// [`SetupError`] if `KZG_BLST_ENGINE` names an engine that cannot run here, or the threads of the
/// options cannot be started.
pub fn mainnet(options: SettingsOptions) -> Result<Arc<dyn KzgSettings>, SetupError> {
    static SHARED: SharedSettings<Settings<Blst>> = SharedSettings::new();
    Ok(Arc::new(SHARED.mainnet(options)?))
}

impl Blst {
    /// Decodes points of G1 from both coordinates; `out[i]` is the result for `encodings[i]`. An encoding
    /// is x, then y, 48 big-endian bytes each; infinity is `0x40` and 95 zeros. This is the form of
    /// [`G1::to_affine_bytes`]. No square root is computed, which takes most of the time of a compressed
    /// point.
    ///
    /// Where that takes less time, the subgroup membership of all points is checked together, as by
    /// [`g1_from_bytes_batched`](Backend::g1_from_bytes_batched); otherwise each point is checked.
    /// A point outside passes with a probability below `2^-128` for each attempt.
    ///
    /// # Errors
    ///
    /// In `out`: [`PointError::Encoding`] for flag bits, those of a compressed point included;
    /// [`PointError::Coordinate`] for an x or y at or above the modulus; [`PointError::Curve`] and
    /// [`PointError::Subgroup`].
    ///
    /// # Panics
    ///
    /// If `out` is not as long as `encodings`.
    pub fn g1_from_affine_batched(
        encodings: &[[u8; 96]],
        out: &mut [Result<G1, PointError>],
        exec: &Exec,
    ) {
        decoding::g1_affine_batched(encodings, out, exec);
    }
}

impl Backend for Blst {
    const NAME: &'static str = "blst";
    const FINDS_PAIRING_EXPONENTS: bool = true;
    type Fr = Fr;
    type G1 = G1;
    type G2 = G2;
    type Bases = Bases;
    type PreparedG2 = PreparedG2;

    /// # Errors
    ///
    /// [`SetupError::BackendUnavailable`] if the environment variable `KZG_BLST_ENGINE` names an unknown
    /// [`Engine`], or one that this processor cannot run.
    fn available() -> Result<(), SetupError> {
        match Engine::from_environment() {
            Ok(_) => Ok(()),
            Err(error) => Err(SetupError::BackendUnavailable {
                backend: Self::NAME.to_owned(),
                reason: format!("{ENGINE_VARIABLE}: {error}"),
            }),
        }
    }

    fn engine() -> Option<&'static str> {
        Some(Engine::current().name())
    }

    fn prepare(points: &[G1], precompute: Precompute, exec: &Exec) -> Bases {
        Bases::new(points, precompute, exec)
    }

    fn bases_memory(bases: &Bases) -> usize {
        bases.memory()
    }

    fn msm_fixed(bases: &Bases, scalars: &[Fr], exec: &Exec) -> G1 {
        bases.msm(scalars, exec)
    }

    fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
        msm::variable_base::msm(points, scalars, exec)
    }

    fn msm_fixed_many(jobs: &[(&Bases, &[Fr])], out: &mut [G1], exec: &Exec) {
        msm::fixed_many(jobs, out, exec);
    }

    fn msm_many(points: &[G1], scalars: &[Fr], out: &mut [G1], exec: &Exec) {
        msm::many(points, scalars, out, exec);
    }

    fn multiply_matrices(jobs: &mut [MatrixProduct<'_, Self>], exec: &Exec) {
        msm::multiply_matrices(jobs, exec);
    }

    fn weighted_sum<'a>(weights: &[Fr], row: impl Fn(usize) -> &'a [Fr], out: &mut [Fr]) {
        polynomial::weighted_sum(weights, &row, out);
    }

    fn evaluate(folding: &Folding<Fr>, values: &[Fr], z: Fr, exec: &Exec) -> Fr {
        polynomial::evaluate(folding, values, z, exec)
    }

    fn scale(values: &mut [Fr], factor: Fr) {
        polynomial::scale(values, factor);
    }

    fn split_fr(domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) {
        polynomial::split(domain, values, block, row_len);
    }

    fn merge_fr_unscaled(domain: &Domain<Fr>, values: &mut [Fr], block: usize, row_len: usize) {
        polynomial::merge(domain, values, block, row_len);
    }

    fn add_interpolations<'a>(
        domain: &Domain<Fr>,
        cell_indices: &[usize],
        weights: &[Fr],
        row: impl Fn(usize) -> &'a [Fr],
        sum: &mut [Fr; FIELD_ELEMENTS_PER_CELL],
    ) {
        polynomial::add_interpolations(domain, cell_indices, weights, &row, sum);
    }

    fn prepare_g2(point: &G2) -> PreparedG2 {
        PreparedG2::new(point)
    }

    fn pairing_check(pairs: &[(G1, &PreparedG2)], exec: &Exec) -> bool {
        pairing::check(pairs, exec)
    }

    fn try_pairing_exponent(
        base: &[(G1, &PreparedG2)],
        power: &[(G1, &PreparedG2)],
        bound: usize,
        exec: &Exec,
    ) -> Result<Option<usize>, Error> {
        Ok(pairing::exponent(base, power, bound, exec))
    }

    fn try_pairing_check_each(
        products: &[[G1; 2]],
        q: [&PreparedG2; 2],
        out: &mut [bool],
        exec: &Exec,
    ) -> Result<(), Error> {
        pairing::check_each(products, q, out, exec);
        Ok(())
    }

    fn g1_from_bytes_many(encodings: &[[u8; 48]], out: &mut [Result<G1, PointError>], exec: &Exec) {
        decoding::g1_many(encodings, out, exec);
    }

    fn g1_from_bytes_batched(
        encodings: &[[u8; 48]],
        out: &mut [Result<G1, PointError>],
        exec: &Exec,
    ) {
        decoding::g1_batched(encodings, out, exec);
    }

    fn g1_on_curve_from_bytes_many(
        encodings: &[[u8; 48]],
        out: &mut [Result<G1, PointError>],
        exec: &Exec,
    ) {
        decoding::g1_on_curve_many(encodings, out, exec);
    }

    fn g1_check_subgroup(points: &[G1], verdicts: &mut [Result<(), PointError>], exec: &Exec) {
        decoding::check_subgroup(points, verdicts, exec);
    }

    fn decode_opening(
        encodings: [&[u8; 48]; 2],
        z: Fr,
        y: Fr,
        exec: &Exec,
    ) -> Result<[G1; 2], (Item, PointError)> {
        opening::decode(encodings, z, y, exec)
    }

    #[cfg(target_arch = "x86_64")]
    fn sha256_many<const PARTS: usize>(messages: &[[&[u8]; PARTS]], out: &mut [[u8; 32]]) {
        if !sha256::hash_many(messages, out) {
            kzg_traits::backend::sha256_each(messages, out);
        }
    }

    fn g1_from_trusted_affine(affine: &[u8; 96]) -> Result<G1, PointError> {
        G1::from_affine_bytes(affine)
    }

    fn g2_from_trusted_affine(affine: &[u8; 192]) -> Result<G2, PointError> {
        G2::from_affine_bytes(affine)
    }
}
