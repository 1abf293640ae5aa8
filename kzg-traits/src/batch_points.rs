//! The commitments and proofs of a batch, and the check of the batch by several threads.
//!
//! The pairing check is one chain of products, which one thread computes. In a small batch it takes a large part of
//! the time. So on several threads the subgroup check of few points is postponed: a thread that finds no sum to compute
//! checks points, before and during the pairing check.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::algebra::Group;
use crate::backend::Backend;
use crate::error::{Error, Item, PointError, Result};
use crate::exec::Exec;
use crate::memory_pool::Pooled;
use crate::pairing_input::PairingInput;
use crate::settings::Settings;
use crate::subgroup_check::SubgroupCheck;

/// The most points whose subgroup check is postponed. With more points, the pairing check is a small part of the time.
const MOST_POSTPONED: usize = 160;
/// Number of points that a thread checks at once: those that fill the vector lanes.
const POINTS_AT_ONCE: usize = 8;

/// A part of the sums of a batch.
pub(crate) type Part<'a, G> = &'a (dyn Fn() -> PairingInput<G> + Sync);

/// The decoded points of a batch. The identity is in the place of a point that could not be decoded.
pub(crate) type Points<B> = Pooled<Vec<<B as Backend>::G1>>;

/// Whether the points of a batch are well formed.
pub(crate) struct PointVerdicts {
    verdicts: Pooled<Vec<Result<(), PointError>>>,
    /// Whether the verdicts do not include the subgroup yet.
    is_subgroup_postponed: bool,
}

/// When the subgroup check is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubgroupCheckTime {
    /// When the points are decoded.
    AtOnce,
    /// Beside the sums of the batch, if that takes less time.
    BesideSums,
}

impl<B: Backend> Settings<B> {
    /// Decodes the points of a batch.
    pub(crate) fn decode_points(
        &self,
        encodings: &[[u8; 48]],
        time: SubgroupCheckTime,
    ) -> (Points<B>, PointVerdicts) {
        let exec = self.exec();
        let mut decoded = exec.scratch_vec();
        decoded.resize(encodings.len(), Ok(B::G1::identity()));
        let is_subgroup_postponed = time == SubgroupCheckTime::BesideSums
            && exec.is_parallel()
            && encodings.len() <= MOST_POSTPONED;
        if is_subgroup_postponed {
            B::g1_on_curve_from_bytes_many(encodings, &mut decoded, exec);
        } else {
            match self.options().subgroup_check {
                SubgroupCheck::Individual => B::g1_from_bytes_many(encodings, &mut decoded, exec),
                SubgroupCheck::Batched => B::g1_from_bytes_batched(encodings, &mut decoded, exec),
            }
        }
        let (mut points, mut verdicts) = (exec.scratch_vec(), exec.scratch_vec());
        points.extend(decoded.iter().map(|p| p.unwrap_or(B::G1::identity())));
        verdicts.extend(decoded.iter().map(|p| p.map(|_| ())));
        let verdicts = PointVerdicts {
            verdicts,
            is_subgroup_postponed,
        };
        (points, verdicts)
    }
}

impl PointVerdicts {
    /// The verdict on the point at a position; the error names the item at `index` of the call.
    pub(crate) fn of(&self, position: usize, item: Item, index: usize) -> Result<()> {
        self.verdicts[position].map_err(|reason| Error::Point {
            item,
            index,
            reason,
        })
    }

    /// Returns what `first_error` finds in the verdicts. A postponed subgroup check is made only if there is an error:
    /// an earlier item may have a point outside the subgroup.
    pub(crate) fn check_before_sums<B: Backend>(
        &mut self,
        points: &[B::G1],
        first_error: impl Fn(&Self) -> Result<()>,
        exec: &Exec,
    ) -> Result<()> {
        let found = first_error(self);
        if found.is_ok() || !self.is_subgroup_postponed {
            return found;
        }
        self.is_subgroup_postponed = false;
        B::g1_check_subgroup(points, &mut self.verdicts, exec);
        first_error(self)
    }

    /// Makes a postponed subgroup check, and returns whether the equation with the sum of the parts holds. If a point
    /// lies outside the subgroup, the answer means nothing.
    ///
    /// The threads take the parts in order, then points. The thread that adds the last part checks the equation, so
    /// that no thread waits for the sum of another thread.
    ///
    /// # Errors
    ///
    /// The backend's error, if the backend gives no result.
    ///
    /// # Panics
    ///
    /// If the points are not those of the verdicts.
    pub(crate) fn check_subgroup_and_equation<B: Backend>(
        &mut self,
        points: &[B::G1],
        parts: &[Part<'_, B::G1>],
        q: [&B::PreparedG2; 2],
        exec: &Exec,
    ) -> Result<bool> {
        assert_eq!(
            points.len(),
            self.verdicts.len(),
            "one verdict for each point"
        );
        let each = exec.on_this_thread();
        // Without points to check, other threads are idle during the pairing check.
        let (points, of_pairing) = match core::mem::take(&mut self.is_subgroup_postponed) {
            true => (points, &each),
            false => (&points[..0], exec),
        };
        let next_part = AtomicUsize::new(0);
        let sum = Mutex::new((PairingInput::identity(), parts.len()));
        let holds = Mutex::new(None);
        let chunks = points.chunks(POINTS_AT_ONCE);
        let chunks = Mutex::new(chunks.zip(self.verdicts.chunks_mut(POINTS_AT_ONCE)));
        let add = |part: PairingInput<B::G1>| {
            let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
            *sum = (sum.0 + part, sum.1 - 1);
            (sum.1 == 0).then_some(sum.0)
        };
        exec.on_each_thread(&|| {
            while let Some(part) = parts.get(next_part.fetch_add(1, Ordering::Relaxed)) {
                if let Some(total) = add(part()) {
                    let verdict = total.holds::<B>(q, of_pairing);
                    *holds.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict);
                }
            }
            let take = || chunks.lock().unwrap_or_else(PoisonError::into_inner).next();
            while let Some((points, verdicts)) = take() {
                B::g1_check_subgroup(points, verdicts, &each);
            }
        });
        let holds = holds.into_inner().unwrap_or_else(PoisonError::into_inner);
        holds.expect("a thread has added the last part")
    }

    /// Asserts that the verdicts include the subgroup.
    ///
    /// # Panics
    ///
    /// If the subgroup check is postponed still.
    pub(crate) fn assert_complete(&self) {
        assert!(
            !self.is_subgroup_postponed,
            "the subgroup check is postponed"
        );
    }
}
