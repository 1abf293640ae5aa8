//! Values of serde's data model from YAML, by way of JSON's: the vectors have no other values.

use std::fmt::Display;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a text with one document.
///
/// # Errors
///
/// The reason, in words.
pub(super) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let documents = Yaml::load_from_str(text).map_err(in_words)?;
    match documents.as_slice() {
        [document] => serde_json::from_value(value(document)?).map_err(in_words),
        other => Err(format!("{} documents, expected one", other.len())),
    }
}

fn in_words(error: impl Display) -> String {
    error.to_string()
}

fn value(yaml: &Yaml<'_>) -> Result<Value, String> {
    Ok(match yaml {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(truth) => (*truth).into(),
            Scalar::Integer(number) => (*number).into(),
            Scalar::FloatingPoint(number) => number.into_inner().into(),
            Scalar::String(text) => text.as_ref().into(),
        },
        Yaml::Sequence(items) => items.iter().map(value).collect::<Result<_, _>>()?,
        Yaml::Mapping(entries) => {
            let entries = entries.iter().map(|(key, item)| {
                let key = key.as_str().ok_or("a key is not a string")?;
                Ok((key.to_owned(), value(item)?))
            });
            Value::Object(entries.collect::<Result<_, String>>()?)
        }
        _ => return Err("a kind of node that the vectors do not have".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_the_vectors_are_read() {
        let expected = serde_json::json!({
            "input": {"blob": "0x00", "indices": [0, 18_446_744_073u64], "empty": []},
            "output": null,
            "truth": true,
        });
        for text in [
            "input: {blob: '0x00', indices: [0, 18446744073], empty: []}\noutput: null\ntruth: true\n",
            "input:\n  blob: \"0x00\"\n  indices:\n  - 0\n  - 18446744073\n  empty: []\noutput: ~\n\
             truth: true\n",
        ] {
            assert_eq!(from_str(text), Ok(expected.clone()));
        }
        for wrong in ["", "a: [", "[1]: 2", "--- 1\n--- 2\n"] {
            assert!(from_str::<Value>(wrong).is_err(), "{wrong:?}");
        }
    }
}
