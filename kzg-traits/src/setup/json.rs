//! The JSON format of the consensus specifications: an object with the lists `g1_monomial`,
//! `g1_lagrange` (in natural order) and `g2_monomial` of compressed points as `0x`-prefixed
//! strings, in any order. Other keys are ignored.
//!
//! Source: `presets/mainnet/trusted_setups/trusted_setup_4096.json` of the consensus
//! specifications.

use core::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize as DeriveDeserialize, Serialize};

use crate::error::{SetupError, SetupSection};
use crate::setup::compressed::CompressedPoints;
use crate::setup::text::decode_point;

/// Number of characters of a parser's message that are kept. The message may quote the whole text.
const REASON_CHARACTERS: usize = 120;

/// Reads a whole document.
pub(super) fn parse(text: &str) -> Result<CompressedPoints, SetupError> {
    let Object(document) = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        if error.is_eof() {
            return SetupError::TruncatedJson { line, column };
        }
        let message = error.to_string();
        let reason = message.split(" at line ").next().unwrap_or_default();
        SetupError::Json {
            line,
            column,
            reason: reason.chars().take(REASON_CHARACTERS).collect(),
        }
    })?;
    Ok(CompressedPoints {
        g1_lagrange: finish(document.g1_lagrange, SetupSection::G1Lagrange)?,
        g2_monomial: finish(document.g2_monomial, SetupSection::G2Monomial)?,
        g1_monomial: finish(document.g1_monomial, SetupSection::G1Monomial)?,
    })
}

/// Writes a whole document, byte for byte as in the file of the consensus specifications.
pub(super) fn write(points: &CompressedPoints) -> String {
    #[derive(Serialize)]
    struct Written {
        g1_monomial: Vec<String>,
        g1_lagrange: Vec<String>,
        g2_monomial: Vec<String>,
    }
    fn prefixed<const N: usize>(points: &[[u8; N]]) -> Vec<String> {
        points
            .iter()
            .map(|p| hex::encode_prefixed(&p[..]))
            .collect()
    }
    let written = Written {
        g1_monomial: prefixed(&points.g1_monomial),
        g1_lagrange: prefixed(&points.g1_lagrange),
        g2_monomial: prefixed(&points.g2_monomial),
    };
    serde_json::to_string_pretty(&written).expect("strings can be written")
}

#[derive(DeriveDeserialize)]
struct Document {
    g1_lagrange: Option<Points<48>>,
    g2_monomial: Option<Points<96>>,
    g1_monomial: Option<Points<48>>,
}

/// A document that is an object. The derived implementation of [`Document`] alone would also read a list
/// of its three fields.
struct Object(Document);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with g1_lagrange, g2_monomial and g1_monomial")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object, A::Error> {
                Document::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Keys)
    }
}

/// The points of a list. Only as many points are kept as the longest section holds; further points
/// are only counted.
struct Points<const N: usize> {
    points: Vec<[u8; N]>,
    count: usize,
    first_malformed: Option<usize>,
}

fn finish<const N: usize>(
    points: Option<Points<N>>,
    section: SetupSection,
) -> Result<Vec<[u8; N]>, SetupError> {
    let Some(points) = points else {
        return Err(match section {
            SetupSection::G1Monomial => SetupError::MissingMonomial,
            _ => SetupError::MissingSection { section },
        });
    };
    section.check_count(points.count)?;
    match points.first_malformed {
        Some(index) => Err(SetupError::Hex { section, index }),
        None => Ok(points.points),
    }
}

impl<'de, const N: usize> Deserialize<'de> for Points<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List<const N: usize>;

        impl<'de, const N: usize> Visitor<'de> for List<N> {
            type Value = Points<N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of points")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Points<N>, A::Error> {
                let mut points = Points {
                    points: Vec::new(),
                    count: 0,
                    first_malformed: None,
                };
                while let Some(Point(point)) = list.next_element()? {
                    match point {
                        Some(point) if points.count < SetupSection::G1Lagrange.points() => {
                            points.points.push(point);
                        }
                        Some(_) => {}
                        None => {
                            points.first_malformed.get_or_insert(points.count);
                        }
                    }
                    points.count += 1;
                }
                Ok(points)
            }
        }

        deserializer.deserialize_seq(List)
    }
}

/// A string that is a point in hexadecimal, or `None` for another string.
struct Point<const N: usize>(Option<[u8; N]>);

impl<'de, const N: usize> Deserialize<'de> for Point<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits<const N: usize>;

        impl<const N: usize> Visitor<'_> for Digits<N> {
            type Value = Point<N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a point in hexadecimal")
            }

            fn visit_str<E>(self, text: &str) -> Result<Point<N>, E> {
                Ok(Point(decode_point(text)))
            }
        }

        deserializer.deserialize_str(Digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TrustedSetup;
    use serde_json::{Value, json};
    use sha2::{Digest, Sha256};

    fn mainnet() -> Value {
        serde_json::from_str(&TrustedSetup::mainnet().to_json()).unwrap()
    }

    fn error(text: &str) -> SetupError {
        TrustedSetup::from_json(text).unwrap_err()
    }

    /// The error for the mainnet document after a change.
    fn error_after(change: impl FnOnce(&mut Value)) -> SetupError {
        let mut document = mainnet();
        change(&mut document);
        error(&document.to_string())
    }

    #[test]
    fn the_published_file_is_written_byte_for_byte_and_read_back() {
        let text = TrustedSetup::mainnet().to_json();
        assert_eq!(
            hex::encode(&Sha256::digest(&text)[..]),
            "f8e44a31ebf0a6d0734dcb301b0716e2c77f3ae18ed0cab0870fbcc2ca55616f"
        );
        assert!(TrustedSetup::from_json(&text).unwrap().is_mainnet());
    }

    #[test]
    fn order_spaces_escapes_and_other_keys_do_not_matter() {
        let mut document = mainnet();
        document["g0"] = json!([[{}], null, "g1_lagrange"]);
        // This writes the keys in alphabetical order and no spaces.
        let text = document.to_string().replace("0xa", "\\u0030xA");
        assert!(TrustedSetup::from_json(&text).unwrap().is_mainnet());
    }

    #[test]
    fn missing_sections_are_named() {
        let section = SetupSection::G2Monomial;
        assert_eq!(
            error_after(|d| d["g2_monomial"] = Value::Null),
            SetupError::MissingSection { section }
        );
        assert_eq!(
            error_after(|d| drop(d.as_object_mut().unwrap().remove("g1_monomial"))),
            SetupError::MissingMonomial
        );
        let section = SetupSection::G1Lagrange;
        assert_eq!(error("{}"), SetupError::MissingSection { section });
    }

    #[test]
    fn wrong_counts_and_malformed_points_are_named() {
        let list = |d: &mut Value, name: &str, change: &dyn Fn(&mut Vec<Value>)| {
            change(d[name].as_array_mut().unwrap());
        };
        assert_eq!(
            error_after(|d| list(d, "g1_monomial", &|l| drop(l.pop()))),
            SetupError::Count {
                section: SetupSection::G1Monomial,
                expected: 4096,
                actual: 4095
            }
        );
        assert_eq!(
            error_after(|d| list(d, "g2_monomial", &|l| l.extend(l.clone()))),
            SetupError::Count {
                section: SetupSection::G2Monomial,
                expected: 65,
                actual: 130
            }
        );
        for malformed in ["", "0x", "0xzz", &"0".repeat(95), &"\u{e9}".repeat(48)] {
            assert_eq!(
                error_after(|d| list(d, "g1_lagrange", &|l| l[17] = malformed.into())),
                SetupError::Hex {
                    section: SetupSection::G1Lagrange,
                    index: 17
                }
            );
        }
    }

    #[test]
    fn a_list_of_the_three_sections_is_refused() {
        let document = mainnet();
        let sections = ["g1_lagrange", "g2_monomial", "g1_monomial"];
        let list = Value::from(sections.map(|name| document[name].clone()).to_vec());
        for text in [list.to_string(), "[]".to_owned()] {
            let SetupError::Json { reason, .. } = error(&text) else {
                panic!("a list is another kind of document")
            };
            assert_eq!(
                reason,
                "invalid type: sequence, expected an object with g1_lagrange, g2_monomial and g1_monomial"
            );
        }
    }

    #[test]
    fn a_document_cut_anywhere_is_truncated() {
        let text = TrustedSetup::mainnet().to_json();
        for end in (0..text.len()).step_by(9973) {
            assert!(matches!(
                error(&text[..end]),
                SetupError::TruncatedJson { .. }
            ));
        }
    }

    #[test]
    fn other_json_is_refused_with_its_position() {
        let reason = |text: &str| match error(text) {
            SetupError::Json {
                line: 1, reason, ..
            } => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            reason(r#"{"g1_lagrange": 7}"#),
            "invalid type: integer `7`, expected a list of points"
        );
        assert_eq!(
            reason(r#"{"g1_lagrange": [7]}"#),
            "invalid type: integer `7`, expected a point in hexadecimal"
        );
        assert_eq!(
            reason(r#"{"g1_lagrange": [], "g1_lagrange": []}"#),
            "duplicate field `g1_lagrange`"
        );
        assert_eq!(reason("{} {"), "trailing characters");
        assert_eq!(
            reason("4096"),
            "invalid type: integer `4096`, expected an object with g1_lagrange, g2_monomial and g1_monomial"
        );
        let quoted = format!(r#"{{"g1_lagrange": "{}"}}"#, "0".repeat(1 << 20));
        assert_eq!(reason(&quoted).len(), REASON_CHARACTERS);
        let nested = format!("{{\"other\": {}", "[".repeat(1 << 20));
        assert!(matches!(
            error(&nested),
            SetupError::TruncatedJson { .. } | SetupError::Json { .. }
        ));
    }
}
