//! Tests with every engine.

use kzg_traits::{Exec, Threads};

use crate::engine::Engine;

thread_local! {
    pub(super) static ON_THIS_THREAD: core::cell::Cell<Option<Engine>> = const { core::cell::Cell::new(None) };
}

/// Runs `f` with every engine that is available, each on this thread alone, so that tests do not
/// disturb each other. Work for other threads goes to those of [`execs_on`].
pub(crate) fn on_every_engine(f: impl Fn(Engine)) {
    for engine in Engine::ALL.iter().filter(|engine| engine.is_available()) {
        let before = ON_THIS_THREAD.replace(Some(*engine));
        f(*engine);
        ON_THIS_THREAD.set(before);
    }
}

/// This thread, and so many others on which that engine runs.
pub(crate) fn execs_on(engine: Engine, threads: usize) -> [Exec; 2] {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .start_handler(move |_| ON_THIS_THREAD.set(Some(engine)))
        .build()
        .expect("a pool");
    [Exec::serial(), Exec::new(Threads::Pool(pool.into()))]
}
