//! The reasons why bytes are not a point.

/// The reason why 48 or 96 bytes are not a point of the group.
///
/// The variants are in the order of the checks, which is the same in every backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum PointError {
    /// The flag bits contradict each other or the remaining bits, or the point is not in the form that is
    /// decoded: compressed, or both coordinates.
    #[error("invalid encoding")]
    Encoding,
    /// A coordinate is at or above the field modulus.
    #[error("coordinate at or above the field modulus")]
    Coordinate,
    /// There is no point with this x coordinate, or with these coordinates.
    #[error("not on the curve")]
    Curve,
    /// The point is on the curve but outside the subgroup of order `r`.
    #[error("not in the prime-order subgroup")]
    Subgroup,
}
