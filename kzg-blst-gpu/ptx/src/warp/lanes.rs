//! Registers: a value of each thread of a warp.

use super::Warp;
use crate::allocation::Slot;

/// The number of threads of a warp, each of which is a lane of its registers.
pub(super) const LANES: usize = 32;

/// A word of each thread.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Words(pub(super) [u32; LANES]);

/// Two words of each thread.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Longs(pub(super) [u64; LANES]);

impl Warp {
    #[inline(always)]
    pub(super) fn word(&self, slot: Slot) -> &[u32; LANES] {
        &self.words[slot as usize].0
    }

    #[inline(always)]
    pub(super) fn long(&self, slot: Slot) -> &[u64; LANES] {
        &self.longs[slot as usize].0
    }

    /// Writes the words of the threads of the mask.
    #[inline(always)]
    pub(super) fn set_words(&mut self, slot: Slot, mask: u32, values: [u32; LANES]) {
        blend(&mut self.words[slot as usize].0, mask, values);
    }

    #[inline(always)]
    pub(super) fn set_longs(&mut self, slot: Slot, mask: u32, values: [u64; LANES]) {
        blend(&mut self.longs[slot as usize].0, mask, values);
    }

    pub(super) fn set_predicate(&mut self, slot: Slot, mask: u32, values: u32) {
        let predicate = &mut self.predicates[slot as usize];
        *predicate = *predicate & !mask | values & mask;
    }
}

/// Writes the values of the lanes of the mask.
#[inline(always)]
pub(super) fn blend<T: Copy>(to: &mut [T; LANES], mask: u32, values: [T; LANES]) {
    if mask == u32::MAX {
        *to = values;
    } else {
        for lane in 0..LANES {
            to[lane] = pick(mask, lane, values[lane], to[lane]);
        }
    }
}

/// The lanes whose bits are set.
pub(super) fn lanes(mut mask: u32) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let lane = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (lane < LANES).then_some(lane)
    })
}

/// A mask of the lanes for which a condition holds.
#[inline(always)]
pub(super) fn bits(f: impl Fn(usize) -> bool) -> u32 {
    (0..LANES).fold(0, |mask, lane| mask | u32::from(f(lane)) << lane)
}

/// The first value for a lane of the predicate, the second for others.
#[inline(always)]
pub(super) fn pick<T>(predicate: u32, lane: usize, first: T, second: T) -> T {
    if predicate >> lane & 1 == 1 {
        first
    } else {
        second
    }
}

/// The low and the high half.
#[inline(always)]
pub(super) fn halves(value: u64) -> (u32, u32) {
    (value as u32, (value >> 32) as u32)
}
