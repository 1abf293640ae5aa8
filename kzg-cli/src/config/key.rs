//! What a setting is: a name, which all sources derive theirs from, and the type of its values.

use std::fmt;
use std::str::FromStr;

/// What people are told about a setting.
#[derive(Debug)]
pub(crate) struct About {
    /// The name in configuration files, lower-case with `_` between words.
    pub(crate) name: &'static str,
    /// What stands for a value in help texts.
    pub(crate) metavar: &'static str,
    /// The words that values can be, which shells complete; numbers and sizes are not listed.
    pub(crate) words: &'static [&'static str],
    /// Whether a value is several words, with commas between.
    pub(crate) list: bool,
    /// The value where no source gives one.
    pub(crate) default: &'static str,
    /// A sentence about what it does and which values it has.
    pub(crate) doc: &'static str,
}

impl About {
    /// The environment variable: `KZG_THREADS` for `threads`.
    pub(crate) fn variable(&self) -> String {
        format!("KZG_{}", self.name.to_ascii_uppercase())
    }

    /// The long flag, without its dashes: `subgroup-check` for `subgroup_check`.
    pub(crate) fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// What it does, as a comment in a configuration file.
    pub(crate) fn comment(&self) -> String {
        let lines = wrapped(self.doc).into_iter();
        lines.map(|line| format!("# {line}\n")).collect()
    }
}

/// The width at which comments are broken.
const COMMENT_WIDTH: usize = 90;

fn wrapped(doc: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in doc.split(' ') {
        let line = lines.last_mut().expect("there is one from the start");
        if !line.is_empty() && line.len() + 1 + word.len() > COMMENT_WIDTH {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// A setting whose values have the type `T`.
pub(crate) struct Key<T> {
    pub(crate) about: About,
    pub(crate) parse: fn(&str) -> Result<T, String>,
}

/// A setting, whatever the type of its values.
pub(crate) trait AnyKey: Sync {
    fn about(&self) -> &About;

    /// Whether a text is a value, and if not, why.
    fn check(&self, text: &str) -> Result<(), String>;
}

impl<T> AnyKey for Key<T> {
    fn about(&self) -> &About {
        &self.about
    }

    fn check(&self, text: &str) -> Result<(), String> {
        (self.parse)(text).map(drop)
    }
}

/// One word, as its type reads it.
pub(super) fn word<T>(text: &str) -> Result<T, String>
where
    T: FromStr<Err: fmt::Display>,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// Words with commas between.
pub(super) fn words<T>(text: &str) -> Result<Vec<T>, String>
where
    T: FromStr<Err: fmt::Display>,
{
    text.split(',').map(|part| word(part.trim())).collect()
}
