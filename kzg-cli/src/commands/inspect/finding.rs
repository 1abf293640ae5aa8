//! The result of an inspection.

use kzg_advanced::{Bytes32, KzgCommitment};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::output;
use crate::printable::on_one_line;

/// The kind of a file or a folder, its fields, and whether its content is right.
#[derive(Debug, Default, Serialize)]
pub(super) struct Inspection {
    /// The kind, in a few words.
    pub(super) kind: String,
    #[serde(skip)]
    pub(super) is_known: bool,
    /// The length of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bytes: Option<u64>,
    /// More facts, by name.
    #[serde(serialize_with = "as_map")]
    pub(super) fields: Vec<(&'static str, Value)>,
    /// The first blobs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) blobs: Vec<BlobFacts>,
    /// The first entries of a folder that no job wrote.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) entries: Vec<ListedFile>,
    /// Whether every field element and every point is canonical; `None` if there are none, or if
    /// that was not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) canonical: Option<bool>,
    /// Whether what it claims is true; `None` if it claims nothing, or if that was not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) valid: Option<bool>,
    /// The first hundred problems.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) problems: Vec<String>,
}

/// A blob of a file.
#[derive(Debug, Serialize)]
pub(super) struct BlobFacts {
    pub(super) index: usize,
    pub(super) commitment: KzgCommitment,
    pub(super) versioned_hash: Bytes32,
}

/// An entry of a folder.
#[derive(Debug, Serialize)]
pub(super) struct ListedFile {
    pub(super) name: String,
    pub(super) kind: String,
}

fn as_map<S: Serializer>(
    fields: &[(&'static str, Value)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(fields.iter().map(|(name, value)| (name, value)))
}

impl Inspection {
    pub(super) fn new(kind: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            is_known: true,
            ..Self::default()
        }
    }

    /// The same finding with one more fact. The name is that in the JSON document, in lower case
    /// with underscores.
    pub(super) fn with(mut self, name: &'static str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("strings and numbers only");
        self.fields.push((name, value));
        self
    }

    /// Notes that something is wrong with the form.
    pub(super) fn not_canonical(&mut self, problem: impl Into<String>) {
        self.canonical = Some(false);
        self.problem(problem);
    }

    /// Notes that a claim is false.
    pub(super) fn invalid(&mut self, problem: impl Into<String>) {
        self.valid = Some(false);
        self.problem(problem);
    }

    /// Notes a problem, unless there are very many already.
    pub(super) fn problem(&mut self, problem: impl Into<String>) {
        const KEPT: usize = 100;

        if self.problems.len() < KEPT {
            self.problems.push(problem.into());
        }
    }

    /// Whether nothing was found wrong.
    pub(super) fn is_good(&self) -> bool {
        self.canonical != Some(false) && self.valid != Some(false)
    }

    /// The finding for people.
    pub(super) fn text(&self, file: &str) -> String {
        let yes_or_no = |answer: bool| if answer { "yes" } else { "NO" }.to_owned();
        let mut lines = vec![("is".to_owned(), self.kind.clone())];
        let mut line = |name: &str, value: String| lines.push((name.replace('_', " "), value));
        if let Some(bytes) = self.bytes {
            line("size", output::counted(bytes, "byte"));
        }
        for (name, value) in &self.fields {
            match value {
                Value::String(text) => line(name, text.clone()),
                value => line(name, value.to_string()),
            }
        }
        for blob in &self.blobs {
            line(&format!("blob {}", blob.index), blob.commitment.to_string());
            line("versioned hash", blob.versioned_hash.to_string());
        }
        for entry in &self.entries {
            line(&entry.name, entry.kind.clone());
        }
        if let Some(canonical) = self.canonical {
            line("canonical", yes_or_no(canonical));
        }
        if let Some(valid) = self.valid {
            line("valid", yes_or_no(valid));
        }
        let file = on_one_line(file);
        format!("{file}\n{}", output::fields(&lines))
    }
}
