//! Threads that part at branches and meet again.
//!
//! The threads that are furthest behind run first, so that threads that took different ways meet at
//! the first instruction that both ways reach.

use super::{NOWHERE, Warp};

impl Warp {
    /// Lets the running threads that `taken` names continue at `target`, the others after the
    /// branch.
    pub(super) fn branch(&mut self, target: usize, taken: u32) {
        let passed = self.running & !taken;
        let after = self.at + 1;
        if passed == 0 {
            self.at = target;
        } else if taken == 0 {
            self.at = after;
        } else {
            let (first, second) = if target < after {
                ((target, taken), (after, passed))
            } else {
                ((after, passed), (target, taken))
            };
            (self.at, self.running) = first;
            self.wait(second);
        }
    }

    fn wait(&mut self, group: (usize, u32)) {
        match self.waiting.iter_mut().find(|waiting| waiting.0 == group.0) {
            Some(waiting) => waiting.1 |= group.1,
            None => self.waiting.push(group),
        }
        self.join = self.join.min(group.0);
    }

    /// Joins the threads that wait here, or lets those that wait further behind run first.
    pub(super) fn meet(&mut self) {
        if self.at > self.join {
            self.wait((self.at, self.running));
            self.running = 0;
        }
        let running = self.running;
        self.resume();
        self.running |= running;
    }

    /// Makes the threads that are furthest behind the running ones; false if none waits.
    pub(super) fn resume(&mut self) -> bool {
        let first = (0..self.waiting.len()).min_by_key(|&index| self.waiting[index].0);
        let Some(first) = first else {
            return false;
        };
        (self.at, self.running) = self.waiting.swap_remove(first);
        let join = self.waiting.iter().map(|waiting| waiting.0).min();
        self.join = join.unwrap_or(NOWHERE);
        true
    }
}
