//! The points of a trusted setup, loaded into a backend.

use core::ops::Range;

use crate::algebra::Group;
use crate::backend::Backend;
use crate::bytes::{FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_EXT_BLOB, TRUSTED_SETUP_G2_POINTS};
use crate::domain::Domain;
use crate::exec::Exec;
use crate::fk20;
use crate::setup::mainnet;

/// The points of a loaded setup. The points of the embedded setup are decoded when they are needed,
/// so loading it decodes no point.
#[derive(Debug)]
pub(crate) enum SetupPoints<B: Backend> {
    /// The points of the embedded setup, which are not decoded yet.
    Mainnet,
    /// Validated points of another setup.
    Validated(DecodedPoints<B>),
}

/// Decoded points, the Lagrange points in bit-reversed order.
#[derive(Debug)]
pub(crate) struct DecodedPoints<B: Backend> {
    pub(super) g1_lagrange: Vec<B::G1>,
    pub(super) g2_monomial: Vec<B::G2>,
    pub(super) g1_monomial: Vec<B::G1>,
}

impl<B: Backend> SetupPoints<B> {
    /// The commitments to the Lagrange polynomials, in bit-reversed order.
    pub(crate) fn g1_lagrange(&self, exec: &Exec) -> Vec<B::G1> {
        match self {
            Self::Mainnet => {
                embedded::<B>(0..FIELD_ELEMENTS_PER_BLOB, mainnet::g1_lagrange::<B>, exec)
            }
            Self::Validated(points) => points.g1_lagrange.clone(),
        }
    }

    /// The powers of the secret in G1 whose exponents are in the range.
    ///
    /// # Panics
    ///
    /// If the range reaches beyond 4096.
    pub(crate) fn g1_monomial(&self, range: Range<usize>, exec: &Exec) -> Vec<B::G1> {
        match self {
            Self::Mainnet => embedded::<B>(range, mainnet::g1_monomial::<B>, exec),
            Self::Validated(points) => points.g1_monomial[range].to_vec(),
        }
    }

    /// The fixed points of FK20, see [`fk20::columns`].
    pub(crate) fn fk20_columns(&self, domain: &Domain<B::Fr>, exec: &Exec) -> Vec<B::G1> {
        match self {
            Self::Mainnet => embedded::<B>(
                0..FIELD_ELEMENTS_PER_EXT_BLOB,
                mainnet::fk20_column::<B>,
                exec,
            ),
            Self::Validated(points) => fk20::columns::<B>(domain, &points.g1_monomial, exec),
        }
    }

    /// Power `index` of the secret in G2.
    ///
    /// # Panics
    ///
    /// If `index` is 65 or more.
    pub(crate) fn g2_monomial(&self, index: usize) -> B::G2 {
        match self {
            Self::Mainnet => mainnet::g2_monomial::<B>(index),
            Self::Validated(points) => points.g2_monomial[index],
        }
    }
}

impl<B: Backend> DecodedPoints<B> {
    /// Whether the backend reads the same points from the embedded form.
    pub(super) fn are_embedded(&self, domain: &Domain<B::Fr>, exec: &Exec) -> bool {
        let embedded = SetupPoints::<B>::Mainnet;
        let g2_monomial = (0..TRUSTED_SETUP_G2_POINTS).map(|index| embedded.g2_monomial(index));
        embedded.g1_lagrange(exec) == self.g1_lagrange
            && embedded.g1_monomial(0..FIELD_ELEMENTS_PER_BLOB, exec) == self.g1_monomial
            && g2_monomial.eq(self.g2_monomial.iter().copied())
            && embedded.fk20_columns(domain, exec)
                == fk20::columns::<B>(domain, &self.g1_monomial, exec)
    }
}

/// Decodes the embedded points of G1 whose positions are in the range.
fn embedded<B: Backend>(
    range: Range<usize>,
    point: impl Fn(usize) -> B::G1 + Send + Sync,
    exec: &Exec,
) -> Vec<B::G1> {
    let mut points = vec![B::G1::identity(); range.len()];
    exec.for_each_mut(&mut points, |index, slot| {
        *slot = point(range.start + index)
    });
    points
}
