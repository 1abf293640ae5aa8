//! The curve over the base field: affine points, the base field, additions that share an
//! inversion, and the endomorphism.

pub(crate) mod additions;
pub(crate) mod affine;
pub(crate) mod base_field;
pub(crate) mod batch_affine;
pub(crate) mod endomorphism;
pub(crate) mod jacobian;
#[cfg(target_arch = "x86_64")]
pub(crate) mod parameter;
