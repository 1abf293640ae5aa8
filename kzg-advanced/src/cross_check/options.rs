//! The options of a cross-check.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

/// Which results a second backend has to confirm. A refusal of the input as malformed is such a
/// result: callers punish peers for it.
///
/// If a backend computes a wrong result with probability `p`, and another does not compute the same
/// wrong one, a wrong result is returned with probability `p` for [`Off`](Self::Off), `p * (1 -
/// rate)` for [`Sample`](Self::Sample), and never for [`Always`](Self::Always).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CrossCheck {
    /// No results.
    #[default]
    Off,
    /// This share of the results, at random. [`CrossCheck::sample`] makes it from a number.
    Sample(SampleRate),
    /// All results.
    Always,
}

/// A share of results: a number from 0 to 1. No value of this type is outside of these bounds, or
/// not a number.
///
/// ```
/// use kzg_advanced::cross_check::SampleRate;
///
/// assert_eq!(SampleRate::new(0.25)?.get(), 0.25);
/// assert!(SampleRate::new(-1.0).is_err());
/// assert!(SampleRate::new(f64::NAN).is_err());
/// # Ok::<(), kzg_advanced::cross_check::InvalidRate>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct SampleRate(f64);

/// No rate is NaN.
impl Eq for SampleRate {}

impl SampleRate {
    /// A rate.
    ///
    /// # Errors
    ///
    /// [`InvalidRate`] for a number outside of the bounds, and for NaN.
    pub fn new(rate: f64) -> Result<Self, InvalidRate> {
        if (0.0..=1.0).contains(&rate) {
            Ok(Self(rate))
        } else {
            Err(InvalidRate { rate })
        }
    }

    /// The rate as a number from 0 to 1.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for SampleRate {
    type Error = InvalidRate;

    fn try_from(rate: f64) -> Result<Self, InvalidRate> {
        Self::new(rate)
    }
}

impl From<SampleRate> for f64 {
    fn from(rate: SampleRate) -> Self {
        rate.get()
    }
}

/// A sampling rate that is not from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("a cross-check rate of {rate}, expected 0 to 1")]
pub struct InvalidRate {
    /// The rate.
    pub rate: f64,
}

impl CrossCheck {
    /// A share of the results, from 0 to 1, at random.
    ///
    /// # Errors
    ///
    /// [`InvalidRate`] for a rate outside of these bounds, or that is no number.
    pub fn sample(rate: f64) -> Result<Self, InvalidRate> {
        SampleRate::new(rate).map(Self::Sample)
    }
}

/// The way in which the second backend confirms a new proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProofCheck {
    /// The second backend computes the proof too, and the bytes are compared.
    #[default]
    Recompute,
    /// The second backend verifies the proof, which is cheaper. If the verification fails (its
    /// result is `false`), the second backend computes the proof too.
    Verify,
}

/// The treatment of a result that no second backend confirmed, because there is none or all of them
/// failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unconfirmed {
    /// The result is withheld, and the error is that of the second backend.
    Withhold,
    /// The result is returned; its provenance names no backend that confirmed it.
    Deliver,
}

/// The treatment of the right result after a decided mismatch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnMismatch {
    /// The result is withheld too: the call ends with an error of kind `Integrity`.
    #[default]
    Withhold,
    /// The result is returned. The alarm is in the audit log, the trace and the metrics.
    DeliverWinner,
}

/// The options of a cross-check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CrossCheckOptions {
    /// The results that are checked.
    pub mode: CrossCheck,
    /// The way in which proofs are checked.
    pub proofs: ProofCheck,
    /// The treatment of a result that no second backend confirmed.
    pub unconfirmed: Unconfirmed,
    /// The treatment of the right result after a decided mismatch.
    pub on_mismatch: OnMismatch,
}

impl From<CrossCheck> for CrossCheckOptions {
    /// Recomputes proofs; withholds what ends in a mismatch; withholds what could not be
    /// confirmed under [`CrossCheck::Always`], and returns it otherwise.
    fn from(mode: CrossCheck) -> Self {
        Self {
            mode,
            proofs: ProofCheck::default(),
            unconfirmed: match mode {
                CrossCheck::Always => Unconfirmed::Withhold,
                CrossCheck::Off | CrossCheck::Sample(_) => Unconfirmed::Deliver,
            },
            on_mismatch: OnMismatch::default(),
        }
    }
}

impl CrossCheckOptions {
    /// The same options with another check of proofs.
    #[must_use]
    pub fn with_proofs(mut self, proofs: ProofCheck) -> Self {
        self.proofs = proofs;
        self
    }

    /// The same options with another choice for what cannot be confirmed.
    #[must_use]
    pub fn with_unconfirmed(mut self, unconfirmed: Unconfirmed) -> Self {
        self.unconfirmed = unconfirmed;
        self
    }

    /// The same options with another choice for decided mismatches.
    #[must_use]
    pub fn with_on_mismatch(mut self, on_mismatch: OnMismatch) -> Self {
        self.on_mismatch = on_mismatch;
        self
    }
}

/// Picks the calls to check, unpredictably for those who send them.
#[derive(Debug)]
pub(super) struct Sampler {
    seed: u64,
    calls: AtomicU64,
}

impl Default for Sampler {
    fn default() -> Self {
        Self {
            seed: RandomState::new().build_hasher().finish(),
            calls: AtomicU64::new(0),
        }
    }
}

impl Sampler {
    /// Whether the next call is among those that are checked.
    pub(super) fn picks(&self, mode: CrossCheck) -> bool {
        match mode {
            CrossCheck::Off => false,
            CrossCheck::Always => true,
            CrossCheck::Sample(rate) => self.next() < rate.get(),
        }
    }

    /// A number in `[0, 1)`: SplitMix64 by Steele, Lea and Flood.
    fn next(&self) -> f64 {
        const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut z = self.seed.wrapping_add(number.wrapping_mul(GAMMA));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        // The 53 bits that a float holds exactly.
        (z >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_kept_and_its_ends_are_exact() {
        let sampler = Sampler {
            seed: 7,
            calls: AtomicU64::new(0),
        };
        let picked = |mode| (0..100_000).filter(|_| sampler.picks(mode)).count();
        assert_eq!(picked(CrossCheck::Off), 0);
        assert_eq!(picked(CrossCheck::Always), 100_000);
        let sampled = |rate| picked(CrossCheck::sample(rate).unwrap());
        assert_eq!(sampled(0.0), 0);
        assert_eq!(sampled(1.0), 100_000);
        assert!((24_500..25_500).contains(&sampled(0.25)));
    }

    #[test]
    fn a_rate_outside_of_its_bounds_is_refused() {
        for rate in [f64::NAN, -1.0, -f64::MIN_POSITIVE, 1.5, f64::INFINITY] {
            let invalid = CrossCheck::sample(rate).unwrap_err();
            assert!(invalid.to_string().contains("expected 0 to 1"), "{invalid}");
        }
        for rate in [0.0, 0.01, 1.0] {
            let sample = CrossCheck::Sample(SampleRate(rate));
            assert_eq!(CrossCheck::sample(rate), Ok(sample));
            let json = serde_json::to_string(&sample).unwrap();
            assert_eq!(serde_json::from_str::<CrossCheck>(&json).unwrap(), sample);
        }
        for json in ["-1", "1.5", "1e400", "null", "\"NaN\""] {
            let json = format!("{{\"sample\":{json}}}");
            assert!(serde_json::from_str::<CrossCheck>(&json).is_err(), "{json}");
        }
    }
}
