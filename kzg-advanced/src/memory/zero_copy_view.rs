//! Views of bytes as items, without copying.

use core::fmt;
use core::marker::PhantomData;
use core::ops::Range;

use bytes::Bytes;
use kzg_traits::error::Result;
use kzg_traits::{Blob, Bytes32, Bytes48, Cell, KzgCommitment, KzgProof};
use zerocopy::FromBytes;

mod sealed {
    pub trait Sealed {}
}

/// A byte type of the protocol: any bytes of its length are a value.
///
/// ```
/// use kzg_advanced::memory::ByteItem;
/// use kzg_advanced::{Cell, KzgProof, ZeroCopyView};
///
/// /// The number of received items, if the bytes are whole items.
/// fn count<T: ByteItem>(received: &[u8]) -> Option<usize> {
///     Some(ZeroCopyView::<T, _>::new(received).ok()?.len())
/// }
/// assert_eq!(count::<Cell>(&[0; 4096]), Some(2));
/// assert_eq!(count::<KzgProof>(&[0; 4096]), None);
/// ```
pub trait ByteItem: sealed::Sealed + Sized + 'static {
    /// Length in bytes.
    const LENGTH: usize;

    /// Views bytes as consecutive items, without copying.
    ///
    /// # Errors
    ///
    /// [`Error::Length`](kzg_traits::Error::Length) if the last item is incomplete. The
    /// error names that item.
    fn many_from_slice(bytes: &[u8]) -> Result<&[Self]>;

    /// As [`many_from_slice`](Self::many_from_slice), for writing. An incomplete last item is left
    /// out.
    fn many_from_mut_slice(bytes: &mut [u8]) -> &mut [Self];
}

macro_rules! byte_items {
    ($($name:ident),*) => { $(
        impl sealed::Sealed for $name {}

        impl ByteItem for $name {
            const LENGTH: usize = $name::LENGTH;

            fn many_from_slice(bytes: &[u8]) -> Result<&[Self]> {
                $name::many_from_slice(bytes)
            }

            fn many_from_mut_slice(bytes: &mut [u8]) -> &mut [Self] {
                let count = bytes.len() / Self::LENGTH;
                let (items, _) = <[Self]>::mut_from_prefix_with_elems(bytes, count)
                    .expect("the bytes hold this number of items, at any alignment");
                items
            }
        }
    )* };
}
byte_items!(Blob, Bytes32, Bytes48, Cell, KzgCommitment, KzgProof);

/// Bytes as consecutive items of one type, without copying.
///
/// `S` holds the bytes: `&[u8]`, [`Bytes`] from the network, a `Vec<u8>` or a mapped file. The
/// content is not checked: the operation that reads field elements checks that they are canonical.
///
/// ```
/// use kzg_advanced::{Blob, Cell, ZeroCopyView};
///
/// let received = bytes::Bytes::from(vec![0; 3 * Blob::LENGTH]);
/// let blobs = ZeroCopyView::<Blob, _>::new(received.clone())?;
/// assert_eq!(blobs.as_slice().len(), 3);
/// assert_eq!(blobs.as_slice()[1].as_slice().as_ptr(), received[Blob::LENGTH..].as_ptr());
///
/// let last_two = blobs.subview(1, 2).expect("there are three");
/// assert_eq!(last_two.as_slice(), &blobs.as_slice()[1..]);
/// assert!(blobs.subview(2, usize::MAX).is_none());
///
/// assert!(ZeroCopyView::<Cell, _>::new(&received[..5000]).is_err());
/// # Ok::<(), kzg_advanced::Error>(())
/// ```
pub struct ZeroCopyView<T, S> {
    bytes: S,
    items: PhantomData<fn() -> T>,
}

impl<T: ByteItem, S: AsRef<[u8]>> ZeroCopyView<T, S> {
    /// A view of all the bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Length`](kzg_traits::Error::Length) if the last item is incomplete. The
    /// error names that item.
    pub fn new(bytes: S) -> Result<Self> {
        T::many_from_slice(bytes.as_ref())?;
        Ok(Self::unchecked(bytes))
    }

    /// The items.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        // An `AsRef` may return other bytes at each call. An incomplete last item is left out.
        let bytes = self.bytes.as_ref();
        let whole = bytes.len() - bytes.len() % T::LENGTH;
        T::many_from_slice(&bytes[..whole]).expect("whole items")
    }

    /// The number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A view of `len` items from item `start`; `None` if they reach past the end.
    #[must_use]
    pub fn subview(&self, start: usize, len: usize) -> Option<ZeroCopyView<T, &[u8]>> {
        // An `AsRef` may return other bytes at each call.
        let bytes = self.bytes.as_ref();
        let range = byte_range::<T>(bytes, start, len)?;
        Some(ZeroCopyView::unchecked(&bytes[range]))
    }

    /// The holder of the bytes.
    #[must_use]
    pub fn into_inner(self) -> S {
        self.bytes
    }

    fn unchecked(bytes: S) -> Self {
        Self {
            bytes,
            items: PhantomData,
        }
    }
}

impl<T: ByteItem> ZeroCopyView<T, Bytes> {
    /// As [`subview`](Self::subview), as an owner of the memory.
    #[must_use]
    pub fn shared_subview(&self, start: usize, len: usize) -> Option<Self> {
        let range = byte_range::<T>(&self.bytes, start, len)?;
        Some(Self::unchecked(self.bytes.slice(range)))
    }
}

impl<'a, T: ByteItem> ZeroCopyView<T, &'a [u8]> {
    /// The items, with the lifetime of the bytes instead of that of the view.
    #[must_use]
    pub fn into_slice(self) -> &'a [T] {
        T::many_from_slice(self.bytes).expect("`new` has checked the length")
    }
}

/// The bytes of `len` items from item `start`; `None` if they reach past the end.
fn byte_range<T: ByteItem>(bytes: &[u8], start: usize, len: usize) -> Option<Range<usize>> {
    let end = start.checked_add(len)?;
    (end <= bytes.len() / T::LENGTH).then(|| start * T::LENGTH..end * T::LENGTH)
}

impl<T, S: Clone> Clone for ZeroCopyView<T, S> {
    fn clone(&self) -> Self {
        Self {
            bytes: self.bytes.clone(),
            items: PhantomData,
        }
    }
}

impl<T: ByteItem, S: AsRef<[u8]>> fmt::Debug for ZeroCopyView<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZeroCopyView")
            .field("items", &self.len())
            .field("bytes_per_item", &T::LENGTH)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::{Error, Item};

    #[test]
    fn a_wrong_length_names_the_incomplete_item() {
        let bytes = vec![1; 2 * Cell::LENGTH + 5];
        let error = ZeroCopyView::<Cell, _>::new(bytes.as_slice()).unwrap_err();
        let expected = Error::Length {
            item: Item::Cell,
            index: 2,
            expected: Cell::LENGTH,
            actual: 5,
        };
        assert_eq!(error, expected);
        let empty = ZeroCopyView::<Blob, _>::new([]).unwrap();
        assert!(empty.is_empty() && empty.subview(0, 0).is_some());
        assert!(empty.subview(0, 1).is_none());
    }

    #[test]
    fn subviews_are_checked_up_to_the_last_address() {
        let shared = Bytes::from((0..=255).cycle().take(4 * 48).collect::<Vec<u8>>());
        let view = ZeroCopyView::<KzgProof, _>::new(shared.clone()).unwrap();
        for start in 0..=5 {
            for len in 0..=5 {
                let expected = view.as_slice().get(start..start + len);
                let part = view.subview(start, len);
                assert_eq!(part.as_ref().map(ZeroCopyView::as_slice), expected);
                let part = view.shared_subview(start, len);
                assert_eq!(part.as_ref().map(ZeroCopyView::as_slice), expected);
            }
        }
        for (start, len) in [
            (1, usize::MAX),
            (usize::MAX, 1),
            (usize::MAX, usize::MAX),
            (0, usize::MAX / 48 + 1),
        ] {
            assert!(view.subview(start, len).is_none());
            assert!(view.shared_subview(start, len).is_none());
        }
        let part = view.shared_subview(1, 2).unwrap();
        drop(view);
        assert_eq!(part.as_slice()[0].0[..], shared[48..96]);
        let slice = part.subview(1, 1).unwrap().into_slice();
        assert_eq!(slice[0].0[..], shared[96..144]);
        assert_eq!(
            part.into_inner().as_ptr(),
            shared[48..].as_ptr(),
            "not copied"
        );
    }

    #[test]
    fn bytes_that_change_are_never_read_past_their_end() {
        struct Shrinking(core::cell::Cell<usize>, usize);
        impl AsRef<[u8]> for Shrinking {
            fn as_ref(&self) -> &[u8] {
                self.0.set(self.0.get().saturating_sub(self.1));
                &[0; 200][..self.0.get()]
            }
        }
        let shrinking = |bytes, step| {
            let bytes = Shrinking(core::cell::Cell::new(bytes), step);
            ZeroCopyView::<KzgProof, _>::new(bytes).unwrap()
        };
        assert_eq!(shrinking(97, 1).as_slice().len(), 1);
        let view = shrinking(192, 48);
        assert_eq!(view.subview(0, 2).map(|part| part.len()), Some(2));
        assert!(view.subview(0, 2).is_none(), "one item is left");
    }
}
