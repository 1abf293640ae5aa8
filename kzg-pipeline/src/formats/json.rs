//! JSON documents: a tree that borrows from the text, and values with their place in the document.

use core::fmt;
use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use kzg_traits::Blob;

use super::hex::{BYTE_ORDER_MARK, read_hex};
use super::{Fault, FormatError, HexError};

/// The maximum number of values in a document: more than the cells, proofs and commitments of any
/// block, and few enough that the tree of a file full of zeros stays small.
const MOST_VALUES: usize = 1 << 20;

/// A JSON value.
#[derive(Debug)]
pub(super) enum Json<'a> {
    Null,
    /// A value that no format uses.
    Other,
    Number(u64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// Parses a whole document. A byte order mark is skipped.
    pub(super) fn parse(content: &'a [u8]) -> Result<Self, FormatError> {
        let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
        let mut left = MOST_VALUES;
        let mut parser = serde_json::Deserializer::from_slice(content);
        let value = Seed(&mut left).deserialize(&mut parser)?;
        parser.end()?;
        Ok(value)
    }

    /// Whether a content begins like a document.
    pub(super) fn begins(content: &[u8]) -> bool {
        let text = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
        matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
    }

    /// The value under a key of an object; `None` for null and for any other value.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(fields) = self else {
            return None;
        };
        let field = fields.iter().find(|(name, _)| name == key);
        field
            .map(|(_, value)| value)
            .filter(|value| !matches!(value, Self::Null))
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The first item of a list that is not null.
    pub(super) fn first(&self) -> Option<&Self> {
        let mut items = self.items()?.iter();
        items.find(|item| !matches!(item, Self::Null))
    }

    /// The document that a JSON-RPC response or a REST response wraps, with its path.
    pub(super) fn unwrapped(&self, key: &'static str) -> Value<'_, 'a> {
        match self.get(key) {
            Some(json) => Value {
                json,
                path: key.to_owned(),
            },
            None => Value {
                json: self,
                path: String::new(),
            },
        }
    }
}

struct Seed<'l>(&'l mut usize);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        *self.0 = self
            .0
            .checked_sub(1)
            .ok_or_else(|| D::Error::custom(format!("more than {MOST_VALUES} values")))?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json<'de>, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Seed(self.0))? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json<'de>, A::Error> {
        let mut fields: Vec<(Cow<'de, str>, Json<'de>)> = Vec::new();
        while let Some(key) = entries.next_key_seed(Seed(self.0))? {
            let Json::Text(key) = key else {
                return Err(A::Error::custom("a key that is no string"));
            };
            fields.push((key, entries.next_value_seed(Seed(self.0))?));
        }
        Ok(Json::Object(fields))
    }
}

/// A value with its place in the document.
#[derive(Debug)]
pub(super) struct Value<'j, 'a> {
    json: &'j Json<'a>,
    path: String,
}

impl<'j, 'a> Value<'j, 'a> {
    /// A document, or a value at a path that the caller names.
    pub(super) fn named(json: &'j Json<'a>, path: impl Into<String>) -> Self {
        let path = path.into();
        Self { json, path }
    }

    /// The path of the value in the document.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.json, Json::Null)
    }

    /// The error of this value.
    pub(super) fn fault(&self, reason: impl Into<Fault>) -> FormatError {
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
    pub(super) fn find(&self, key: &str) -> Option<Self> {
        let json = self.json.get(key)?;
        Some(Self::named(json, self.below(key)))
    }

    /// The value under a key, which must be there.
    pub(super) fn need(&self, key: &str) -> Result<Self, FormatError> {
        if !matches!(self.json, Json::Object(_)) {
            let expected = "an object";
            return Err(self.fault(Fault::Type { expected }));
        }
        self.find(key)
            .ok_or_else(|| FormatError::at(self.below(key), Fault::Missing))
    }

    /// The items of a list.
    pub(super) fn list(&self) -> Result<impl Iterator<Item = Self> + use<'j, 'a>, FormatError> {
        let Some(items) = self.json.items() else {
            let expected = "a list";
            return Err(self.fault(Fault::Type { expected }));
        };
        let path = self.path.clone();
        let items = items.iter().enumerate();
        Ok(items.map(move |(index, item)| Self::named(item, format!("{path}[{index}]"))))
    }

    /// The items of a list, named `what 0`, `what 1` and so on in errors.
    pub(super) fn named_items(
        &self,
        what: &'static str,
    ) -> Result<impl Iterator<Item = Self> + use<'j, 'a>, FormatError> {
        let items = self.list()?.enumerate();
        Ok(items.map(move |(index, item)| Self::named(item.json, format!("{what} {index}"))))
    }

    /// The number of items of a list; zero for any other value.
    pub(super) fn len(&self) -> usize {
        self.json.items().map_or(0, <[Json<'a>]>::len)
    }

    /// Checks the length of a list.
    pub(super) fn of_len(
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
    pub(super) fn decode(&self, out: &mut [u8]) -> Result<(), FormatError> {
        decode(self.text()?, out).map_err(|reason| self.fault(reason))
    }

    /// Hexadecimal digits of `N` bytes.
    pub(super) fn bytes<const N: usize>(&self) -> Result<[u8; N], FormatError> {
        let mut bytes = [0; N];
        self.decode(&mut bytes)?;
        Ok(bytes)
    }

    /// Hexadecimal digits of a blob.
    pub(super) fn blob(&self) -> Result<Box<Blob>, FormatError> {
        let mut blob = Blob::zeroed_on_heap();
        self.decode(&mut blob.0)?;
        Ok(blob)
    }

    /// A list of items of `N` bytes each.
    pub(super) fn each<const N: usize, T>(
        &self,
        make: impl Fn([u8; N]) -> T,
    ) -> Result<Vec<T>, FormatError> {
        self.list()?.map(|item| Ok(make(item.bytes()?))).collect()
    }

    /// A number: decimal digits in a string, as in the Beacon API, a number, or hexadecimal digits
    /// after 0x.
    pub(super) fn number(&self) -> Result<u64, FormatError> {
        let parsed = match self.json {
            Json::Number(number) => Some(*number),
            Json::Text(text) => match text.strip_prefix("0x") {
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
pub(super) fn decode(text: &str, out: &mut [u8]) -> Result<(), HexError> {
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

/// Appends a list of strings of hexadecimal digits, without a line feed.
pub(super) fn push_list<'a>(
    text: &mut String,
    opening: &str,
    items: impl Iterator<Item = &'a [u8]>,
) {
    text.push_str(opening);
    for (place, item) in items.enumerate() {
        text.push_str(if place == 0 { "\"" } else { ",\"" });
        text.push_str(&hex::encode_prefixed(item));
        text.push('"');
    }
}

/// Appends a key with a string of hexadecimal digits.
pub(super) fn push_hex(text: &mut String, key: &str, bytes: &[u8]) {
    text.push('"');
    text.push_str(key);
    text.push_str("\":\"");
    text.push_str(&hex::encode_prefixed(bytes));
    text.push('"');
}

/// Appends values with commas between them.
pub(super) fn push_joined<T>(
    text: &mut String,
    items: impl IntoIterator<Item = T>,
    mut push: impl FnMut(&mut String, T),
) {
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        push(text, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_and_named_by_their_place() {
        let text = br#"{"data":[{"index":"7","bytes":"0x0A\u0062c"},null,{"index":8}]}"#;
        let json = Json::parse(text).unwrap();
        let data = json.unwrapped("data");
        let items: Vec<_> = data.list().unwrap().collect();
        assert_eq!(items[0].need("index").unwrap().number().unwrap(), 7);
        assert_eq!(items[2].need("index").unwrap().number().unwrap(), 8);
        assert_eq!(items[0].need("bytes").unwrap().bytes().unwrap(), [10, 0xbc]);
        assert!(items[1].is_null());
        let message = |error: FormatError| error.to_string();
        let wrong = items[0].need("bytes").unwrap().bytes::<3>().unwrap_err();
        assert_eq!(
            message(wrong),
            "data[0].bytes: item 0 has 4 hexadecimal digits, expected 6"
        );
        let missing = items[2].need("bytes").unwrap_err();
        assert_eq!(message(missing), "data[2].bytes: missing");
        let list = items[0].list().err().unwrap();
        assert_eq!(message(list), "data[0]: not a list");
        assert!(message(items[1].need("x").unwrap_err()).ends_with("not an object"));
    }

    #[test]
    fn a_document_of_very_many_values_is_refused() {
        let text = format!("[{}0]", "0,".repeat(MOST_VALUES));
        let error = Json::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("more than 1048576 values"), "{error}");
        let deep = "[".repeat(100_000);
        assert!(Json::parse(deep.as_bytes()).is_err());
        for text in ["", "{", "[1]x", "\u{feff}[", "{1:2}"] {
            assert!(Json::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
