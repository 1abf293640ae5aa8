//! The choices that a cross-check has.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Which results a second backend has to confirm.
///
/// If a backend computes a wrong result with probability `p`, and another does not compute the
/// same wrong one, a wrong result gets out with probability `p` for [`Off`](Self::Off),
/// `p * (1 - rate)` for [`Sample`](Self::Sample), and never for [`Always`](Self::Always).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum CrossCheck {
    /// None.
    #[default]
    Off,
    /// This share of them, from 0 to 1, at random.
    Sample(f64),
    /// All of them.
    Always,
}

/// How a proof that was just made is confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProofCheck {
    /// The second backend makes it too, and the bytes are compared.
    #[default]
    Recompute,
    /// The second backend verifies it, which is cheaper; only if it says no does it make the
    /// proof too.
    Verify,
}

/// What happens to a result that no second backend could be asked about: there is none, or all
/// of them failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unconfirmed {
    /// It is withheld, and the error is that of the second backend.
    Withhold,
    /// It is returned; its provenance names no backend that confirmed it.
    Deliver,
}

/// What happens to the winner's result when a mismatch has been decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnMismatch {
    /// It is withheld too: the call ends with an error of kind `Integrity`.
    #[default]
    Withhold,
    /// It is returned. The alarm is in the audit log, the trace and the metrics.
    DeliverWinner,
}

/// The choices that a cross-check has.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CrossCheckOptions {
    /// Which results are checked.
    pub mode: CrossCheck,
    /// How proofs are checked.
    pub proofs: ProofCheck,
    /// What happens where no second backend answers.
    pub unconfirmed: Unconfirmed,
    /// What happens where a mismatch was decided.
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
    /// The same with another check of proofs.
    #[must_use]
    pub fn with_proofs(mut self, proofs: ProofCheck) -> Self {
        self.proofs = proofs;
        self
    }

    /// The same with another choice for what cannot be confirmed.
    #[must_use]
    pub fn with_unconfirmed(mut self, unconfirmed: Unconfirmed) -> Self {
        self.unconfirmed = unconfirmed;
        self
    }

    /// The same with another choice for decided mismatches.
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
            CrossCheck::Sample(rate) => self.next() < rate,
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
        assert_eq!(picked(CrossCheck::Sample(0.0)), 0);
        assert_eq!(picked(CrossCheck::Sample(1.0)), 100_000);
        assert!((24_500..25_500).contains(&picked(CrossCheck::Sample(0.25))));
        assert_eq!(picked(CrossCheck::Sample(f64::NAN)), 0);
    }
}
