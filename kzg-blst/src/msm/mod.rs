//! Multi-scalar multiplication in G1.

pub(crate) mod variable_base;
