//! The curve: the base field and its inversions, affine and Jacobian points, affine additions that share an
//! inversion, the endomorphism, the curve's parameter, and the lines of pairings.
//!
//! This module and [`field`](crate::field) import no other module of the crate.

pub(crate) mod additions;
pub(crate) mod affine;
pub(crate) mod base_field;
pub(crate) mod batch_affine;
pub(crate) mod endomorphism;
mod inversion;
pub(crate) mod jacobian;
pub(crate) mod line;
pub(crate) mod parameter;
