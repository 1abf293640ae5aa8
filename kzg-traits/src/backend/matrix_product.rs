//! The arguments of [`Backend::multiply_matrices`].

use super::Backend;

/// A matrix of scalars, the points to multiply it with, and the buffer for the product.
#[derive(Debug)]
pub struct MatrixProduct<'a, B: Backend> {
    /// The rows, one after the other. Each row has as many elements as there are points.
    pub matrix: &'a [B::Fr],
    /// The points.
    pub points: &'a [B::G1],
    /// `Σ_j matrix[i·points.len() + j]·points[j]` for row `i`.
    pub out: &'a mut [B::G1],
}
