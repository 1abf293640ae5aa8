//! A count of items, and the first hundred items.

/// The maximum number of kept items; further items are only counted.
pub(super) const KEPT: usize = 100;

/// The number of items, and the first hundred of them.
#[derive(Clone, Debug)]
pub(crate) struct Listed<T> {
    pub(crate) count: u64,
    pub(crate) first: Vec<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self {
            count: 0,
            first: Vec::new(),
        }
    }
}

impl<T> Listed<T> {
    pub(crate) fn add(&mut self, item: T) {
        count_and_keep(&mut self.count, &mut self.first, || item);
    }

    /// Adds the items of another list.
    pub(crate) fn append(&mut self, other: Self) {
        self.count += other.count;
        let room = KEPT - self.first.len();
        self.first.extend(other.first.into_iter().take(room));
    }
}

/// Counts an item, and keeps the item if it is among the first hundred.
pub(crate) fn count_and_keep<T>(count: &mut u64, first: &mut Vec<T>, item: impl FnOnce() -> T) {
    *count += 1;
    if first.len() < KEPT {
        first.push(item());
    }
}

#[cfg(test)]
mod tests {
    use super::Listed;

    #[test]
    fn the_first_hundred_are_kept_and_all_are_counted() {
        let mut listed = Listed::default();
        (0..250).for_each(|item| listed.add(item));
        assert_eq!(listed.count, 250);
        assert_eq!(listed.first, (0..100).collect::<Vec<i32>>());
        let mut both = Listed::default();
        both.add(-1);
        both.append(listed);
        assert_eq!(both.count, 251);
        assert_eq!(both.first, (-1..99).collect::<Vec<i32>>());
    }
}
