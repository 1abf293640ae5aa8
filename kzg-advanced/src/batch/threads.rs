//! Thread pools for processors.

use std::sync::Arc;

use kzg_traits::{IoAction, Threads};
use rayon::ThreadPoolBuilder;

use crate::error::{KzgAdvancedError, KzgAdvancedResult};

/// A pool of `count` threads named `NAME-0`, `NAME-1` and so on, for
/// [`BatchOptions::with_threads`](super::BatchOptions::with_threads),
/// [`StreamOptions::with_threads`](crate::stream::StreamOptions::with_threads) or
/// [`SettingsOptions::with_threads`](kzg_traits::SettingsOptions::with_threads). Zero stands for
/// one thread per processor.
///
/// # Errors
///
/// [`KzgAdvancedError::Io`] if the threads cannot be started.
pub fn thread_pool(count: usize, name: &'static str) -> KzgAdvancedResult<Threads> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(count)
        .thread_name(move |index| format!("{name}-{index}"))
        .build();
    let pool = pool.map_err(KzgAdvancedError::io(
        IoAction::Start,
        format!("{count} threads"),
    ))?;
    Ok(Threads::Pool(Arc::new(pool)))
}
