//! The official test vectors, where this build can read them.

use std::path::Path;

use anyhow::Result;
use kzg_advanced::KzgSettings;

/// Test vectors of a folder or an archive.
#[cfg(feature = "vectors")]
pub(super) struct Vectors(kzg_testing::vectors::Vectors);

#[cfg(feature = "vectors")]
pub(super) use kzg_testing::vectors::HandlerReport;

#[cfg(feature = "vectors")]
impl Vectors {
    /// Finds the vectors, and notes what is missing or not supported.
    pub(super) fn load(path: &Path) -> Result<Self> {
        use kzg_advanced::KzgAdvancedError;

        use crate::errors::bad;
        use crate::output;

        let name = path.display().to_string();
        let vectors = kzg_testing::vectors::Vectors::load(path)
            .map_err(|error| KzgAdvancedError::data("--vectors", error))?;
        for (handler, cases) in vectors.unsupported() {
            output::note(&format!("not run: {cases} cases of {handler}"));
        }
        if vectors.cases().is_empty() {
            return Err(bad(name, "no vector of a known handler: nothing to test"));
        }
        if let Err(missing) = vectors.is_complete() {
            output::note(&format!("these are not all the vectors: {missing}"));
        }
        Ok(Self(vectors))
    }

    /// Runs every case. `done` is called after each case with the number of finished cases.
    pub(super) fn run(&self, settings: &dyn KzgSettings, done: &dyn Fn(u64)) -> Vec<HandlerReport> {
        let finished = core::cell::Cell::new(0);
        self.0.run_all_with(settings, &|| {
            finished.set(finished.get() + 1);
            done(finished.get());
        })
    }

    /// The number of cases.
    pub(super) fn len(&self) -> u64 {
        self.0.cases().len() as u64
    }
}

/// No vectors: this build cannot read them.
#[cfg(not(feature = "vectors"))]
pub(super) enum Vectors {}

/// The results of a handler: none.
#[cfg(not(feature = "vectors"))]
#[derive(serde::Serialize)]
pub(super) struct HandlerReport {
    pub(super) handler: &'static str,
    pub(super) passed: usize,
    pub(super) failed: usize,
    #[serde(skip)]
    pub(super) failures: Vec<(String, kzg_testing::CheckFailure)>,
}

#[cfg(not(feature = "vectors"))]
impl Vectors {
    pub(super) fn load(_: &Path) -> Result<Self> {
        crate::feature::missing("reader of test vectors", "vectors")
    }

    pub(super) fn run(&self, _: &dyn KzgSettings, _: &dyn Fn(u64)) -> Vec<HandlerReport> {
        match *self {}
    }

    pub(super) fn len(&self) -> u64 {
        match *self {}
    }
}
