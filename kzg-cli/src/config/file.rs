//! Settings from a TOML file.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Mistake, Mistakes, ShapeError, UnknownKey};
use super::key::AnyKey;
use super::{keys, nearest};

/// The value of a key in a file, with its line.
pub(super) struct WrittenKey {
    pub(super) key: &'static dyn AnyKey,
    pub(super) text: String,
    pub(super) line: usize,
}

/// The text of a file.
pub(super) fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, Mistakes> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        Mistakes {
            path: path.to_owned(),
            by_line: vec![(line(error.as_bytes(), valid), Mistake::NotText)],
        }
    })
}

/// Reads the settings in a file's text. The error has every mistake with its line.
pub(super) fn read(path: &Path, text: &str) -> Result<Vec<WrittenKey>, Mistakes> {
    let refused = |by_line: Vec<(usize, Mistake)>| Mistakes {
        path: path.to_owned(),
        by_line,
    };
    let at = |span: Range<usize>| line(text.as_bytes(), span.start);
    let table = DeTable::parse(text).map_err(|error| {
        let message = error.message().to_owned();
        let span = error.span().unwrap_or_default();
        refused(vec![(at(span), Mistake::Syntax { message })])
    })?;
    let table = table.into_inner();
    let mut entries: Vec<(Spanned<_>, Spanned<DeValue<'_>>)> = table.into_iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    let mut given = Vec::new();
    let mut mistakes = Vec::new();
    for (name, value) in entries {
        let found = keys::ALL
            .iter()
            .find(|key| key.about().name == name.get_ref());
        let Some(&key) = found else {
            let unknown = Mistake::UnknownKey(unknown(name.get_ref()));
            mistakes.push((at(name.span()), unknown));
            continue;
        };
        let line = at(value.span());
        match checked(value.get_ref(), key) {
            Ok(text) => given.push(WrittenKey { key, text, line }),
            Err(mistake) => mistakes.push((line, mistake)),
        }
    }
    if mistakes.is_empty() {
        Ok(given)
    } else {
        Err(refused(mistakes))
    }
}

/// A value as it would be written in a flag, if the setting takes the value.
fn checked(value: &DeValue<'_>, key: &'static dyn AnyKey) -> Result<String, Mistake> {
    let name = key.about().name;
    let text = as_text(value, key).map_err(|reason| Mistake::Shape { key: name, reason })?;
    match key.check(text.as_ref()) {
        Ok(()) => Ok(text),
        Err(reason) => Err(Mistake::Value { key: name, reason }),
    }
}

/// The names of the settings that a text gives; none for a text that is not TOML.
pub(crate) fn names_in(text: &str) -> Vec<&'static str> {
    let Ok(table) = DeTable::parse(text) else {
        return Vec::new();
    };
    let names = keys::ALL.iter().map(|key| key.about().name);
    names
        .filter(|name| table.get_ref().contains_key(*name))
        .collect()
}

fn unknown(name: &str) -> UnknownKey {
    let names = || keys::ALL.iter().map(|key| key.about().name);
    let near = nearest(name, names());
    let name = name.to_owned();
    match near {
        Some(near) => UnknownKey::Near { name, near },
        None => UnknownKey::Far {
            name,
            known: names().collect(),
        },
    }
}

/// A value as it would be written in a flag.
fn as_text(value: &DeValue<'_>, key: &dyn AnyKey) -> Result<String, ShapeError> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) => Ok(number.to_string()),
        DeValue::Float(number) => Ok(number.to_string()),
        DeValue::Boolean(truth) => Ok(truth.to_string()),
        DeValue::Array(items) if key.about().list => {
            let items: Result<Vec<String>, ShapeError> = items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(text) => Ok(text.to_string()),
                    _ => Err(ShapeError::NotStrings),
                })
                .collect();
            Ok(items?.join(","))
        }
        DeValue::Array(_) => Err(ShapeError::List),
        DeValue::Table(_) => Err(ShapeError::Table),
        DeValue::Datetime(_) => Err(ShapeError::Date),
    }
}

/// The line of a position, counted from one.
fn line(text: &[u8], position: usize) -> usize {
    let before = &text[..position.min(text.len())];
    1 + before.iter().filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Result<Vec<(&'static str, String, usize)>, Mistakes> {
        let given = read(Path::new("kzg.toml"), text)?;
        let of = |given: WrittenKey| (given.key.about().name, given.text, given.line);
        Ok(given.into_iter().map(of).collect())
    }

    #[test]
    fn values_of_every_kind_with_their_lines() {
        let text = "# ours\nthreads = 3\n\nbackend = 'blst'\nemit = [\n  'blobs',\n  'cells',\n]\nprecompute = \"64MiB\"\n";
        assert_eq!(
            given(text).unwrap(),
            [
                ("threads", "3".to_owned(), 2),
                ("backend", "blst".to_owned(), 4),
                ("emit", "blobs,cells".to_owned(), 5),
                ("precompute", "64MiB".to_owned(), 9),
            ]
        );
        assert_eq!(given(""), Ok(Vec::new()));
    }

    #[test]
    fn a_file_that_is_not_unicode_is_refused_with_the_line() {
        let reason = decode(Path::new("kzg.toml"), b"threads = 1\n\xff".to_vec());
        assert_eq!(
            reason.unwrap_err().to_string(),
            "kzg.toml, line 2: not UTF-8 text"
        );
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        for (text, expected) in [
            (
                "\nthread = 3",
                "kzg.toml, line 2: unknown key \"thread\"; did you mean \"threads\"?",
            ),
            (
                "\n\n[smoke]\nx = 1",
                "line 3: unknown key \"smoke\"; known: backend,",
            ),
            ("threads = \n", "line 1: "),
            ("threads = 3\nthreads = 4", "line 2: duplicate key"),
            ("threads = 'four'", "line 1: threads: \"four\" is neither"),
            ("\nthreads = 0", "line 2: threads: \"0\" is neither"),
            ("backend = 3", "line 1: backend: unknown backend \"3\""),
            ("backend = ['blst']", "line 1: backend: one value"),
            ("backend = {}", "line 1: backend: a value is expected"),
            ("proofs = 1979-05-27", "line 1: proofs: a value"),
            ("emit = ['blobs', 3]", "line 1: emit: a list of strings"),
            ("emit = []", "line 1: emit: unknown artefact"),
            ("precompute = -1", "line 1: precompute: \"-1\" is not"),
        ] {
            let reason = given(text).unwrap_err().to_string();
            assert!(reason.contains(expected), "{text:?}: {reason}");
        }
        let three = given("a_key = 1\nthreads = 0\nother_key = 2").unwrap_err();
        assert_eq!(three.to_string().lines().count(), 3, "{three}");
    }
}
