//! The subgroup check of points that come from others.

use core::fmt;
use core::str::FromStr;

/// The way in which the verification of many proofs checks that the points lie in the subgroup of
/// order `r`.
///
/// A point that does not is malformed input, and is named by an error either way. Each point of a
/// trusted setup is checked by itself, whatever is chosen here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SubgroupCheck {
    /// Every point by itself: exact.
    #[default]
    Individual,
    /// Many points together, where the backend has a faster way to do that: by random sums whose
    /// coefficients are a hash of all points. Points of which some lie outside the subgroup pass
    /// with a probability below `2^-127`: an error of the same kind as that of the random
    /// combination of the proofs themselves. Points of the subgroup always pass.
    ///
    /// If the points fail, each is checked by itself to name those at fault.
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

impl FromStr for SubgroupCheck {
    type Err = String;

    /// Reads `individual` or `batched`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Individual, Self::Batched];
        all.into_iter()
            .find(|check| check.to_string() == text)
            .ok_or_else(|| format!("{text:?} is neither individual nor batched"))
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
