//! Trusted setups: the embedded mainnet setup, files, and checks.

use crate::backend::Backend;
use crate::bytes::FIELD_ELEMENTS_PER_BLOB;
use crate::domain::Domain;
use crate::error::SetupError;
use crate::exec::Exec;

mod mainnet;

/// The public points that commitments and verification rest on.
///
/// A value of this type has the right shape; whether the points are valid is checked when it
/// is loaded into a backend. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TrustedSetup {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    /// The embedded points, whose hash is pinned.
    Mainnet,
}

impl TrustedSetup {
    /// The setup of Ethereum mainnet, from the KZG ceremony of 2023; embedded.
    #[must_use]
    pub fn mainnet() -> Self {
        Self {
            source: Source::Mainnet,
        }
    }

    pub(crate) fn load<B: Backend>(
        &self,
        _domain: &Domain<B::Fr>,
        _exec: &Exec,
    ) -> Result<LoadedSetup<B>, SetupError> {
        match &self.source {
            Source::Mainnet => Ok(LoadedSetup {
                g1_lagrange: LagrangePoints::Mainnet,
                g2_tau: mainnet::g2_monomial::<B>(1),
            }),
        }
    }
}

/// What a loaded setup keeps of the points.
pub(crate) struct LoadedSetup<B: Backend> {
    pub(crate) g1_lagrange: LagrangePoints<B>,
    pub(crate) g2_tau: B::G2,
}

/// The Lagrange points in bit-reversed order, decoded when they are needed.
#[derive(Debug)]
pub(crate) enum LagrangePoints<B: Backend> {
    /// Still in the embedded form.
    Mainnet,
    /// Validated points of another setup.
    #[allow(dead_code)]
    Validated(Vec<B::G1>),
}

impl<B: Backend> LagrangePoints<B> {
    pub(crate) fn decode(&self, exec: &Exec) -> Vec<B::G1> {
        match self {
            Self::Mainnet => {
                let mut points =
                    vec![<B::G1 as crate::algebra::Group>::identity(); FIELD_ELEMENTS_PER_BLOB];
                exec.for_each_mut(&mut points, |index, point| {
                    *point = mainnet::g1_lagrange::<B>(index);
                });
                points
            }
            Self::Validated(points) => points.clone(),
        }
    }
}
