//! `kzg explain`: the terms of the field, each on a screen.

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::exit::Exit;
use crate::output;

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// The term to explain [default: the list of terms].
    #[arg(value_name = "TOPIC", ignore_case = true)]
    topic: Option<Topic>,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The terms, in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Topic {
    /// 131072 bytes that a transaction carries beside it.
    Blob,
    /// A number of 32 bytes below a prime.
    FieldElement,
    /// The encoding of bytes of any kind into blobs.
    Encoding,
    /// 48 bytes that stand for a blob.
    Commitment,
    /// The points that commitments and proofs are made of.
    TrustedSetup,
    /// 32 bytes that name a blob in a transaction.
    VersionedHash,
    /// 48 bytes that prove a value of a polynomial.
    Proof,
    /// The evaluation point of a blob proof, derived from a hash.
    Challenge,
    /// A part of an extended blob, with its own proof.
    Cell,
    /// A blob from half of its cells.
    Recovery,
    /// Blobs, commitments and proofs in one JSON document.
    Bundle,
    /// An implementation of the curve.
    Backend,
}

impl Topic {
    fn text(self) -> &'static str {
        match self {
            Self::Blob => include_str!("blob.txt"),
            Self::FieldElement => include_str!("field-element.txt"),
            Self::Encoding => include_str!("encoding.txt"),
            Self::Commitment => include_str!("commitment.txt"),
            Self::TrustedSetup => include_str!("trusted-setup.txt"),
            Self::VersionedHash => include_str!("versioned-hash.txt"),
            Self::Proof => include_str!("proof.txt"),
            Self::Challenge => include_str!("challenge.txt"),
            Self::Cell => include_str!("cell.txt"),
            Self::Recovery => include_str!("recovery.txt"),
            Self::Bundle => include_str!("bundle.txt"),
            Self::Backend => include_str!("backend.txt"),
        }
    }

    /// The name on the command line and the meaning in a few words.
    fn entry(self) -> TopicText {
        let value = self.to_possible_value().expect("no topic is skipped");
        TopicText {
            topic: value.get_name().to_owned(),
            meaning: value
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default(),
        }
    }
}

/// A line of the list of topics.
#[derive(Serialize)]
struct TopicText {
    topic: String,
    meaning: String,
}

pub(crate) fn run(arguments: &Explain) -> Result<Exit> {
    #[derive(Serialize)]
    struct Explained {
        topic: String,
        text: &'static str,
    }
    #[derive(Serialize)]
    struct Topics {
        topics: Vec<TopicText>,
    }
    match arguments.topic {
        Some(topic) => {
            let document = Explained {
                topic: topic.entry().topic,
                text: topic.text(),
            };
            output::print(arguments.json, &document, || document.text.to_owned())?;
        }
        None => {
            let topics = Topic::value_variants();
            let document = Topics {
                topics: topics.iter().map(|topic| topic.entry()).collect(),
            };
            output::print(arguments.json, &document, || {
                let entries = document.topics.iter();
                let lines: Vec<(&str, String)> = entries
                    .map(|entry| (&*entry.topic, entry.meaning.clone()))
                    .collect();
                format!(
                    "{}\n\nkzg explain TOPIC explains one.",
                    output::fields(&lines)
                )
            })?;
        }
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_fits_a_screen_and_names_other_topics() {
        let names: Vec<String> = Topic::value_variants()
            .iter()
            .map(|topic| topic.entry().topic)
            .collect();
        for topic in Topic::value_variants() {
            let (text, name) = (topic.text(), topic.entry().topic);
            assert!(text.lines().count() <= 12, "{name}");
            let long = text.lines().find(|line| line.chars().count() > 80);
            assert_eq!(long, None, "{name}");
            assert!(text.contains("    "), "{name} has no picture");
            let (_, others) = text.split_once("See also: ").expect("a line of others");
            for other in others.trim().split(", ") {
                assert!(names.iter().any(|name| name == other), "{name}: {other}");
            }
        }
    }
}
