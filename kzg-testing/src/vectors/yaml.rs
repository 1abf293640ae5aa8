//! Values of serde's data model from YAML, by way of JSON's: the vectors have no other values.

use saphyr::{LoadableYamlNode, Scalar, ScanError, Yaml};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The reason why a text is not the value of a vector.
#[derive(Debug, thiserror::Error)]
pub(super) enum YamlError {
    #[error(transparent)]
    Syntax(#[from] ScanError),
    #[error("{documents} documents, expected one")]
    Documents { documents: usize },
    #[error("a key is not a string")]
    Key,
    #[error("a kind of node that the vectors do not have")]
    Node,
    /// The document has another shape than the value.
    #[error(transparent)]
    Shape(#[from] serde_json::Error),
}

/// Reads a text with one document.
pub(super) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    let documents = Yaml::load_from_str(text)?;
    match documents.as_slice() {
        [document] => Ok(serde_json::from_value(value(document)?)?),
        others => Err(YamlError::Documents {
            documents: others.len(),
        }),
    }
}

fn value(yaml: &Yaml<'_>) -> Result<Value, YamlError> {
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
                let key = key.as_str().ok_or(YamlError::Key)?;
                Ok((key.to_owned(), value(item)?))
            });
            Value::Object(entries.collect::<Result<_, YamlError>>()?)
        }
        _ => return Err(YamlError::Node),
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
            assert_eq!(from_str::<Value>(text).unwrap(), expected);
        }
        for wrong in ["", "a: [", "[1]: 2", "--- 1\n--- 2\n"] {
            assert!(from_str::<Value>(wrong).is_err(), "{wrong:?}");
        }
    }
}
