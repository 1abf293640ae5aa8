//! The subgroup check of the points in the inputs of verification.

use core::fmt;
use core::str::FromStr;

/// The way in which the verification of many proofs checks that the points lie in the subgroup of
/// order `r`.
///
/// A point outside the subgroup is malformed input; the error names the point with either variant.
/// The points of a trusted setup are always checked individually.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SubgroupCheck {
    /// Each point is checked by itself. The check is exact.
    #[default]
    Individual,
    /// Many points are checked together if the backend has a faster way to do that: the backend
    /// checks random sums whose coefficients are a hash of all points. A list with points outside
    /// the subgroup passes with a probability below `2^-127`; the random combination of the proofs
    /// has an error of the same kind. Points of the subgroup always pass.
    ///
    /// If the sums fail, each point is checked by itself to identify the points at fault. Few points are
    /// checked as with [`Individual`](Self::Individual): where a check of all together takes no less time, and in
    /// `verify_blob_kzg_proof_batch` and `verify_cell_kzg_proof_batch` on several threads up to 160 points.
    Batched,
}

impl fmt::Display for SubgroupCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Individual => "individual",
            Self::Batched => "batched",
        })
    }
}

/// A name that no [`SubgroupCheck`] has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is neither individual nor batched")]
#[non_exhaustive]
pub struct UnknownSubgroupCheck {
    /// The name.
    pub name: String,
}

impl FromStr for SubgroupCheck {
    type Err = UnknownSubgroupCheck;

    /// Reads `individual` or `batched`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Individual, Self::Batched];
        all.into_iter()
            .find(|check| check.to_string() == text)
            .ok_or_else(|| UnknownSubgroupCheck {
                name: text.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for check in [SubgroupCheck::Individual, SubgroupCheck::Batched] {
            assert_eq!(check.to_string().parse(), Ok(check));
        }
        assert!("none".parse::<SubgroupCheck>().is_err());
    }
}
