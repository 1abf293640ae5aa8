//! JSON documents: a tree that borrows from the text, and values with their place in the document.

use core::fmt;
use std::borrow::Cow;
use std::collections::HashSet;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::FormatError;
use super::hex::BYTE_ORDER_MARK;

mod text;
mod value;

pub(super) use text::{push_hex, push_joined, push_list};
pub(super) use value::Value;

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
            Some(json) => Value::named(json, key),
            None => Value::named(self, ""),
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
        let mut keys = HashSet::new();
        while let Some(key) = entries.next_key_seed(Seed(self.0))? {
            let Json::Text(key) = key else {
                return Err(A::Error::custom("a key that is no string"));
            };
            // Programs differ in which of two values they take.
            if !keys.insert(key.clone()) {
                let key: String = key.chars().take(40).collect();
                return Err(A::Error::custom(format!("duplicate key {key:?}")));
            }
            fields.push((key, entries.next_value_seed(Seed(self.0))?));
        }
        Ok(Json::Object(fields))
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
        let signed =
            Json::parse(br#"["+5", "0x+5", "-5", "", "0x", "18446744073709551616"]"#).unwrap();
        for number in Value::named(&signed, "").list().unwrap() {
            assert!(number.number().is_err(), "{number:?}");
        }
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
        let checked = super::super::checked_json(text.as_bytes());
        assert_eq!(checked.unwrap_err().to_string(), error);
        let checked = super::super::checked_json("\u{feff}{\"a\": 1}".as_bytes());
        assert_eq!(checked.unwrap(), b"{\"a\": 1}");
        let deep = "[".repeat(100_000);
        assert!(Json::parse(deep.as_bytes()).is_err());
        let twice = Json::parse(br#"[{"a":1,"\u0061":2}]"#).unwrap_err();
        assert!(
            twice.to_string().starts_with("duplicate key \"a\""),
            "{twice}"
        );
        for text in ["", "{", "[1]x", "\u{feff}[", "{1:2}"] {
            assert!(Json::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
