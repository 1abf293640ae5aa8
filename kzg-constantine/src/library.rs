//! Calls of the library, and the results of calls before the library is loaded.

use constantine_sys::{LoadError, LowLevel, loaded};
use kzg_traits::SetupError;

/// The value that the loaded library writes into `out`; `out` unchanged if no library is loaded.
///
/// Constants need no library, so values of this crate's types can exist before the library is
/// loaded, and arithmetic on them must have a result. The result is `out`: callers pass an invalid
/// value without a valid encoding, which cannot be taken for a real result.
#[inline]
pub(crate) fn computed<T>(mut out: T, write: impl FnOnce(&LowLevel, &mut T)) -> T {
    if let Some(library) = loaded() {
        write(&library.low_level, &mut out);
    }
    out
}

/// The setup error for an error of loading the library.
pub(crate) fn setup_error(error: LoadError) -> SetupError {
    let message = error.to_string();
    match error {
        LoadError::NotFound { tried } => SetupError::LibraryNotFound {
            tried: tried.iter().map(ToString::to_string).collect(),
        },
        LoadError::MissingSymbols { origin, missing } => SetupError::MissingSymbols {
            library: origin.to_string(),
            missing: missing.into_iter().map(str::to_owned).collect(),
        },
        LoadError::SelfTest { origin, check } => SetupError::SelfTest {
            library: origin.to_string(),
            check: check.to_owned(),
        },
        LoadError::Conflict { loaded, requested } => SetupError::LibraryConflict {
            loaded: loaded.to_string(),
            requested: requested.display().to_string(),
        },
        _ => SetupError::BackendUnavailable {
            backend: crate::NAME.to_owned(),
            reason: message,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use constantine_sys::{LoadAttempt, NamedBy, Origin};

    #[test]
    fn every_error_names_what_was_tried_and_what_was_missing() {
        let origin = || Origin::File("/lib/libconstantine.so".into());
        let cases = [
            (
                LoadError::NotFound {
                    tried: vec![LoadAttempt {
                        named_by: NamedBy::Variable,
                        path: "/opt/libconstantine.so".into(),
                        reason: "no such file".to_owned(),
                    }],
                },
                ["CONSTANTINE_LIB=/opt/libconstantine.so", "no such file"],
            ),
            (
                LoadError::MissingSymbols {
                    origin: origin(),
                    missing: vec!["ctt_one", "ctt_two"],
                },
                ["ctt_one, ctt_two", "/lib/libconstantine.so"],
            ),
            (
                LoadError::SelfTest {
                    origin: origin(),
                    check: "pairing",
                },
                ["pairing", "/lib/libconstantine.so"],
            ),
            (
                LoadError::Conflict {
                    loaded: Origin::Linked,
                    requested: "/other.so".into(),
                },
                ["/other.so", "linked"],
            ),
        ];
        for (error, parts) in cases {
            let message = setup_error(error).to_string();
            assert!(message.contains("constantine"), "{message}");
            for part in parts {
                assert!(message.contains(part), "{message}: {part}");
            }
        }
    }
}
