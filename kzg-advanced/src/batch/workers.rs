//! Threads of a processor's own.

use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{KzgAdvancedError, Result};

/// A pool of so many threads with this name; zero stands for one for each processor.
pub fn workers(count: usize, name: &'static str) -> Result<Arc<ThreadPool>> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(count)
        .thread_name(move |index| format!("{name}-{index}"))
        .build();
    let pool = pool.map_err(|source| KzgAdvancedError::ResourceExhausted {
        item: format!("{count} workers cannot be started"),
        source: source.into(),
    })?;
    Ok(Arc::new(pool))
}
