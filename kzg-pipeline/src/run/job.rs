//! The configuration of a job, which all parts of a pipeline share.

use std::ffi::OsString;
use std::sync::Arc;

use kzg_advanced::CancellationToken;
use kzg_advanced::codec::BlobCodec;

use crate::backends::JobBackends;
use crate::options::PipelineOptions;
use crate::progress::{NoProgress, Progress};

/// The configuration of a job, without its inputs and its target.
#[derive(Clone, Debug)]
pub(crate) struct PipelineJob {
    pub(crate) backends: JobBackends,
    pub(crate) options: PipelineOptions,
    pub(crate) codec: &'static dyn BlobCodec,
    pub(crate) progress: Arc<dyn Progress>,
    pub(crate) cancel: CancellationToken,
    /// The command line of the program, for the report.
    pub(crate) command: Vec<OsString>,
}

impl PipelineJob {
    pub(crate) fn new(backends: JobBackends, options: PipelineOptions) -> Self {
        Self {
            codec: options.encoding.codec(),
            backends,
            options,
            progress: Arc::new(NoProgress),
            cancel: CancellationToken::default(),
            command: Vec::new(),
        }
    }
}
