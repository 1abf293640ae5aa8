//! Reads hexadecimal digits into existing buffers.

use crate::error::{Error, Item, Result};

/// Reads hexadecimal digits, with or without `0x`.
pub(super) fn read(text: &str, out: &mut [u8], item: Item) -> Result<()> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() % 2 == 1 {
        return Err(Error::Hex { item, index: 0 });
    }
    if digits.len() != 2 * out.len() {
        return Err(Error::Length {
            item,
            index: 0,
            expected: out.len(),
            actual: digits.len() / 2,
        });
    }
    hex::decode_to_slice(digits, out).map_err(|_| Error::Hex { item, index: 0 })
}

#[cfg(feature = "serde")]
pub(super) use with_serde::{HexInto, deserialize_into};

#[cfg(feature = "serde")]
mod with_serde {
    use core::fmt;

    use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

    use crate::error::Item;

    /// Reads a string of hexadecimal digits into `bytes`.
    pub(in super::super) fn deserialize_into<'de, D: Deserializer<'de>>(
        deserializer: D,
        bytes: &mut [u8],
        item: Item,
    ) -> Result<(), D::Error> {
        HexInto {
            bytes,
            item,
            index: 0,
        }
        .deserialize(deserializer)
    }

    /// The destination of a string of hexadecimal digits.
    pub(in super::super) struct HexInto<'a> {
        pub(in super::super) bytes: &'a mut [u8],
        pub(in super::super) item: Item,
        /// The position of the item in a list, for errors.
        pub(in super::super) index: usize,
    }

    impl<'de> DeserializeSeed<'de> for HexInto<'_> {
        type Value = ();

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
            deserializer.deserialize_str(self)
        }
    }

    impl Visitor<'_> for HexInto<'_> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{} bytes in hexadecimal", self.bytes.len())
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
            super::read(text, self.bytes, self.item)
                .map_err(|error| E::custom(error.with_index(self.index)))
        }
    }
}
