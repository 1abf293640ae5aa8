//! The name of an input, which need not be Unicode.

use std::ffi::OsStr;
use std::path::Path;

/// The name of an input: the given path, or a name that the caller chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct InputName {
    /// The name, with U+FFFD in place of bytes that are not Unicode.
    pub(crate) text: String,
    /// The bytes of the name; `None` if the name is Unicode, or if names are not bytes on this
    /// system.
    pub(crate) bytes: Option<Vec<u8>>,
}

impl From<String> for InputName {
    fn from(text: String) -> Self {
        Self { text, bytes: None }
    }
}

impl From<&Path> for InputName {
    fn from(path: &Path) -> Self {
        path.as_os_str().into()
    }
}

impl From<&OsStr> for InputName {
    fn from(name: &OsStr) -> Self {
        match name.to_str() {
            Some(text) => text.to_owned().into(),
            None => Self {
                text: name.to_string_lossy().into_owned(),
                bytes: cfg!(unix).then(|| name.as_encoded_bytes().to_owned()),
            },
        }
    }
}

impl InputName {
    /// The name of an entry of the folder with this name, joined with a slash on every system.
    pub(crate) fn join(&self, below: &OsStr) -> Self {
        let below = Self::from(below);
        if self.text.is_empty() {
            return below;
        }
        let bytes = (self.bytes.is_some() || below.bytes.is_some()).then(|| {
            let [folder, below] = [self, &below].map(|name| {
                let bytes = name.bytes.as_deref();
                bytes.unwrap_or(name.text.as_bytes())
            });
            [folder, b"/", below].concat()
        });
        Self {
            text: format!("{}/{}", self.text, below.text),
            bytes,
        }
    }
}
