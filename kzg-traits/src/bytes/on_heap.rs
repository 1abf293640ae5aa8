//! Serde for lists of blobs and cells that never pass through the stack.
//!
//! The `Deserialize` of `Vec<T>` reads each item onto the stack and moves it into the list; for
//! blobs this overflows a small stack. The functions of this module read each item directly into
//! the list:
//!
//! ```
//! use kzg_traits::{Blob, KzgCommitment};
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Bundle {
//!     commitments: Vec<KzgCommitment>,
//!     #[serde(with = "kzg_traits::bytes::on_heap")]
//!     blobs: Vec<Blob>,
//! }
//! ```
//!
//! Fields of type `Box<Blob>` and `Vec<Box<Blob>>` are read without this module.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use zerocopy::{FromZeros, Immutable, IntoBytes};

use super::hexadecimal::HexInto;
use super::{Blob, Cell};
use crate::error::Item;

/// [`Blob`] or [`Cell`].
pub trait LargeItem:
    FromZeros + zerocopy::FromBytes + IntoBytes + Immutable + Serialize + sealed::Sealed
{
    /// The name of the type in errors.
    const ITEM: Item;
}

impl LargeItem for Blob {
    const ITEM: Item = Item::Blob;
}

impl LargeItem for Cell {
    const ITEM: Item = Item::Cell;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Blob {}
    impl Sealed for super::Cell {}
}

/// Reads a list of strings of hexadecimal digits, each directly into the list.
///
/// # Errors
///
/// The error of the first item that is malformed, with its position.
pub fn deserialize<'de, T: LargeItem, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_seq(ListVisitor(PhantomData))
}

/// Writes a list of strings of hexadecimal digits, as `Vec<T>` itself does.
///
/// # Errors
///
/// The errors of the serializer.
pub fn serialize<T: LargeItem, S: Serializer>(
    items: &[T],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(items)
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: LargeItem> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}s in hexadecimal", T::ITEM)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        loop {
            let index = items.len();
            T::extend_vec_zeroed(&mut items, 1)
                .map_err(|_| A::Error::custom(format!("no memory for {} {index}", T::ITEM)))?;
            let place = HexInto {
                bytes: items[index].as_mut_bytes(),
                item: T::ITEM,
                index,
            };
            if list.next_element_seed(place)?.is_none() {
                items.truncate(index);
                return Ok(items);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
    struct Sidecar {
        one: Box<Blob>,
        #[serde(with = "super")]
        blobs: Vec<Blob>,
        boxes: Vec<Box<Blob>>,
        #[serde(with = "super")]
        cells: Vec<Cell>,
        more_cells: Vec<Cell>,
        cell: Box<Cell>,
    }

    fn sidecar() -> Sidecar {
        let mut blobs = Vec::new();
        Blob::extend_vec_zeroed(&mut blobs, 3).unwrap();
        blobs[2].0[77] = 7;
        let mut cell = Cell::default();
        cell.0[2047] = 9;
        let mut one = Blob::zeroed_on_heap();
        one.0[131_071] = 1;
        Sidecar {
            boxes: vec![one.clone(), Blob::zeroed_on_heap()],
            one,
            blobs,
            cells: vec![cell.clone(), Cell::default()],
            more_cells: vec![cell.clone()],
            cell: Box::new(cell),
        }
    }

    /// The threads of tests, and most threads of Rust, have megabytes of stack. The threads of
    /// other languages' runtimes may have much less.
    #[test]
    fn blobs_and_cells_are_read_on_a_thread_with_a_small_stack() {
        let expected = sidecar();
        let thread = std::thread::Builder::new().stack_size(128 * 1024);
        let reader = thread.spawn(move || {
            let json = serde_json::to_string(&expected).unwrap();
            let read: Sidecar = serde_json::from_str(&json).unwrap();
            assert!(read == expected);
            // This deserializer passes owned strings, not borrowed ones.
            let read: Sidecar = {
                let owned: serde_json::Value = serde_json::from_str(&json).unwrap();
                serde_json::from_value(owned).unwrap()
            };
            assert!(read == expected);
        });
        reader.unwrap().join().unwrap();
    }

    #[test]
    fn the_malformed_item_is_named() {
        let blob = "00".repeat(Blob::LENGTH);
        for (text, message) in [
            (
                format!(r#"["{blob}", "0x{blob}00"]"#),
                "blob 1: 131073 bytes, expected 131072",
            ),
            (
                format!(r#"["{blob}", "{blob}", "{}zz"]"#, &blob[2..]),
                "blob 2: not hexadecimal",
            ),
            ("[7]".to_owned(), "131072 bytes in hexadecimal"),
            ("7".to_owned(), "a list of blobs in hexadecimal"),
        ] {
            let mut json = serde_json::Deserializer::from_str(&text);
            let error = deserialize::<Blob, _>(&mut json).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
        let mut none = serde_json::Deserializer::from_str("[]");
        assert!(deserialize::<Cell, _>(&mut none).unwrap().is_empty());
    }
}
