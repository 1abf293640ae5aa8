//! A KZG backend in pure Rust, over [arkworks](https://arkworks.rs).
//!
//! [`Arkworks`] implements [`Backend`] with arkworks' field and curve arithmetic, Fourier transform and
//! pairing, and with decoding and multi-scalar multiplication of its own over that arithmetic. The backend
//! shares no arithmetic with the other backends. Agreement of two backends is therefore independent evidence.
//!
//! Multi-scalar multiplications use Pippenger's method with additions that share inversions. Over fixed
//! points they use a table of multiples if [`Precompute`] has room for more than the points. With
//! [`Precompute::SMALL`] a commitment takes three quarters of the time, and so does a sum over 64 points,
//! as in the proofs of cells. The table for commitments takes 0.4 seconds to build; about thirty-five
//! commitments save as much time.
//!
//! The crate depends on arkworks without the feature `parallel`, which would start rayon's global
//! pool in a program that wants one thread. Only [`Exec`] spreads work over threads. If another
//! crate of the program enables that feature, Cargo enables it for this crate too. Tables are still built
//! on the threads of [`Exec`] alone, because a thread that builds a table holds a lock.
//!
//! ```
//! use kzg_arkworks::Arkworks;
//! use kzg_traits::{Backend, Group};
//!
//! let generator = <Arkworks as Backend>::G1::generator();
//! assert_eq!(generator.to_bytes()[..4], [0x97, 0xf1, 0xd3, 0xa7]);
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(doctest, doc = include_str!("../README.md"))]

mod batch_addition;
mod buckets;
mod decoding;
mod fft;
mod field;
mod group;
mod jacobian;
mod msm;
mod operators;
mod pairing;
#[cfg(test)]
mod samples;
mod variable_base;
mod window_table;

use decoding::{check_subgroup, decompress_on_curve};
pub use field::Fr;
pub use group::{G1, G2};
pub use msm::Bases;
pub use pairing::PreparedG2;

use std::sync::Arc;

use ark_ec::CurveGroup;
use kzg_traits::domain::Domain;
use kzg_traits::settings::SharedSettings;
use kzg_traits::{
    Backend, Error, Exec, KzgSettings, PointError, Precompute, Settings, SettingsOptions,
    SetupError, TrustedSetup,
};

/// The backend over arkworks.
#[derive(Clone, Copy, Debug)]
pub struct Arkworks;

/// Loads a trusted setup. The generic protocol is compiled for this backend in this crate, once,
/// and not in each crate that calls this function.
///
/// # Errors
///
/// [`SetupError`] if the setup is not valid.
pub fn load(
    setup: &TrustedSetup,
    options: SettingsOptions,
) -> Result<Arc<dyn KzgSettings>, SetupError> {
    Ok(Arc::new(Settings::<Arkworks>::load(setup, options)?))
}

/// The mainnet setup, shared by the whole process, see [`SharedSettings::mainnet`].
///
/// # Errors
///
/// [`SetupError::Threads`] if the threads of the options cannot be started. The embedded setup is valid,
/// and the backend runs on every machine.
pub fn mainnet(options: SettingsOptions) -> Result<Arc<dyn KzgSettings>, SetupError> {
    static SHARED: SharedSettings<Settings<Arkworks>> = SharedSettings::new();
    Ok(Arc::new(SHARED.mainnet(options)?))
}

impl Backend for Arkworks {
    const NAME: &'static str = "arkworks";
    const FINDS_PAIRING_EXPONENTS: bool = true;
    type Fr = Fr;
    type G1 = G1;
    type G2 = G2;
    type Bases = Bases;
    type PreparedG2 = PreparedG2;

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
        msm::msm(points, scalars, exec)
    }

    fn prepare_g2(point: &G2) -> PreparedG2 {
        PreparedG2::new(point)
    }

    fn pairing_check(pairs: &[(G1, &PreparedG2)], _: &Exec) -> bool {
        pairing::pairing_check(pairs)
    }

    fn try_pairing_exponent(
        base: &[(G1, &PreparedG2)],
        power: &[(G1, &PreparedG2)],
        bound: usize,
        exec: &Exec,
    ) -> Result<Option<usize>, Error> {
        Ok(pairing::exponent(base, power, bound, exec))
    }

    /// Computes the transform with ark-poly's
    /// [`Radix2EvaluationDomain`](ark_poly::Radix2EvaluationDomain). The purpose is an independent
    /// result, not speed: ark-poly takes about a fifth longer than the provided transform at order
    /// 4096 and above, and twice as long at order 64.
    fn fft_fr(domain: &Domain<Fr>, values: &mut [Fr]) {
        fft::fft(domain, values);
    }

    /// Computes the transform with ark-poly's
    /// [`Radix2EvaluationDomain`](ark_poly::Radix2EvaluationDomain), as [`fft_fr`](Self::fft_fr)
    /// does.
    fn ifft_fr(domain: &Domain<Fr>, values: &mut [Fr]) {
        fft::ifft(domain, values);
    }

    fn g1_on_curve_from_bytes_many(
        encodings: &[[u8; 48]],
        out: &mut [Result<G1, PointError>],
        exec: &Exec,
    ) {
        assert_eq!(encodings.len(), out.len(), "one result for each encoding");
        exec.for_each_mut(out, |index, point| {
            *point = decompress_on_curve(encodings[index]).map(|point| G1(point.into()));
        });
    }

    fn g1_check_subgroup(points: &[G1], verdicts: &mut [Result<(), PointError>], exec: &Exec) {
        assert_eq!(points.len(), verdicts.len(), "one verdict for each point");
        exec.for_each_mut(verdicts, |index, verdict| {
            if let Err(reason) = check_subgroup(&points[index].0.into_affine()) {
                *verdict = Err(reason);
            }
        });
    }

    /// Checks that the point is on the curve, which takes little time. Sums over a point outside the subgroup may be
    /// wrong.
    fn g1_from_trusted_affine(affine: &[u8; 96]) -> Result<G1, PointError> {
        G1::from_trusted_affine(affine)
    }

    /// Checks that the point is on the curve, which takes little time.
    fn g2_from_trusted_affine(affine: &[u8; 192]) -> Result<G2, PointError> {
        G2::from_trusted_affine(affine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::{Blob, Fr as _, Group, KzgSettings, Settings, SettingsOptions, TrustedSetup};

    /// Arkworks with only the required methods: the provided methods are the oracle for those
    /// that [`Arkworks`] overrides.
    #[derive(Clone, Copy, Debug)]
    struct Provided;

    impl Backend for Provided {
        const NAME: &'static str = "provided";
        type Fr = Fr;
        type G1 = G1;
        type G2 = G2;
        type Bases = Bases;
        type PreparedG2 = PreparedG2;

        fn prepare(points: &[G1], precompute: Precompute, exec: &Exec) -> Bases {
            Arkworks::prepare(points, precompute, exec)
        }

        fn bases_memory(bases: &Bases) -> usize {
            Arkworks::bases_memory(bases)
        }

        fn msm_fixed(bases: &Bases, scalars: &[Fr], exec: &Exec) -> G1 {
            Arkworks::msm_fixed(bases, scalars, exec)
        }

        fn msm(points: &[G1], scalars: &[Fr], exec: &Exec) -> G1 {
            Arkworks::msm(points, scalars, exec)
        }

        fn prepare_g2(point: &G2) -> PreparedG2 {
            Arkworks::prepare_g2(point)
        }

        fn pairing_check(pairs: &[(G1, &PreparedG2)], exec: &Exec) -> bool {
            Arkworks::pairing_check(pairs, exec)
        }
    }

    #[test]
    fn transforms_agree_with_the_provided_ones_at_every_order() {
        let domain = Domain::new();
        for log in 0..=13 {
            let coefficients = samples::scalars(1 << log);
            let mut expected = coefficients.clone();
            Provided::fft_fr(&domain, &mut expected);
            let mut values = coefficients.clone();
            Arkworks::fft_fr(&domain, &mut values);
            assert!(values == expected, "order 2^{log}");
            Arkworks::ifft_fr(&domain, &mut values);
            assert!(values == coefficients, "order 2^{log}");
            Provided::ifft_fr(&domain, &mut expected);
            assert!(expected == coefficients, "order 2^{log}");
        }
    }

    #[test]
    fn the_polynomial_x_has_the_roots_as_values() {
        let domain = Domain::new();
        let mut values = vec![Fr::ZERO; 4096];
        values[1] = Fr::ONE;
        Arkworks::fft_fr(&domain, &mut values);
        assert!(values == domain.roots(4096));
    }

    #[test]
    fn transforms_refuse_lengths_outside_the_domain() {
        let domain = Domain::new();
        for n in [0, 3, 16384] {
            let transform = || Arkworks::fft_fr(&domain, &mut vec![Fr::ONE; n]);
            assert!(std::panic::catch_unwind(transform).is_err(), "length {n}");
            let inverse = || Arkworks::ifft_fr(&domain, &mut vec![Fr::ONE; n]);
            assert!(std::panic::catch_unwind(inverse).is_err(), "length {n}");
        }
    }

    #[test]
    fn trusted_coordinates_are_read_as_by_the_provided_methods() {
        let (mut g1, mut g2) = ([0; 96], [0; 192]);
        for point in [G1::generator(), -G1::generator()] {
            g1.copy_from_slice(&uncompressed(point.0.into()));
            assert_eq!(Arkworks::g1_from_trusted_affine(&g1), Ok(point));
            assert_eq!(Provided::g1_from_trusted_affine(&g1), Ok(point));
        }
        for point in [G2::generator(), -G2::generator()] {
            g2.copy_from_slice(&uncompressed(point.0.into()));
            assert_eq!(Arkworks::g2_from_trusted_affine(&g2), Ok(point));
            assert_eq!(Provided::g2_from_trusted_affine(&g2), Ok(point));
        }
        (g1[95], g2[191]) = (g1[95] ^ 1, g2[191] ^ 1);
        assert_eq!(
            Arkworks::g1_from_trusted_affine(&g1),
            Err(PointError::Curve)
        );
        assert_eq!(
            Arkworks::g2_from_trusted_affine(&g2),
            Err(PointError::Curve)
        );
        (g1, g2) = ([0xff; 96], [0xff; 192]);
        assert_eq!(
            Arkworks::g1_from_trusted_affine(&g1),
            Err(PointError::Coordinate)
        );
        assert_eq!(
            Arkworks::g2_from_trusted_affine(&g2),
            Err(PointError::Coordinate)
        );
        (g1, g2) = ([0; 96], [0; 192]);
        assert_eq!(
            Arkworks::g1_from_trusted_affine(&g1),
            Err(PointError::Curve)
        );
        assert_eq!(
            Arkworks::g2_from_trusted_affine(&g2),
            Err(PointError::Curve)
        );
    }

    fn uncompressed<P: ark_ec::short_weierstrass::SWCurveConfig>(
        point: ark_ec::short_weierstrass::Affine<P>,
    ) -> Vec<u8> {
        use ark_serialize::CanonicalSerialize;
        let mut bytes = Vec::new();
        point.serialize_uncompressed(&mut bytes).unwrap();
        bytes
    }

    /// The commitment uses every Lagrange point of the embedded setup: [`Arkworks`] reads the
    /// coordinates and builds a table, [`Provided`] reads the compressed encodings with the
    /// subgroup check and builds no table.
    #[test]
    fn the_polynomial_x_commits_to_the_secret_of_the_mainnet_setup() {
        let domain = Domain::<Fr>::new();
        let mut blob = Blob::zeroed_on_heap();
        for (bytes, root) in blob.0.as_chunks_mut().0.iter_mut().zip(domain.roots(4096)) {
            *bytes = root.to_bytes();
        }
        let setup = TrustedSetup::mainnet();
        let arkworks = Settings::<Arkworks>::load(&setup, SettingsOptions::default()).unwrap();
        let without_tables = SettingsOptions::default().with_precompute(Precompute::NONE);
        let provided = Settings::<Provided>::load(&setup, without_tables).unwrap();
        let commitment = arkworks.blob_to_kzg_commitment(&blob).unwrap();
        // The second G1 monomial point of the setup.
        assert_eq!(
            commitment.to_string(),
            "0xad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81"
        );
        assert_eq!(provided.blob_to_kzg_commitment(&blob), Ok(commitment));
        let proof = arkworks.compute_blob_kzg_proof(&blob, &commitment).unwrap();
        assert_eq!(
            arkworks.verify_blob_kzg_proof(&blob, &commitment, &proof),
            Ok(true)
        );
        assert_eq!(
            provided.verify_blob_kzg_proof(&blob, &commitment, &proof),
            Ok(true)
        );
    }
}
