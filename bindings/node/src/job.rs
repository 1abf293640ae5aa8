//! A call whose arguments are read, ready to run on any thread.

use std::sync::Arc;

use kzg_backends::KzgSettings;
use kzg_backends::isolation::isolated;
use kzg_backends::kzg_traits::error::Result as KzgResult;
use napi::{Env, Result, Task};

use crate::answer::{Answer, Failure};

/// A call of an operation. The closure owns the arguments.
pub(crate) type Call = Box<dyn FnOnce(&dyn KzgSettings) -> KzgResult<Answer> + Send>;

/// A call and the settings that it runs with.
pub(crate) struct Job {
    settings: Arc<dyn KzgSettings>,
    call: Call,
}

impl Job {
    pub(crate) fn new(settings: Arc<dyn KzgSettings>, call: Call) -> Self {
        Self { settings, call }
    }

    /// Runs the call. A panic is a fault of the backend.
    pub(crate) fn run(self) -> Answer {
        let Self { settings, call } = self;
        isolated(&*settings, call).unwrap_or_else(|error| Answer::Failed(error.into()))
    }
}

/// A job on a thread of libuv's pool.
pub struct JobTask(Option<Job>);

impl JobTask {
    pub(crate) fn new(job: Job) -> Self {
        Self(Some(job))
    }
}

impl Task for JobTask {
    type Output = Answer;
    type JsValue = Answer;

    fn compute(&mut self) -> Result<Answer> {
        // The pool computes a task once.
        let job = self.0.take();
        Ok(job.map_or_else(|| Answer::Failed(Failure::panic()), Job::run))
    }

    fn resolve(&mut self, _: Env, answer: Answer) -> Result<Answer> {
        Ok(answer)
    }
}
