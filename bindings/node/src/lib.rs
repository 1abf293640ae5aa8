//! The addon of the package in this folder.
//!
//! The addon is thin: a call copies its arguments, runs one method of
//! [`KzgSettings`](kzg_backends::KzgSettings), on this thread or on a thread of libuv's pool, and
//! returns an answer. `index.js` has the functions of the package over it, and throws the failures.

#![deny(unsafe_code)]

mod answer;
mod arguments;
mod job;
mod operations;

use std::path::PathBuf;
use std::sync::Arc;

use kzg_backends::kzg_traits::Error;
use kzg_backends::{
    BackendChoice, C_KZG_MAX_PRECOMPUTE, KzgSettings, SettingsOptions, TrustedSetup,
    c_kzg_precompute, load_shared, mainnet,
};
use napi::bindgen_prelude::*;
use napi_derive::napi;

use answer::{Answer, Failure};
use arguments::{Arguments, Refusal};
use job::{Job, JobTask};

/// A loaded trusted setup.
#[napi]
pub struct Settings(Arc<dyn KzgSettings>);

#[napi]
impl Settings {
    /// Runs an operation on this thread.
    #[napi(catch_unwind)]
    pub fn run(&self, env: Env, operation: String, arguments: Array<'_>) -> Result<Answer> {
        Ok(match self.job(env, &operation, arguments)? {
            Ok(job) => job.run(),
            Err(failure) => Answer::Failed(failure),
        })
    }

    /// Runs an operation on a thread of libuv's pool, and returns a promise of its answer. The
    /// arguments are copied before this method returns.
    #[napi(catch_unwind)]
    pub fn start(
        &self,
        env: Env,
        operation: String,
        arguments: Array<'_>,
    ) -> Result<Either<AsyncTask<JobTask>, Answer>> {
        Ok(match self.job(env, &operation, arguments)? {
            Ok(job) => Either::A(AsyncTask::new(JobTask::new(job))),
            Err(failure) => Either::B(Answer::Failed(failure)),
        })
    }

    /// Reads the arguments of an operation. The outer error is an exception of JavaScript, such as
    /// that of a getter in a list.
    fn job(
        &self,
        env: Env,
        operation: &str,
        arguments: Array<'_>,
    ) -> Result<core::result::Result<Job, Failure>> {
        let arguments = Arguments::new(env, arguments);
        match operations::read(operation, &arguments) {
            Ok(call) => Ok(Ok(Job::new(Arc::clone(&self.0), call))),
            Err(Refusal::Failed(failure)) => Ok(Err(failure)),
            Err(Refusal::Thrown(error)) => Err(error),
        }
    }
}

/// The trusted setup of a file in c-kzg's text format, or that of mainnet without one.
#[napi(catch_unwind)]
pub fn setup_text(path: Option<String>) -> Either<String, Answer> {
    let setup = path.map_or_else(|| Ok(TrustedSetup::mainnet()), TrustedSetup::load_file);
    match setup {
        Ok(setup) => Either::A(setup.to_text()),
        Err(error) => Either::B(Answer::Failed(Error::from(error).into())),
    }
}

/// Loads the trusted setup of a file, or that of mainnet without one. `precompute` is from 0 to 15:
/// up to 8 for small tables of the prover, above for large ones.
#[napi(catch_unwind)]
pub fn load_settings(precompute: f64, path: Option<String>) -> Either<Settings, Answer> {
    let whole = (precompute >= 0.0).then_some(precompute as u64);
    let Some(tables) = whole.and_then(c_kzg_precompute) else {
        let reason = format!("precompute: {precompute} is not from 0 to {C_KZG_MAX_PRECOMPUTE}");
        return Either::B(Answer::Failed(Failure::input(reason)));
    };
    let options = SettingsOptions::default().with_precompute(tables);
    let loaded = path.map_or_else(
        || mainnet(BackendChoice::Auto, options.clone()),
        |path| {
            let setup = TrustedSetup::load_file(PathBuf::from(path))?;
            load_shared(BackendChoice::Auto, &setup, options.clone())
        },
    );
    match loaded {
        Ok(settings) => Either::A(Settings(settings)),
        Err(error) => Either::B(Answer::Failed(Error::from(error).into())),
    }
}
