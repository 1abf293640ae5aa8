//! The macros that define the byte types.

/// A type of a fixed number of bytes, with what all byte types implement.
macro_rules! byte_type {
    ($(#[$doc:meta])* $name:ident, $length:expr, $item:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
        #[repr(transparent)]
        pub struct $name(pub [u8; $length]);

        impl $name {
            /// Length in bytes.
            pub const LENGTH: usize = $length;

            /// Views bytes as one item, without copying.
            ///
            /// # Errors
            ///
            /// [`Error::Length`] unless there are exactly [`Self::LENGTH`] bytes.
            pub fn from_slice(bytes: &[u8]) -> Result<&Self> {
                Self::ref_from_bytes(bytes).map_err(|_| Error::Length {
                    item: $item,
                    index: 0,
                    expected: $length,
                    actual: bytes.len(),
                })
            }

            /// Views bytes as consecutive items, without copying.
            ///
            /// # Errors
            ///
            /// [`Error::Length`], with the index of the last item, if that item is cut short.
            pub fn many_from_slice(bytes: &[u8]) -> Result<&[Self]> {
                <[Self]>::ref_from_bytes(bytes).map_err(|_| Error::Length {
                    item: $item,
                    index: bytes.len() / $length,
                    expected: $length,
                    actual: bytes.len() % $length,
                })
            }

            /// The bytes of consecutive items, without copying: the inverse of
            /// [`many_from_slice`](Self::many_from_slice).
            #[must_use]
            pub fn bytes_of_many(items: &[Self]) -> &[u8] {
                items.as_bytes()
            }

            /// Reads hexadecimal digits, with or without `0x`, into an item on the heap.
            ///
            /// # Errors
            ///
            /// [`Error::Hex`] for an odd number of digits; [`Error::Length`] for another number of
            /// bytes; [`Error::Hex`] for a character that is not a digit.
            pub fn from_hex(text: &str) -> Result<Box<Self>> {
                let mut item = Self::zeroed_on_heap();
                hexadecimal::read(text, &mut item.0, $item)?;
                Ok(item)
            }

            /// An item of zeros on the heap, which never passes through the stack.
            ///
            /// # Panics
            ///
            /// If there is no memory left.
            #[must_use]
            pub fn zeroed_on_heap() -> Box<Self> {
                Self::new_box_zeroed().expect("out of memory")
            }

            /// The bytes of the item.
            #[must_use]
            pub fn as_slice(&self) -> &[u8] {
                &self.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl From<[u8; $length]> for $name {
            fn from(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self([0; $length])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("0x")?;
                for byte in &self.0 {
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }

        /// As [`from_hex`](Self::from_hex), but the result is not on the heap.
        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Self::from_hex(text).map(|item| *item)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> core::result::Result<S::Ok, S::Error> {
                s.serialize_str(&hex::encode_prefixed(self.as_slice()))
            }
        }
    };
}

/// Deserialization of the types that are small enough for the stack.
macro_rules! deserialize_in_place {
    ($($name:ident, $item:expr;)*) => { $(
        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> core::result::Result<Self, D::Error> {
                let mut bytes = Self::default();
                hexadecimal::deserialize_into(d, &mut bytes.0, $item)?;
                Ok(bytes)
            }
        }
    )* };
}

/// The traits that only the small types implement: `Copy`, `Hash` and a complete debug form.
macro_rules! small_byte_type {
    ($($name:ident),*) => { $(
        impl Copy for $name {}

        impl core::hash::Hash for $name {
            fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )* };
}

/// The trait that only the large types implement: an abbreviated debug form.
macro_rules! large_byte_type {
    ($($name:ident),*) => { $(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let start = hex::encode(&self.0[..8]);
                write!(f, concat!(stringify!($name), "(0x{}.., {} bytes)"), start, self.0.len())
            }
        }
    )* };
}
