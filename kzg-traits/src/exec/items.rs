//! Parallel loops over items, chunks or rows.

use rayon::prelude::*;

use super::Exec;

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
        if self.is_parallel() && items.len() > chunk_len {
            self.enter(|| {
                items
                    .par_chunks_mut(chunk_len)
                    .enumerate()
                    .for_each(|(index, chunk)| f(index, chunk));
            });
        } else {
            for (index, chunk) in items.chunks_mut(chunk_len).enumerate() {
                f(index, chunk);
            }
        }
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
        let failure = if self.is_parallel() && items.len() > chunk_len {
            self.enter(|| {
                items
                    .par_chunks_mut(chunk_len)
                    .enumerate()
                    .find_map_first(|(index, chunk)| f(index, chunk).err())
            })
        } else {
            items
                .chunks_mut(chunk_len)
                .enumerate()
                .find_map(|(index, chunk)| f(index, chunk).err())
        };
        failure.map_or(Ok(()), Err)
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
        let failure = if self.is_parallel() && a.len() > a_len {
            self.enter(|| {
                a.par_chunks_exact_mut(a_len)
                    .zip(b.par_chunks_exact_mut(b_len))
                    .enumerate()
                    .find_map_first(|(index, (a, b))| f(index, a, b).err())
            })
        } else {
            a.chunks_exact_mut(a_len)
                .zip(b.chunks_exact_mut(b_len))
                .enumerate()
                .find_map(|(index, (a, b))| f(index, a, b).err())
        };
        failure.map_or(Ok(()), Err)
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
}

#[cfg(test)]
mod tests {
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
}
