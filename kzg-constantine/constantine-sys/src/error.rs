//! Why the library cannot be used.

use core::fmt;
use std::path::PathBuf;

/// Why the library cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no library at any of the places.
    #[error("no libconstantine: {}", Listed(.tried))]
    NotFound {
        /// Each place, with what the system said.
        tried: Vec<Attempt>,
    },
    /// It lacks functions: it is too old, too new or something else.
    #[error("{origin} lacks {}", .missing.join(", "))]
    MissingSymbols {
        /// The library.
        origin: Origin,
        /// The symbols that it lacks, all of them.
        missing: Vec<&'static str>,
    },
    /// It gave a wrong answer to a question with a known one.
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
    /// What was opened: a path, or a name for the system's search path.
    pub path: PathBuf,
    /// What the system said.
    pub reason: String,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.path.display(), self.reason)
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
