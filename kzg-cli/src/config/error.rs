//! Errors in settings: why a text is not a value, and what is wrong with a configuration file or
//! an environment variable.

use std::ffi::OsString;
use std::path::PathBuf;

use kzg_advanced::UnknownSubgroupCheck;
use kzg_pipeline::UnknownName;

/// The reason why a text is not a value of a setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ValueError {
    #[error("unknown backend {text:?}; known: {}", known.join(", "))]
    UnknownBackend {
        text: String,
        known: Vec<&'static str>,
    },
    #[error(transparent)]
    UnknownName(#[from] UnknownName),
    #[error(transparent)]
    UnknownSubgroupCheck(#[from] UnknownSubgroupCheck),
    #[error("{text:?} is neither off, all nor a number from 0 to 1")]
    NotARate { text: String },
    #[error("{text:?} is neither {word} nor a number from 1 to {most}")]
    NotANumber {
        text: String,
        /// The word that the setting takes instead of a number.
        word: &'static str,
        most: usize,
    },
    #[error("{text:?} is not a size with a unit, such as 500kB, 64MiB or 1.5GB")]
    NotASize { text: String },
    #[error(
        "{text:?} is not a size with a unit, such as 500kB, 64MiB or 1.5GB; or none, small, large"
    )]
    NotATableSize { text: String },
    #[error("{text:?} is more than this machine can address")]
    TooLarge { text: String },
    #[error("the name of a file is expected, or mainnet")]
    NoFileName,
    #[error("{value:?} is not UTF-8 text")]
    NotText { value: OsString },
}

/// The reason why a value in a configuration file has no form that its setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ShapeError {
    #[error("a list of strings is expected")]
    NotStrings,
    #[error("one value is expected, not a list")]
    List,
    #[error("a value is expected, not a table")]
    Table,
    #[error("a value is expected, not a date")]
    Date,
}

/// One mistake in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Mistake {
    #[error("not UTF-8 text")]
    NotText,
    #[error("{message}")]
    Syntax { message: String },
    #[error(transparent)]
    UnknownKey(UnknownKey),
    #[error("{key}: {reason}")]
    Shape {
        key: &'static str,
        reason: ShapeError,
    },
    #[error("{key}: {reason}")]
    Value {
        key: &'static str,
        reason: ValueError,
    },
}

/// A name in a configuration file that no setting has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum UnknownKey {
    #[error("unknown key {name:?}; did you mean {near:?}?")]
    Near { name: String, near: &'static str },
    #[error("unknown key {name:?}; known: {}", known.join(", "))]
    Far {
        name: String,
        known: Vec<&'static str>,
    },
}

/// The mistakes in a configuration file; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistakes {
    pub(super) path: PathBuf,
    /// The mistakes, each with its line, counted from 1.
    pub(super) by_line: Vec<(usize, Mistake)>,
}

impl std::error::Error for Mistakes {}

impl std::fmt::Display for Mistakes {
    /// One mistake on each line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.path.display();
        for (position, (line, mistake)) in self.by_line.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{path}, line {line}: {mistake}")?;
        }
        Ok(())
    }
}

/// The fault of an environment variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum VariableError {
    #[error("{variable}: {reason}")]
    Value {
        variable: String,
        reason: ValueError,
    },
    #[error("unknown environment variable {name}; did you mean {near}?")]
    Unknown { name: String, near: String },
    #[cfg(feature = "blst")]
    #[error("{variable}: {reason}")]
    Engine {
        variable: &'static str,
        reason: kzg_advanced::registry::EngineUnavailable,
    },
}
