//! Parallel loops over items, chunks or rows.
//!
//! The threads take shares of the chunks from the front, large ones first. Code of rayon is compiled
//! once for all loops: compiled for each closure of each backend, it would be a sixth of their code.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Exec;

/// A share is so large that the rows left make this number of shares for each thread.
const SHARES_PER_THREAD: usize = 2;

/// A table of rows, or of chunks, the last of which may be shorter.
struct Rows<'s, T> {
    items: &'s mut [T],
    row_len: usize,
}

impl<'s, T> Rows<'s, T> {
    fn chunks(self) -> impl Iterator<Item = &'s mut [T]> {
        self.items.chunks_mut(self.row_len)
    }
}

/// Rows that threads share.
trait Shared: Send {
    /// Takes `rows` rows from the front.
    fn take(&mut self, rows: usize) -> Self;
}

impl<T: Send> Shared for Rows<'_, T> {
    fn take(&mut self, rows: usize) -> Self {
        let items = core::mem::take(&mut self.items);
        let (taken, left) = items.split_at_mut(items.len().min(rows * self.row_len));
        self.items = left;
        Self {
            items: taken,
            row_len: self.row_len,
        }
    }
}

impl<A: Shared, B: Shared> Shared for (A, B) {
    fn take(&mut self, rows: usize) -> Self {
        (self.0.take(rows), self.1.take(rows))
    }
}

/// The failure of the lowest position so far.
struct Lowest<E>(Mutex<Option<(usize, E)>>);

impl<E> Lowest<E> {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Calls `f` with each item of a share and its position, until one call fails. Returns whether
    /// all calls succeeded.
    fn try_each<T>(
        &self,
        first: usize,
        share: impl Iterator<Item = T>,
        f: impl Fn(usize, T) -> Result<(), E>,
    ) -> bool {
        for (position, item) in (first..).zip(share) {
            if let Err(error) = f(position, item) {
                let mut lowest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                if lowest.as_ref().is_none_or(|(lowest, _)| position < *lowest) {
                    *lowest = Some((position, error));
                }
                return false;
            }
        }
        true
    }

    fn into_result(self) -> Result<(), E> {
        let lowest = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        lowest.map_or(Ok(()), |(_, error)| Err(error))
    }
}

impl Exec {
    /// Calls `f` with each item and its position.
    pub fn for_each_mut<T: Send>(&self, items: &mut [T], f: impl Fn(usize, &mut T) + Send + Sync) {
        self.for_each_chunk_mut(items, 1, |index, chunk| f(index, &mut chunk[0]));
    }

    /// Calls `f` with each chunk of at most `chunk_len` consecutive items and the chunk's
    /// position.
    ///
    /// # Panics
    ///
    /// If `chunk_len` is zero.
    pub fn for_each_chunk_mut<T: Send>(
        &self,
        items: &mut [T],
        chunk_len: usize,
        f: impl Fn(usize, &mut [T]) + Send + Sync,
    ) {
        let chunks = items.len().div_ceil(chunk_len);
        let rows = Rows {
            items,
            row_len: chunk_len,
        };
        self.share(chunks, rows, &|first, share| {
            for (index, chunk) in (first..).zip(share.chunks()) {
                f(index, chunk);
            }
            true
        });
    }

    /// Calls `f` with each chunk, as [`for_each_chunk_mut`](Self::for_each_chunk_mut) does, until
    /// one call fails.
    ///
    /// # Errors
    ///
    /// The error of the failing chunk with the lowest position, on any number of threads.
    ///
    /// # Panics
    ///
    /// If `chunk_len` is zero.
    pub fn try_for_each_chunk_mut<T: Send, E: Send>(
        &self,
        items: &mut [T],
        chunk_len: usize,
        f: impl Fn(usize, &mut [T]) -> Result<(), E> + Send + Sync,
    ) -> Result<(), E> {
        let failure = Lowest::new();
        let chunks = items.len().div_ceil(chunk_len);
        let rows = Rows {
            items,
            row_len: chunk_len,
        };
        self.share(chunks, rows, &|first, share| {
            failure.try_each(first, share.chunks(), &f)
        });
        failure.into_result()
    }

    /// Calls `f` with each item and its position, until one call fails.
    ///
    /// # Errors
    ///
    /// The error of the failing item with the lowest position, on any number of threads.
    pub fn try_for_each_mut<T: Send, E: Send>(
        &self,
        items: &mut [T],
        f: impl Fn(usize, &mut T) -> Result<(), E> + Send + Sync,
    ) -> Result<(), E> {
        self.try_for_each_chunk_mut(items, 1, |index, chunk| f(index, &mut chunk[0]))
    }

    /// Calls `f` with each pair of rows of two tables and the position of the rows, until one call
    /// fails. Table `a` has rows of `a_len` items, and table `b` has as many rows of `b_len` items.
    ///
    /// # Errors
    ///
    /// The error of the failing row with the lowest position, on any number of threads.
    ///
    /// # Panics
    ///
    /// If a row's length is zero.
    pub fn try_for_each_row_mut<A: Send, B: Send, E: Send>(
        &self,
        (a, a_len): (&mut [A], usize),
        (b, b_len): (&mut [B], usize),
        f: impl Fn(usize, &mut [A], &mut [B]) -> Result<(), E> + Send + Sync,
    ) -> Result<(), E> {
        let failure = Lowest::new();
        let count = (a.len() / a_len).min(b.len() / b_len);
        let a = Rows {
            items: a,
            row_len: a_len,
        };
        let b = Rows {
            items: b,
            row_len: b_len,
        };
        self.share(count, (a, b), &|first, (a, b)| {
            let rows = a.chunks().zip(b.chunks());
            failure.try_each(first, rows, |index, (a, b)| f(index, a, b))
        });
        failure.into_result()
    }

    /// Calls `f` with each pair of rows of two tables, as
    /// [`try_for_each_row_mut`](Self::try_for_each_row_mut) does.
    ///
    /// # Panics
    ///
    /// If a row's length is zero.
    pub fn for_each_row_mut<A: Send, B: Send>(
        &self,
        a: (&mut [A], usize),
        b: (&mut [B], usize),
        f: impl Fn(usize, &mut [A], &mut [B]) + Send + Sync,
    ) {
        let done = self.try_for_each_row_mut(a, b, |index, a, b| {
            f(index, a, b);
            Ok::<(), core::convert::Infallible>(())
        });
        match done {
            Ok(()) => {}
        }
    }

    /// Calls `work` with shares of consecutive rows and the position of the first row, until one
    /// call returns `false`. `work` is called with all rows before that share too, because shares are
    /// taken from the front.
    fn share<R: Shared>(
        &self,
        count: usize,
        mut rows: R,
        work: &(dyn Fn(usize, R) -> bool + Sync),
    ) {
        let threads = self.threads().min(count);
        if threads <= 1 {
            if count > 0 {
                work(0, rows.take(count));
            }
            return;
        }
        let left = Mutex::new((0, rows));
        let take = || {
            let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
            let (first, rows) = &mut *left;
            let rows_left = count - *first;
            if rows_left == 0 {
                return None;
            }
            let taken = (rows_left / (SHARES_PER_THREAD * threads)).max(1);
            let share = (*first, rows.take(taken));
            *first += taken;
            Some(share)
        };
        let is_stopped = AtomicBool::new(false);
        self.on_threads(threads, &|| {
            while !is_stopped.load(Ordering::Relaxed)
                && let Some((first, share)) = take()
            {
                if !work(first, share) {
                    is_stopped.store(true, Ordering::Relaxed);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicBool, Ordering};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use crate::exec::tests::execs;

    #[test]
    fn every_item_is_visited_once_with_its_position() {
        for exec in execs() {
            let mut items = vec![0_usize; 1000];
            exec.for_each_mut(&mut items, |index, item| *item += index);
            assert!(items.iter().enumerate().all(|(index, &item)| index == item));
            exec.for_each_chunk_mut(&mut items, 64, |index, chunk| chunk.fill(index));
            assert_eq!((items[63], items[64], items[999]), (0, 1, 15));
            let mut rows = vec![0_usize; 40];
            exec.for_each_row_mut((&mut items, 25), (&mut rows, 1), |index, items, row| {
                row[0] = index;
                items.fill(index);
            });
            assert_eq!(rows, (0..40).collect::<Vec<_>>());
            assert_eq!((items[24], items[25], items[999]), (0, 1, 39));
        }
    }

    #[test]
    fn the_first_failing_item_is_reported_on_any_number_of_threads() {
        for exec in execs() {
            for _ in 0..50 {
                let mut items: Vec<usize> = (0..500).collect();
                let failure = exec.try_for_each_mut(&mut items, |index, _| {
                    if index % 100 == 37 {
                        Err(index)
                    } else {
                        Ok(())
                    }
                });
                assert_eq!(failure, Err(37));
                let failure = exec.try_for_each_chunk_mut(&mut items, 30, |index, chunk| {
                    chunk.fill(index);
                    if chunk.len() < 30 { Err(index) } else { Ok(()) }
                });
                assert_eq!(failure, Err(16));
                assert_eq!((items[29], items[30], items[499]), (0, 1, 16));
            }
        }
    }

    #[test]
    fn the_lowest_failure_is_reported_even_if_it_happens_last() {
        for exec in execs() {
            let late_has_failed = AtomicBool::new(!exec.is_parallel());
            let mut items = [0; 64];
            let failure = exec.try_for_each_mut(&mut items, |index, _| match index {
                // The share with the first item waits for the other one.
                0 => {
                    let start = std::time::Instant::now();
                    while !late_has_failed.load(Ordering::Acquire) && start.elapsed().as_secs() < 60
                    {
                        std::thread::yield_now();
                    }
                    Err(0)
                }
                1..40 => Ok(()),
                _ => {
                    late_has_failed.store(true, Ordering::Release);
                    Err(index)
                }
            });
            assert_eq!(failure, Err(0));
            assert!(late_has_failed.into_inner(), "the failure was not the last");
        }
    }

    #[test]
    fn a_panic_reaches_the_caller_and_later_loops_work() {
        for exec in execs() {
            let panicking = AssertUnwindSafe(|| {
                exec.for_each_mut(&mut [0; 100], |index, _| assert_ne!(index, 40, "the item"));
            });
            assert!(catch_unwind(panicking).is_err());
            let mut items = [0; 100];
            exec.for_each_mut(&mut items, |index, item| *item = index);
            assert_eq!(items[99], 99);
        }
    }

    #[test]
    fn loops_inside_loops_visit_every_item() {
        for exec in execs() {
            let mut rows = vec![[0; 50]; 20];
            exec.for_each_mut(&mut rows, |outer, row| {
                exec.for_each_mut(row, |inner, item| *item = 50 * outer + inner);
            });
            let expected: Vec<usize> = (0..1000).collect();
            assert_eq!(rows.as_flattened(), expected);
        }
    }

    #[test]
    fn rows_end_with_the_lower_table() {
        for exec in execs() {
            let (mut a, mut b) = ([0; 23], [0; 10]);
            exec.for_each_row_mut((&mut a, 5), (&mut b, 1), |index, a, b| {
                a.fill(index + 1);
                b.fill(index + 1);
            });
            // Four whole rows of the first table; the rest of both tables is left as it is.
            assert_eq!((a[19], &a[20..]), (4, &[0; 3][..]));
            assert_eq!((b[3], &b[4..]), (4, &[0; 6][..]));
        }
    }
}
