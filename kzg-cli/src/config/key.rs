//! A setting: its name, from which the names in all sources follow, and the type of its values.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::error::ValueError;

/// The description of a setting.
#[derive(Debug)]
pub(crate) struct About {
    /// The name in configuration files, lower-case with `_` between words.
    pub(crate) name: &'static str,
    /// The placeholder of a value in help texts.
    pub(crate) metavar: &'static str,
    /// The words among the values, for completions; numbers and sizes are not listed.
    pub(crate) words: &'static [&'static str],
    /// Whether a value is several words, separated by commas.
    pub(crate) list: bool,
    /// Whether a value is a path. A relative path in a configuration file starts at its folder.
    pub(crate) path: bool,
    /// The value where no source gives one.
    pub(crate) default: &'static str,
    /// A sentence about its effect and its values.
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

    /// The description as a comment in a configuration file.
    pub(crate) fn comment(&self) -> String {
        comment(self.doc)
    }
}

/// A text as a comment in a configuration file.
pub(crate) fn comment(text: &str) -> String {
    let lines = wrapped(text).into_iter();
    lines.map(|line| format!("# {line}\n")).collect()
}

/// Most characters in a line of a comment.
const COMMENT_WIDTH: usize = 90;

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
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

/// A setting whose values are text, and have the type `T`.
pub(crate) struct Key<T> {
    pub(crate) about: About,
    pub(crate) parse: fn(&str) -> Result<T, ValueError>,
}

/// A setting whose values are paths; a word of it stands for no path.
pub(crate) struct PathKey {
    pub(crate) about: About,
}

/// A setting, whatever the type of its values.
pub(crate) trait AnyKey: Sync {
    fn about(&self) -> &About;

    /// Checks a value; the error is the reason why it is none of the setting.
    fn check(&self, value: &OsStr) -> Result<(), ValueError>;

    /// Whether a value is a path rather than one of the words.
    fn is_path(&self, value: &OsStr) -> bool {
        self.about().path && !self.about().words.iter().any(|word| value == *word)
    }
}

/// A setting with the type of its values.
pub(crate) trait TypedKey: AnyKey {
    type Value;

    fn read(&self, value: &OsStr) -> Result<Self::Value, ValueError>;
}

impl<T> TypedKey for Key<T> {
    type Value = T;

    fn read(&self, value: &OsStr) -> Result<T, ValueError> {
        match value.to_str() {
            Some(text) => (self.parse)(text),
            None => Err(ValueError::NotText {
                value: value.to_owned(),
            }),
        }
    }
}

impl TypedKey for PathKey {
    type Value = Option<PathBuf>;

    fn read(&self, value: &OsStr) -> Result<Option<PathBuf>, ValueError> {
        if value.is_empty() {
            return Err(ValueError::NoFileName);
        }
        Ok(self.is_path(value).then(|| value.into()))
    }
}

impl<T> AnyKey for Key<T> {
    fn about(&self) -> &About {
        &self.about
    }

    fn check(&self, value: &OsStr) -> Result<(), ValueError> {
        self.read(value).map(drop)
    }
}

impl AnyKey for PathKey {
    fn about(&self) -> &About {
        &self.about
    }

    fn check(&self, value: &OsStr) -> Result<(), ValueError> {
        self.read(value).map(drop)
    }
}
