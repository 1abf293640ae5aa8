//! Tests with every engine.

use core::cell::Cell;

use kzg_traits::{Exec, Threads};

use super::required;
use crate::engine::Engine;

thread_local! {
    /// The engine that is forced on this thread.
    pub(super) static ON_THIS_THREAD: Cell<Option<Engine>> = const { Cell::new(None) };
}

/// Whether a test can run on an engine; see [`required::can_test`].
///
/// # Panics
///
/// If the engine is missing although `KZG_REQUIRE_ENGINES` names it.
pub(crate) fn can_test(engine: Engine) -> bool {
    required::can_test(engine.name(), engine.is_available())
}

/// Runs `f` with every engine that is available, each on this thread alone, so that tests do not
/// disturb each other. Work for other threads goes to those of [`execs_on`].
///
/// # Panics
///
/// If an engine is missing although `KZG_REQUIRE_ENGINES` names it.
pub(crate) fn on_every_engine(f: impl Fn(Engine)) {
    for engine in Engine::ALL.iter().filter(|engine| can_test(**engine)) {
        let before = ON_THIS_THREAD.replace(Some(*engine));
        f(*engine);
        ON_THIS_THREAD.set(before);
    }
}

/// Serial execution on this thread, and a pool of `threads` threads on which the engine is forced.
pub(crate) fn execs_on(engine: Engine, threads: usize) -> [Exec; 2] {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .start_handler(move |_| ON_THIS_THREAD.set(Some(engine)))
        .build()
        .expect("a pool");
    [Exec::serial(), Exec::new(Threads::Pool(pool.into()))]
}
