//! The settings: from a configuration file, from environment variables and from flags. A flag
//! overrides a variable, and a variable overrides the file.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use kzg_advanced::files::open_regular;
use serde::{Serialize, Serializer};

mod environment;
mod error;
mod file;
mod flags;
mod key;
pub(crate) mod keys;
pub(crate) mod parse;

use environment::{Environment, FILE_VARIABLE};
pub(crate) use error::Mistakes;
pub(crate) use file::names_in;
pub(crate) use flags::{
    CheckingSetup, Everything, FlagGroup, Flags, Loading, Processing, Proving, Testing, Verifying,
    VerifyingStored,
};
pub(crate) use key::{About, AnyKey, TypedKey, comment};

use crate::errors::usage;
use crate::files::read_bounded;

/// Bound on the length of a configuration file, in bytes.
pub(crate) const FILE_LIMIT: usize = 1 << 20;

/// The beginning of a configuration file that `kzg config template` prints.
pub(crate) const TEMPLATE_BEGINS: &str = "# Settings of kzg.";

/// Checks the text of a configuration file.
///
/// # Errors
///
/// Every mistake with its line.
pub(crate) fn check(path: &Path, text: &str) -> Result<(), Mistakes> {
    file::read(path, text).map(drop)
}

/// Every setting with its value and the origin of the value.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Configuration {
    /// The configuration file that was read, or would be read if it existed.
    pub(crate) file: Place,
    pub(crate) settings: Vec<Setting>,
}

/// The configuration file.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Place {
    #[serde(serialize_with = "optional_path")]
    pub(crate) path: Option<PathBuf>,
    pub(crate) read: bool,
}

/// The value of one setting.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Setting {
    #[serde(rename = "key", serialize_with = "name")]
    pub(crate) about: &'static About,
    #[serde(serialize_with = "displayed")]
    pub(crate) value: OsString,
    pub(crate) origin: Origin,
}

/// The origin of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "source", rename_all = "lowercase")]
pub(crate) enum Origin {
    Default,
    File {
        #[serde(serialize_with = "displayed")]
        path: PathBuf,
        line: usize,
    },
    Environment {
        variable: String,
    },
    Flag {
        flag: String,
    },
}

impl Configuration {
    /// The value of a setting.
    pub(crate) fn value<K: TypedKey>(&self, key: &K) -> K::Value {
        let value = &self.setting(key).value;
        key.read(value).expect("checked when it was read")
    }

    fn setting(&self, key: &dyn AnyKey) -> &Setting {
        let mut all = self.settings.iter();
        all.find(|setting| setting.about.name == key.about().name)
            .expect("every setting is there")
    }

    /// Combines the sources. `file` is the configuration file that a flag names.
    fn resolve(
        flags: impl IntoIterator<Item = (&'static dyn AnyKey, OsString)>,
        file: Option<&Path>,
        environment: &Environment,
    ) -> Result<Self> {
        let mut settings: Vec<Setting> = keys::ALL
            .iter()
            .map(|key| Setting {
                about: key.about(),
                value: key.about().default.into(),
                origin: Origin::Default,
            })
            .collect();
        let mut set = |key: &dyn AnyKey, value: OsString, origin: Origin| {
            let mut all = settings.iter_mut();
            let setting = all.find(|setting| setting.about.name == key.about().name);
            let setting = setting.expect("every setting is there");
            (setting.value, setting.origin) = (value, origin);
        };
        let (place, text) = open(file, environment)?;
        if let (Some(path), Some(text)) = (&place.path, text) {
            for given in file::read(path, &text).map_err(|mistake| usage(&mistake.to_string()))? {
                let (path, line) = (path.clone(), given.line);
                let value = OsString::from(given.text);
                let value = match path.parent() {
                    Some(folder) if given.key.is_path(&value) => folder.join(value).into(),
                    _ => value,
                };
                set(given.key, value, Origin::File { path, line });
            }
        }
        for (key, value) in environment
            .read()
            .map_err(|mistake| usage(&mistake.to_string()))?
        {
            let variable = key.about().variable();
            set(key, value, Origin::Environment { variable });
        }
        for (key, value) in flags {
            let flag = format!("--{}", key.about().flag());
            set(key, value, Origin::Flag { flag });
        }
        Ok(Self {
            file: place,
            settings,
        })
    }
}

/// The configuration file and its text: the file that the flag names, or the one that the variable
/// names, or the user's, which need not exist.
fn open(flag: Option<&Path>, environment: &Environment) -> Result<(Place, Option<String>)> {
    let named = flag.map(Path::to_owned).or_else(|| {
        let path = environment.variable(FILE_VARIABLE)?;
        Some(PathBuf::from(path))
    });
    let required = named.is_some();
    let Some(path) = named.or_else(|| of_the_user(environment)) else {
        let (path, read) = (None, false);
        return Ok((Place { path, read }, None));
    };
    let shown = path.display().to_string();
    let refused =
        |reason: &dyn std::fmt::Display| usage(&format!("configuration file {shown}: {reason}"));
    let bytes = match open_regular(&path) {
        Ok(mut file) => {
            let bytes = read_bounded(&mut file, &shown, FILE_LIMIT);
            Some(bytes.map_err(|error| usage(&format!("configuration file: {error}")))?)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && !required => None,
        Err(error) => return Err(refused(&error)),
    };
    let text = bytes.map(|bytes| file::decode(&path, bytes));
    let text = text
        .transpose()
        .map_err(|mistake| usage(&mistake.to_string()))?;
    let read = text.is_some();
    let path = Some(path);
    Ok((Place { path, read }, text))
}

/// The configuration file that is read where no flag names one.
pub(crate) fn default_file() -> Option<PathBuf> {
    let environment = Environment::of_process();
    let named = environment.variable(FILE_VARIABLE).map(PathBuf::from);
    named.or_else(|| of_the_user(&environment))
}

/// The file in the folder that the XDG base directories define.
fn of_the_user(environment: &Environment) -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let path = |name| environment.variable(name).map(PathBuf::from);
    let folder = path("XDG_CONFIG_HOME")
        .and_then(absolute)
        .or_else(|| Some(path("HOME")?.join(".config")))?;
    Some(folder.join("kzg").join("config.toml"))
}

/// The known name that is at most two edits away from a mistaken one, if there is one.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const FARTHEST: usize = 2;
    let distance =
        |known: &str| strsim::osa_distance(&known.replace('-', "_"), &name.replace('-', "_"));
    known
        .map(|known| (distance(known), known))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= FARTHEST)
        .map(|(_, known)| known)
}

/// Serializes a path or another value as text; bytes that are not UTF-8 are replaced.
fn displayed<S: Serializer>(value: impl AsRef<OsStr>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&value.as_ref().display())
}

fn optional_path<S: Serializer>(
    optional: &Option<PathBuf>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match optional {
        Some(path) => displayed(path, serializer),
        None => serializer.serialize_none(),
    }
}

fn name<S: Serializer>(about: &&About, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(about.name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn environment(variables: &[(&str, &Path)]) -> Environment {
        let variables = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        Environment::new(variables)
    }

    #[test]
    fn flags_before_environment_before_file_before_defaults() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kzg/config.toml");
        fs::create_dir(dir.path().join("kzg")).unwrap();
        fs::write(&path, "backend = 'blst'\nthreads = 3\nproofs = 'both'").unwrap();
        let environment = environment(&[
            ("XDG_CONFIG_HOME", dir.path()),
            ("KZG_THREADS", "4".as_ref()),
            ("KZG_PROOFS", "none".as_ref()),
        ]);
        let flags: [(&dyn AnyKey, _); 1] = [(&keys::PROOFS, "cells".into())];
        let found = Configuration::resolve(flags, None, &environment).unwrap();
        assert!(found.file.read);
        let origin = |key: &dyn AnyKey| found.setting(key).origin.clone();
        assert_eq!(found.value(&keys::PROOFS).to_string(), "cells");
        let flag = "--proofs".to_owned();
        assert_eq!(origin(&keys::PROOFS), Origin::Flag { flag });
        assert_eq!(found.value(&keys::THREADS).unwrap().get(), 4);
        let variable = "KZG_THREADS".to_owned();
        assert_eq!(origin(&keys::THREADS), Origin::Environment { variable });
        assert_eq!(found.value(&keys::BACKEND).to_string(), "blst");
        assert_eq!(origin(&keys::BACKEND), Origin::File { path, line: 1 });
        assert_eq!(origin(&keys::EMIT), Origin::Default);
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("missing.toml");
        let none = environment(&[("XDG_CONFIG_HOME", dir.path())]);
        let found = Configuration::resolve([], None, &none).unwrap();
        assert!(!found.file.read);
        let named = environment(&[("KZG_CONFIG", &missing)]);
        for found in [
            Configuration::resolve([], Some(&missing), &none),
            Configuration::resolve([], None, &named),
        ] {
            assert!(found.unwrap_err().to_string().contains("missing.toml"));
        }
        // The file of the flag overrides that of the variable.
        let there = dir.path().join("there.toml");
        fs::write(&there, "threads = 1").unwrap();
        let found = Configuration::resolve([], Some(&there), &named).unwrap();
        assert_eq!(found.value(&keys::THREADS).unwrap().get(), 1);
    }
}
