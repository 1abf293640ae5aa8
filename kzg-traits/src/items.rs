//! Lists of borrowed items, contiguous or scattered, so that callers need not copy them.

/// A borrowed list of items: a slice of items, of references or of boxes.
///
/// Built by `into()` from `&[T]`, `&Vec<T>`, `&[T; N]`, `&[&T]`, `&Vec<&T>` or `&[Box<T>]`.
///
/// ```
/// use kzg_traits::{Blob, Blobs};
///
/// fn first_bytes(blobs: Blobs<'_>) -> Vec<u8> {
///     blobs.iter().map(|blob| blob.0[0]).collect()
/// }
/// let mut boxes = vec![Blob::zeroed_on_heap(), Blob::zeroed_on_heap()];
/// boxes[1].0[0] = 7;
/// assert_eq!(first_bytes((&boxes).into()), [0, 7]);
/// let backwards: Vec<&Blob> = boxes.iter().rev().map(|blob| &**blob).collect();
/// assert_eq!(first_bytes((&backwards).into()), [7, 0]); // no blob was moved or copied
/// ```
#[derive(Debug)]
pub enum Items<'a, T> {
    /// The items are contiguous in memory.
    Contiguous(&'a [T]),
    /// The items are anywhere in memory.
    Scattered(&'a [&'a T]),
    /// Each item is owned by a box.
    Boxed(&'a [Box<T>]),
}

/// The blobs that a call reads.
pub type Blobs<'a> = Items<'a, crate::bytes::Blob>;

/// The cells that a call reads.
pub type Cells<'a> = Items<'a, crate::bytes::Cell>;

impl<T> Clone for Items<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Items<'_, T> {}

impl<'a, T> Items<'a, T> {
    /// The number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Contiguous(items) => items.len(),
            Self::Scattered(items) => items.len(),
            Self::Boxed(items) => items.len(),
        }
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Item `index`.
    ///
    /// # Panics
    ///
    /// If there is no such item.
    #[must_use]
    pub fn at(&self, index: usize) -> &'a T {
        match self {
            Self::Contiguous(items) => &items[index],
            Self::Scattered(items) => items[index],
            Self::Boxed(items) => &items[index],
        }
    }

    /// The items in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a T> {
        (0..self.len()).map(move |index| self.at(index))
    }

    /// The items of a range of positions.
    ///
    /// # Panics
    ///
    /// If the range reaches past the end.
    #[must_use]
    pub fn slice(self, range: core::ops::Range<usize>) -> Self {
        match self {
            Self::Contiguous(items) => Self::Contiguous(&items[range]),
            Self::Scattered(items) => Self::Scattered(&items[range]),
            Self::Boxed(items) => Self::Boxed(&items[range]),
        }
    }
}

impl<'a, T> From<&'a [T]> for Items<'a, T> {
    fn from(items: &'a [T]) -> Self {
        Self::Contiguous(items)
    }
}

impl<'a, T> From<&'a Vec<T>> for Items<'a, T> {
    fn from(items: &'a Vec<T>) -> Self {
        Self::Contiguous(items)
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for Items<'a, T> {
    fn from(items: &'a [T; N]) -> Self {
        Self::Contiguous(items)
    }
}

impl<'a, T> From<&'a [&'a T]> for Items<'a, T> {
    fn from(items: &'a [&'a T]) -> Self {
        Self::Scattered(items)
    }
}

impl<'a, T> From<&'a Vec<&'a T>> for Items<'a, T> {
    fn from(items: &'a Vec<&'a T>) -> Self {
        Self::Scattered(items)
    }
}

impl<'a, T> From<&'a [Box<T>]> for Items<'a, T> {
    fn from(items: &'a [Box<T>]) -> Self {
        Self::Boxed(items)
    }
}

impl<'a, T> From<&'a Vec<Box<T>>> for Items<'a, T> {
    fn from(items: &'a Vec<Box<T>>) -> Self {
        Self::Boxed(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_gives_the_same_items() {
        let contiguous = [1_u8, 2, 3];
        let references: Vec<&u8> = contiguous.iter().collect();
        let boxes: Vec<Box<u8>> = contiguous.iter().map(|&n| Box::new(n)).collect();
        for items in [
            Items::from(&contiguous),
            Items::from(&references),
            Items::from(&boxes),
        ] {
            assert_eq!(items.len(), 3);
            assert!(!items.is_empty());
            assert_eq!(items.iter().copied().collect::<Vec<_>>(), [1, 2, 3]);
            assert_eq!(
                items.slice(1..3).iter().copied().collect::<Vec<_>>(),
                [2, 3]
            );
        }
    }
}
