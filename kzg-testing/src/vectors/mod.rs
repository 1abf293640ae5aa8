//! The official test vectors of the consensus specifications.
//!
//! Their files are `tests/kzg/HANDLER/CASE/data.yaml`, in a directory or in a `.tar.zst` archive of
//! one. Each case is decoded when it runs: one case at a time is in memory in decoded form.

mod case;
mod eip4844;
mod eip7594;
mod source;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use kzg_traits::settings::KzgSettings;

use super::law::{CheckFailure, caught};
use case::Run;
use source::Text;

/// A kind of case: an operation of the specification.
struct Handler {
    name: &'static str,
    /// The number of cases in the official archive, to detect missing cases.
    cases: usize,
    run: Run,
}

/// Every supported handler.
const HANDLERS: [&[Handler]; 2] = [&eip4844::HANDLERS, &eip7594::HANDLERS];

fn handlers() -> impl Iterator<Item = &'static Handler> {
    HANDLERS.into_iter().flatten()
}

/// Test vectors of a directory or archive.
#[derive(Debug)]
pub struct Vectors {
    cases: Vec<Case>,
    unsupported: BTreeMap<String, usize>,
}

impl Vectors {
    /// Finds the vectors in a directory, or in a `.tar.zst` archive of one. The directory holds
    /// `tests/kzg` or is that directory.
    ///
    /// # Errors
    ///
    /// [`VectorsError`] if the path cannot be read, or holds no vectors.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, VectorsError> {
        let path = path.as_ref();
        let known = |name: &str| handlers().find(|handler| handler.name == name);
        let wanted = |name: &str| known(name).is_some();
        let found = source::find(path, &wanted).map_err(|source| VectorsError {
            path: path.display().to_string(),
            source,
        })?;
        let mut vectors = Self {
            cases: Vec::new(),
            unsupported: BTreeMap::new(),
        };
        for (handler, name, text) in found {
            match known(&handler) {
                Some(handler) => vectors.cases.push(Case {
                    handler,
                    name,
                    text,
                }),
                None => *vectors.unsupported.entry(handler).or_default() += 1,
            }
        }
        vectors
            .cases
            .sort_by(|a, b| (a.handler.name, &a.name).cmp(&(b.handler.name, &b.name)));
        Ok(vectors)
    }

    /// The cases, ordered by handler and name.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The cases, as owned values.
    #[must_use]
    pub fn into_cases(self) -> Vec<Case> {
        self.cases
    }

    /// The handlers that were found and are not supported, with the number of their cases.
    pub fn unsupported(&self) -> impl Iterator<Item = (&str, usize)> {
        self.unsupported
            .iter()
            .map(|(handler, &cases)| (handler.as_str(), cases))
    }

    /// Checks that every supported handler has as many cases as in the official archive.
    ///
    /// # Errors
    ///
    /// The handlers with more or fewer cases.
    pub fn is_complete(&self) -> Result<(), CheckFailure> {
        let differing: Vec<String> = handlers()
            .filter_map(|handler| {
                let of_handler = |case: &&Case| case.handler.name == handler.name;
                let found = self.cases.iter().filter(of_handler).count();
                let (name, expected) = (handler.name, handler.cases);
                (found != expected).then(|| format!("{name}: {found} cases, expected {expected}"))
            })
            .collect();
        if differing.is_empty() {
            Ok(())
        } else {
            Err(CheckFailure::new(differing.join("; ")))
        }
    }

    /// Runs every case and counts the results by handler.
    #[must_use]
    pub fn run_all(&self, settings: &dyn KzgSettings) -> Vec<HandlerReport> {
        self.run_all_with(settings, &|| ())
    }

    /// As [`run_all`](Self::run_all), calling `done` after each case.
    #[must_use]
    pub fn run_all_with(&self, settings: &dyn KzgSettings, done: &dyn Fn()) -> Vec<HandlerReport> {
        self.cases
            .chunk_by(|a, b| a.handler.name == b.handler.name)
            .map(|cases| {
                let mut report = HandlerReport {
                    handler: cases[0].handler.name,
                    passed: 0,
                    failed: 0,
                    failures: Vec::new(),
                };
                for case in cases {
                    match case.run(settings) {
                        Ok(()) => report.passed += 1,
                        Err(failure) => {
                            report.failed += 1;
                            report.failures.push((case.name.clone(), failure));
                        }
                    }
                    done();
                }
                report
            })
            .collect()
    }
}

/// One case of a handler.
pub struct Case {
    handler: &'static Handler,
    name: String,
    text: Text,
}

impl Case {
    /// The handler of the case: an operation.
    #[must_use]
    pub fn handler(&self) -> &'static str {
        self.handler.name
    }

    /// The name of the case, unique for the handler.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Checks that the settings give the expected result, or refuse malformed input with an error
    /// of kind [`Input`](kzg_traits::ErrorKind::Input). A panic is a failure.
    ///
    /// # Errors
    ///
    /// The actual result, or the error of reading the case.
    pub fn run(&self, settings: &dyn KzgSettings) -> Result<(), CheckFailure> {
        let text = self
            .text
            .read()
            .map_err(|error| CheckFailure::new(format!("cannot be read: {error}")))?;
        caught(|| (self.handler.run)(&text, settings))
    }

    /// The case as JSON: an object with `input` and `output`, as in its YAML. For runners in
    /// languages that read no YAML.
    ///
    /// # Errors
    ///
    /// The error of reading the case.
    pub fn to_json(&self) -> Result<serde_json::Value, CheckFailure> {
        let text = self
            .text
            .read()
            .map_err(|error| CheckFailure::new(format!("cannot be read: {error}")))?;
        yaml::from_str(&text).map_err(|error| CheckFailure::new(error.to_string()))
    }
}

impl core::fmt::Debug for Case {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Case({}/{})", self.handler.name, self.name)
    }
}

/// The results of a handler.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct HandlerReport {
    /// The handler.
    pub handler: &'static str,
    /// The number of passed cases.
    pub passed: usize,
    /// The number of failed cases.
    pub failed: usize,
    /// The failed cases by name, with their failures.
    #[serde(skip)]
    pub failures: Vec<(String, CheckFailure)>,
}

/// The error of test vectors that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("test vectors {path}: {source}")]
pub struct VectorsError {
    path: String,
    source: std::io::Error,
}
