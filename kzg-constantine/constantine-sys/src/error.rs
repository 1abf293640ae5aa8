//! The errors of loading the library.

use core::fmt;
use std::path::PathBuf;

/// The environment variable that names the library's file, or the folder that contains the file.
pub const LIBRARY_VARIABLE: &str = "CONSTANTINE_LIB";

/// The reason why the library cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// None of the places that were tried has the library.
    #[error("no libconstantine: {}", Listed(.tried))]
    NotFound {
        /// Each place that was tried, with the error there.
        tried: Vec<LoadAttempt>,
    },
    /// The library lacks functions: the file is another version of the library, or another library.
    #[error("{origin} lacks {}", .missing.join(", "))]
    MissingSymbols {
        /// The library.
        origin: Origin,
        /// All symbols that the library lacks.
        missing: Vec<&'static str>,
    },
    /// The library failed its self-test: it gave a wrong result for a known input.
    #[error("{origin} fails the self-test: {check}")]
    SelfTest {
        /// The library.
        origin: Origin,
        /// The check that failed.
        check: &'static str,
    },
    /// Another library is loaded already. A process uses one library only.
    #[error("{requested} cannot be loaded beside {loaded}")]
    Conflict {
        /// The library in use.
        loaded: Origin,
        /// The library that was requested.
        requested: PathBuf,
    },
}

/// An attempt to open the library at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadAttempt {
    /// The source of the path.
    pub named_by: NamedBy,
    /// The path that was opened, or a name for the system's search path.
    pub path: PathBuf,
    /// The system's error message.
    pub reason: String,
}

/// The source of the library's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamedBy {
    /// The caller.
    Caller,
    /// The environment variable `CONSTANTINE_LIB`.
    Variable,
    /// No source: the library is searched for on the system's search path.
    Nobody,
}

impl fmt::Display for LoadAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, reason) = (self.path.display(), &self.reason);
        match self.named_by {
            NamedBy::Caller => write!(f, "{path} ({reason})"),
            NamedBy::Variable => write!(f, "{LIBRARY_VARIABLE}={path} ({reason})"),
            NamedBy::Nobody => write!(
                f,
                "{path} on the system's search path, as {LIBRARY_VARIABLE} is not set ({reason})"
            ),
        }
    }
}

/// The origin of the library in use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A file, by its canonical path. The path was given, or the system's search has found the file.
    File(PathBuf),
    /// The system's search path, by this name, where the file that was found is not known.
    System(PathBuf),
    /// The archive that was linked into the program.
    Linked,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) | Self::System(path) => path.display().fmt(f),
            Self::Linked => f.write_str("the linked libconstantine"),
        }
    }
}

struct Listed<'a>(&'a [LoadAttempt]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, attempt) in self.0.iter().enumerate() {
            let separator = if place == 0 { "tried " } else { ", " };
            write!(f, "{separator}{attempt}")?;
        }
        Ok(())
    }
}
