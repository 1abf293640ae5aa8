//! The memory budget of the prover's tables.

use core::fmt;
use core::str::FromStr;

/// The memory budget for tables of multiples of the setup's points. More memory makes commitments
/// and proofs faster. Verification needs no tables.
///
/// The budget is a number of bytes; useful budgets have names. A backend uses the fastest form of
/// table that fits into the budget, and no table if none fits.
///
/// The figures are those of kzg-blst on one thread of an AMD EPYC (Zen 4, engine `ifma`), in
/// milliseconds of CPU time. c-kzg with its recommended tables takes 51 for a commitment and 200
/// for cells and proofs.
///
/// | budget | tables for commitments | for proofs of cells | built in | a commitment | cells and proofs |
/// |---|---:|---:|---:|---:|---:|
/// | `NONE` | 0.4 MB, the points | 0.8 MB, the points | 8 | 14.0 | 78.3 |
/// | 3 MB | the same | 2.5 MB | 15 | 13.7 | 55.0 |
/// | `SMALL` | 7.9 MB | 12.6 MB | 96 | 9.6 | 39.2 |
/// | `LARGE` | 7.9 MB | 62.9 MB | 216 | 10.3 | 37.2 |
/// | 300 MB | 7.9 MB | 226.5 MB | 613 | 11.1 | 35.7 |
///
/// The figures are measured by
/// `cargo run --release -p benches --bin compare -- --library blst/ --precompute SIZE`, which
/// measures any machine. Tables are built by the first call that needs them, or by
/// [`warm_up`](crate::KzgSettings::warm_up). Verification never builds any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Precompute {
    bytes: usize,
}

impl Precompute {
    /// No tables: the points alone.
    pub const NONE: Self = Self { bytes: 0 };
    /// The default: about ten megabytes for each kind of table.
    pub const SMALL: Self = Self { bytes: 13_000_000 };
    /// Up to a hundred megabytes for each kind of table. By the table above, cells and proofs take
    /// 37.2 ms instead of the 39.2 of `SMALL`, for 50.3 MB more, and commitments have the same table.
    pub const LARGE: Self = Self { bytes: 100_000_000 };

    /// Tables of at most `bytes` bytes for each kind: commitments, and cell proofs.
    #[must_use]
    pub const fn within(bytes: usize) -> Self {
        Self { bytes }
    }

    /// The budget for one kind of table, in bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.bytes
    }
}

impl Default for Precompute {
    fn default() -> Self {
        Self::SMALL
    }
}

impl fmt::Display for Precompute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NONE => f.write_str("none"),
            Self::SMALL => f.write_str("small"),
            Self::LARGE => f.write_str("large"),
            Self { bytes } => write!(f, "{bytes}"),
        }
    }
}

/// A text that is not a memory budget.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not none, small, large or a number of bytes")]
#[non_exhaustive]
pub struct InvalidPrecompute {
    /// The text.
    pub text: String,
}

impl FromStr for Precompute {
    type Err = InvalidPrecompute;

    /// Reads `none`, `small`, `large` or a number of bytes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::NONE),
            "small" => Ok(Self::SMALL),
            "large" => Ok(Self::LARGE),
            _ => text
                .parse()
                .map(Self::within)
                .map_err(|_| InvalidPrecompute {
                    text: text.to_owned(),
                }),
        }
    }
}

/// Written as its name or as a number of bytes.
#[cfg(feature = "serde")]
impl serde::Serialize for Precompute {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::NONE | Self::SMALL | Self::LARGE => serializer.collect_str(self),
            Self { bytes } => serializer.serialize_u64(bytes as u64),
        }
    }
}

/// Read from a name, a number of bytes, or such a number as a string.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Precompute {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PrecomputeVisitor;

        impl serde::de::Visitor<'_> for PrecomputeVisitor {
            type Value = Precompute;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("none, small, large or a number of bytes")
            }

            fn visit_u64<E: serde::de::Error>(self, bytes: u64) -> Result<Precompute, E> {
                usize::try_from(bytes)
                    .map(Precompute::within)
                    .map_err(E::custom)
            }

            fn visit_i64<E: serde::de::Error>(self, bytes: i64) -> Result<Precompute, E> {
                usize::try_from(bytes)
                    .map(Precompute::within)
                    .map_err(E::custom)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Precompute, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(PrecomputeVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "serde")]
    #[test]
    fn serde_takes_names_and_numbers() {
        for (json, precompute) in [
            ("\"none\"", Precompute::NONE),
            ("\"small\"", Precompute::SMALL),
            ("\"large\"", Precompute::LARGE),
            ("5000000", Precompute::within(5_000_000)),
        ] {
            assert_eq!(serde_json::to_string(&precompute).unwrap(), json);
            assert_eq!(
                serde_json::from_str::<Precompute>(json).unwrap(),
                precompute
            );
        }
        let quoted = serde_json::from_str::<Precompute>("\"77\"");
        assert_eq!(quoted.unwrap(), Precompute::within(77));
        for wrong in ["\"huge\"", "-1", "1.5", "null"] {
            assert!(
                serde_json::from_str::<Precompute>(wrong).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn names_and_numbers_round_trip() {
        for precompute in [
            Precompute::NONE,
            Precompute::SMALL,
            Precompute::LARGE,
            Precompute::within(5_000_000),
        ] {
            assert_eq!(precompute.to_string().parse(), Ok(precompute));
        }
        assert!("huge".parse::<Precompute>().is_err());
    }
}
