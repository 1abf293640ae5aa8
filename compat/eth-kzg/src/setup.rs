//! Trusted setups.

use kzg_backends::kzg_traits;
use kzg_backends::{BackendChoice, SettingsOptions, load};

/// A trusted setup; by default that of Ethereum mainnet, which is embedded.
#[derive(Debug, PartialEq, Eq)]
pub struct TrustedSetup {
    points: kzg_traits::TrustedSetup,
}

impl TrustedSetup {
    /// Reads the JSON format of the consensus specifications, with `g1_monomial`, `g1_lagrange` and
    /// `g2_monomial`, and checks the points. Where no backend can run, the points are not checked, and every
    /// call on a [`DASContext`](crate::DASContext) returns the error of the backend.
    ///
    /// # Panics
    ///
    /// If the text is malformed or a point is not valid, as the original does.
    /// [`kzg_traits::TrustedSetup::from_json`] returns the error, and `From` converts its result.
    #[must_use]
    pub fn from_json(json: &str) -> Self {
        let setup = Self::from_json_unchecked(json);
        // The points of the mainnet setup are known by their hash.
        if !setup.points.is_mainnet() {
            let loaded = load(
                BackendChoice::Auto,
                &setup.points,
                SettingsOptions::default(),
            );
            // A backend that cannot run says nothing about the points.
            if let Err(error) = loaded
                && !error.is_unavailable()
            {
                panic!("{error}");
            }
        }
        setup
    }

    /// Reads the same format without checking the points.
    /// [`DASContext::new`](crate::DASContext::new) checks them.
    ///
    /// # Panics
    ///
    /// If the text is malformed, as the original does.
    #[must_use]
    pub fn from_json_unchecked(json: &str) -> Self {
        match kzg_traits::TrustedSetup::from_json(json) {
            Ok(points) => Self { points },
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn points(&self) -> &kzg_traits::TrustedSetup {
        &self.points
    }
}

impl Default for TrustedSetup {
    fn default() -> Self {
        kzg_traits::TrustedSetup::mainnet().into()
    }
}

impl From<kzg_traits::TrustedSetup> for TrustedSetup {
    fn from(points: kzg_traits::TrustedSetup) -> Self {
        Self { points }
    }
}
