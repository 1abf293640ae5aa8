//! Threads of a processor's own.

use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{KzgAdvancedError, Result};
use kzg_traits::IoAction;

/// A pool of so many threads with this name; zero stands for one for each processor.
pub(crate) fn workers(count: usize, name: &'static str) -> Result<Arc<ThreadPool>> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(count)
        .thread_name(move |index| format!("{name}-{index}"))
        .build();
    let pool = pool.map_err(KzgAdvancedError::io(
        IoAction::Start,
        format!("{count} workers"),
    ))?;
    Ok(Arc::new(pool))
}
