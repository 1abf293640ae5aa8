//! Settings from environment variables.

use std::ffi::{OsStr, OsString};

use super::error::VariableError;
use super::key::AnyKey;
use super::{keys, nearest};

/// The variable that names the configuration file.
pub(crate) const FILE_VARIABLE: &str = "KZG_CONFIG";

/// The variable that forces the engine of blst.
const ENGINE_VARIABLE: &str = "KZG_BLST_ENGINE";

/// Known variables that are not settings.
const OTHERS: [&str; 5] = [
    FILE_VARIABLE,
    ENGINE_VARIABLE,
    "KZG_SPEC_VECTORS",
    "KZG_REQUIRE_BACKENDS",
    "KZG_REQUIRE_ENGINES",
];

/// The environment variables that are set.
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
        // An empty variable counts as not set.
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

    /// The settings that are given. A name that is close to a known one is a mistake; other names
    /// that begin with `KZG_` may belong to another program.
    pub(super) fn read(&self) -> Result<Vec<(&'static dyn AnyKey, OsString)>, VariableError> {
        self.check_engine()?;
        let mut given = Vec::new();
        for &key in keys::ALL {
            let variable = key.about().variable();
            let Some(value) = self.variable(&variable) else {
                continue;
            };
            if let Err(reason) = key.check(value) {
                return Err(VariableError::Value { variable, reason });
            }
            given.push((key, value.to_owned()));
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
                let (name, near) = (name.to_owned(), near.to_owned());
                return Err(VariableError::Unknown { name, near });
            }
        }
        Ok(given)
    }

    /// Refuses an engine that no processor has. The backend reports an engine that this processor
    /// lacks, and cannot run then.
    #[cfg(feature = "blst")]
    fn check_engine(&self) -> Result<(), VariableError> {
        let Some(name) = self.variable(ENGINE_VARIABLE) else {
            return Ok(());
        };
        let engine = name
            .to_string_lossy()
            .parse::<kzg_advanced::registry::Engine>();
        engine.map(drop).map_err(|reason| VariableError::Engine {
            variable: ENGINE_VARIABLE,
            reason,
        })
    }

    #[cfg(not(feature = "blst"))]
    fn check_engine(&self) -> Result<(), VariableError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Vec<(&'static str, OsString)>, VariableError> {
        let variables = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        let given = Environment::new(variables).read()?;
        let of = |(key, text): (&'static dyn AnyKey, _)| (key.about().name, text);
        Ok(given.into_iter().map(of).collect())
    }

    #[test]
    fn known_variables_are_read_and_others_ignored() {
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
                ("threads", "2".into()),
                ("subgroup_check", "batched".into()),
            ]
        );
    }

    #[test]
    fn mistakes_name_the_variable() {
        for (name, value, expected) in [
            ("KZG_THREADS", "none", "KZG_THREADS: \"none\" is neither"),
            ("KZG_THREAD", "2", "did you mean KZG_THREADS?"),
            ("KZG_BACKENDS", "blst", "did you mean KZG_BACKEND?"),
            #[cfg(feature = "blst")]
            (
                "KZG_BLST_ENGINE",
                "steam",
                "KZG_BLST_ENGINE: unknown engine",
            ),
        ] {
            let reason = read(&[(name, value)]).unwrap_err().to_string();
            assert!(reason.contains(expected), "{reason}");
        }
    }
}
