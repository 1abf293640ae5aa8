//! The curve: the base field, affine and Jacobian points, affine additions that share an inversion,
//! and the endomorphism.
//!
//! This module and [`field`](crate::field) are the ground floor of the crate. They import nothing of
//! the engines and of `msm`.

pub(crate) mod additions;
pub(crate) mod affine;
pub(crate) mod base_field;
pub(crate) mod batch_affine;
pub(crate) mod endomorphism;
mod inversion;
pub(crate) mod jacobian;
pub(crate) mod line;
pub(crate) mod parameter;
