//! The errors of loading the library.

use core::fmt;
use std::path::PathBuf;

use crate::loader::LIBRARY_VARIABLE;

/// The reason why the library cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no library at any of the places.
    #[error("no libconstantine: {}", Listed(.tried))]
    NotFound {
        /// Each place that was tried, with the error there.
        tried: Vec<Attempt>,
    },
    /// The library lacks functions: it is of another version, or another library.
    #[error("{origin} lacks {}", .missing.join(", "))]
    MissingSymbols {
        /// The library.
        origin: Origin,
        /// The symbols that it lacks, all of them.
        missing: Vec<&'static str>,
    },
    /// The library failed its self-test: it gave a wrong result for a known input.
    #[error("{origin} fails the self-test: {check}")]
    SelfTest {
        /// The library.
        origin: Origin,
        /// What was asked.
        check: &'static str,
    },
    /// Another library was loaded before, and the first one stays.
    #[error("{requested} cannot be loaded beside {loaded}")]
    Conflict {
        /// The one in use.
        loaded: Origin,
        /// The one asked for.
        requested: PathBuf,
    },
}

/// A place where the library was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Why it was looked for there.
    pub named_by: NamedBy,
    /// What was opened: a path, or a name for the system's search path.
    pub path: PathBuf,
    /// What the system said.
    pub reason: String,
}

/// Who says where the library is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The caller.
    Caller,
    /// The environment variable `CONSTANTINE_LIB`.
    Variable,
    /// Nobody, so it is looked for on the system's search path.
    Nobody,
}

impl fmt::Display for Attempt {
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

/// Where the library in use came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A file, by its canonical path.
    File(PathBuf),
    /// The system's search path, by this name.
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

struct Listed<'a>(&'a [Attempt]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, attempt) in self.0.iter().enumerate() {
            let separator = if place == 0 { "tried " } else { ", " };
            write!(f, "{separator}{attempt}")?;
        }
        Ok(())
    }
}
