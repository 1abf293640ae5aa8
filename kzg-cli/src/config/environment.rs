//! Settings from environment variables.

use std::ffi::{OsStr, OsString};

use super::key::AnyKey;
use super::{keys, nearest};

/// The variable that names the configuration file.
pub(crate) const FILE_VARIABLE: &str = "KZG_CONFIG";

/// What these are for is not the program's configuration.
const OTHERS: [&str; 4] = [
    FILE_VARIABLE,
    "KZG_BLST_ENGINE",
    "KZG_SPEC_VECTORS",
    "KZG_REQUIRE_BACKENDS",
];

/// What the environment gives.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    variables: Vec<(OsString, OsString)>,
}

impl Environment {
    /// The environment of this process.
    pub(super) fn of_process() -> Self {
        Self::new(std::env::vars_os())
    }

    pub(super) fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        // A variable that is set to nothing counts as not set.
        let set = variables.into_iter().filter(|(_, value)| !value.is_empty());
        Self {
            variables: set.collect(),
        }
    }

    pub(super) fn variable(&self, name: &str) -> Option<&OsStr> {
        let mut all = self.variables.iter();
        let (_, value) = all.find(|(candidate, _)| candidate == name)?;
        Some(value)
    }

    /// The settings that are given. A variable that is nearly one of ours is a mistake; others
    /// that begin with `KZG_` may be another program's.
    pub(super) fn read(&self) -> Result<Vec<(&'static dyn AnyKey, String)>, String> {
        let mut given = Vec::new();
        for &key in keys::ALL {
            let variable = key.about().variable();
            let Some(value) = self.variable(&variable) else {
                continue;
            };
            let text = value
                .to_str()
                .ok_or_else(|| format!("{variable}: {value:?} is no text"))?;
            key.check(text)
                .map_err(|reason| format!("{variable}: {reason}"))?;
            given.push((key, text.to_owned()));
        }
        let known: Vec<String> = keys::ALL
            .iter()
            .map(|key| key.about().variable())
            .chain(OTHERS.map(str::to_owned))
            .collect();
        let names = self.variables.iter().filter_map(|(name, _)| name.to_str());
        for name in names.filter(|name| name.starts_with("KZG_")) {
            if known.iter().any(|known| known == name) {
                continue;
            }
            if let Some(near) = nearest(name, known.iter().map(String::as_str)) {
                return Err(format!(
                    "unknown environment variable {name}; did you mean {near}?"
                ));
            }
        }
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Vec<(&'static str, String)>, String> {
        let variables = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        let given = Environment::new(variables).read()?;
        let of = |(key, text): (&'static dyn AnyKey, _)| (key.about().name, text);
        Ok(given.into_iter().map(of).collect())
    }

    #[test]
    fn ours_are_read_and_others_left_alone() {
        let given = read(&[
            ("PATH", "/bin"),
            ("KZG_SUBGROUP_CHECK", "batched"),
            ("KZG_THREADS", "2"),
            ("KZG_BACKEND", ""),
            ("KZG_SPEC_VECTORS", "vectors"),
            ("KZG_TRUSTED_SETUP_PATH", "another program's"),
        ]);
        assert_eq!(
            given.unwrap(),
            [
                ("threads", "2".to_owned()),
                ("subgroup_check", "batched".to_owned()),
            ]
        );
    }

    #[test]
    fn mistakes_name_the_variable() {
        for (name, value, expected) in [
            ("KZG_THREADS", "none", "KZG_THREADS: \"none\" is neither"),
            ("KZG_THREAD", "2", "did you mean KZG_THREADS?"),
            ("KZG_BACKENDS", "blst", "did you mean KZG_BACKEND?"),
        ] {
            let reason = read(&[(name, value)]).unwrap_err();
            assert!(reason.contains(expected), "{reason}");
        }
    }
}
