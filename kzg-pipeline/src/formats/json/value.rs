//! Values of a JSON document with their place in it.

use kzg_traits::Blob;

use super::super::hex::read_hex;
use super::super::{Fault, FormatError, HexError};
use super::Json;

/// A value with its place in the document.
#[derive(Debug)]
pub(in crate::formats) struct Value<'j, 'a> {
    json: &'j Json<'a>,
    path: String,
}

impl<'j, 'a> Value<'j, 'a> {
    /// A document, or a value at a path that the caller names.
    pub(in crate::formats) fn named(json: &'j Json<'a>, path: impl Into<String>) -> Self {
        let path = path.into();
        Self { json, path }
    }

    /// The path of the value in the document.
    pub(in crate::formats) fn path(&self) -> &str {
        &self.path
    }

    pub(in crate::formats) fn is_null(&self) -> bool {
        matches!(self.json, Json::Null)
    }

    /// The error of this value.
    pub(in crate::formats) fn fault(&self, reason: impl Into<Fault>) -> FormatError {
        let path = if self.path.is_empty() {
            "the document"
        } else {
            &self.path
        };
        FormatError::at(path, reason)
    }

    fn below(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// The value under a key, unless it is missing or null.
    pub(in crate::formats) fn find(&self, key: &str) -> Option<Self> {
        let json = self.json.get(key)?;
        Some(Self::named(json, self.below(key)))
    }

    /// The value under a key, which must be there.
    pub(in crate::formats) fn need(&self, key: &str) -> Result<Self, FormatError> {
        if !matches!(self.json, Json::Object(_)) {
            let expected = "an object";
            return Err(self.fault(Fault::Type { expected }));
        }
        self.find(key)
            .ok_or_else(|| FormatError::at(self.below(key), Fault::Missing))
    }

    /// The items of a list.
    pub(in crate::formats) fn list(
        &self,
    ) -> Result<impl Iterator<Item = Self> + use<'j, 'a>, FormatError> {
        let Some(items) = self.json.items() else {
            let expected = "a list";
            return Err(self.fault(Fault::Type { expected }));
        };
        let path = self.path.clone();
        let items = items.iter().enumerate();
        Ok(items.map(move |(index, item)| Self::named(item, format!("{path}[{index}]"))))
    }

    /// The items of a list, named `what 0`, `what 1` and so on in errors.
    pub(in crate::formats) fn named_items(
        &self,
        what: &'static str,
    ) -> Result<impl Iterator<Item = Self> + use<'j, 'a>, FormatError> {
        let items = self.list()?.enumerate();
        Ok(items.map(move |(index, item)| Self::named(item.json, format!("{what} {index}"))))
    }

    /// The number of items of a list; zero for any other value.
    pub(in crate::formats) fn len(&self) -> usize {
        self.json.items().map_or(0, <[Json<'a>]>::len)
    }

    /// Checks the length of a list.
    pub(in crate::formats) fn of_len(
        &self,
        expected: usize,
        unit: &'static str,
    ) -> Result<impl Iterator<Item = Self> + use<'j, 'a>, FormatError> {
        let items = self.list()?;
        let actual = self.len();
        if actual != expected {
            return Err(self.fault(Fault::Length {
                actual,
                expected,
                unit,
            }));
        }
        Ok(items)
    }

    fn text(&self) -> Result<&'j str, FormatError> {
        match self.json {
            Json::Text(text) => Ok(text),
            _ => Err(self.fault(Fault::Type {
                expected: "a string",
            })),
        }
    }

    /// Hexadecimal digits of exactly as many bytes as `out` has.
    pub(in crate::formats) fn decode(&self, out: &mut [u8]) -> Result<(), FormatError> {
        decode(self.text()?, out).map_err(|reason| self.fault(reason))
    }

    /// Hexadecimal digits of `N` bytes.
    pub(in crate::formats) fn bytes<const N: usize>(&self) -> Result<[u8; N], FormatError> {
        let mut bytes = [0; N];
        self.decode(&mut bytes)?;
        Ok(bytes)
    }

    /// Hexadecimal digits of a blob.
    pub(in crate::formats) fn blob(&self) -> Result<Box<Blob>, FormatError> {
        let mut blob = Blob::zeroed_on_heap();
        self.decode(&mut blob.0)?;
        Ok(blob)
    }

    /// A list of items of `N` bytes each.
    pub(in crate::formats) fn each<const N: usize, T>(
        &self,
        make: impl Fn([u8; N]) -> T,
    ) -> Result<Vec<T>, FormatError> {
        self.list()?.map(|item| Ok(make(item.bytes()?))).collect()
    }

    /// A number: decimal digits in a string, as in the Beacon API, a number, or hexadecimal digits
    /// after 0x.
    pub(in crate::formats) fn number(&self) -> Result<u64, FormatError> {
        let parsed = match self.json {
            Json::Number(number) => Some(*number),
            // The parsers of the standard library accept a sign too.
            Json::Text(text) if !text.contains('+') => match text.strip_prefix("0x") {
                Some(digits) => u64::from_str_radix(digits, 16).ok(),
                None => text.parse().ok(),
            },
            _ => None,
        };
        parsed.ok_or_else(|| {
            self.fault(Fault::Type {
                expected: "a number of 64 bits",
            })
        })
    }
}

/// Decodes hexadecimal digits in the notations of [`read_hex`].
fn decode(text: &str, out: &mut [u8]) -> Result<(), HexError> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() == 2 * out.len() && hex::decode_to_slice(digits, out).is_ok() {
        return Ok(());
    }
    match &*read_hex(text.as_bytes(), out.len())? {
        [item] => {
            out.copy_from_slice(item);
            Ok(())
        }
        _ => Err(HexError::Length {
            item: 0,
            digits: text.len(),
            expected: 2 * out.len(),
        }),
    }
}
