//! First calls, which build the tables, never wait for each other in a circle.
//!
//! A worker of a pool that waits for a table may be the one that the builder's own work needs.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use crate::Load;
use crate::seeded::Seeded;
use kzg_traits::bytes::{Cell, KzgCommitment, KzgProof};
use kzg_traits::exec::Threads;
use kzg_traits::precompute::Precompute;
use kzg_traits::settings::{KzgSettings, SettingsOptions};

use super::inputs::INFINITY;

const CALLERS: usize = 8;
/// Far above what the calls take on a slow machine.
const LIMIT: Duration = Duration::from_secs(600);

/// Makes first calls of each kind at once, from the workers of the pool that the settings use,
/// in pools of two and four. `load` loads settings with these threads and nothing built yet; it
/// is called by the workers too.
///
/// # Panics
///
/// If calls still wait after ten minutes.
pub fn first_calls_at_once(
    precompute: Precompute,
    load: impl Fn(SettingsOptions) -> Arc<dyn KzgSettings> + Send + Sync + Clone + 'static,
) {
    type Call = fn(&dyn KzgSettings);
    let calls: [(&str, Call); 4] = [
        ("a commitment", |settings| {
            let committed = settings.blob_to_kzg_commitment(&Seeded::new(1).blob());
            assert!(committed.is_ok());
        }),
        ("proofs of cells", |settings| {
            let extended = settings.compute_cells_and_kzg_proofs(&Seeded::new(1).blob());
            assert!(extended.is_ok());
        }),
        ("a verification of cells", |settings| {
            let verdict = settings.verify_cell_kzg_proof_batch(
                &[KzgCommitment(INFINITY)],
                &[3],
                (&[Cell::default()]).into(),
                &[KzgProof(INFINITY)],
            );
            assert_eq!(verdict, Ok(true));
        }),
        ("warm_up", |settings| {
            assert_eq!(settings.warm_up(), Ok(()));
        }),
    ];
    for threads in [2, 4] {
        for (name, call) in calls {
            let load = load.clone();
            ends(name, move || {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                let pool = Arc::new(pool.expect("a small thread pool"));
                let options = SettingsOptions::default()
                    .with_precompute(precompute)
                    .with_threads(Threads::Pool(Arc::clone(&pool)));
                let settings = load(options.clone());
                pool.scope(|scope| {
                    for caller in 0..CALLERS {
                        let (settings, load, options) = (&settings, &load, &options);
                        scope.spawn(move |_| {
                            if caller % 4 == 3 {
                                load(options.clone());
                            }
                            call(&**settings);
                        });
                    }
                });
            });
        }
    }
}

/// Runs a job on a thread of its own, which is left behind if the job never ends.
fn ends(name: &str, job: impl FnOnce() + Send + 'static) {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || {
        job();
        sender.send(()).expect("awaited");
    });
    if receiver.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
        panic!("first calls still under way after {LIMIT:?}: {name}");
    }
    thread.join().expect("every call succeeds");
}

/// First calls on every table of loaded settings.
pub(super) fn never_wait_in_a_circle(load: &Load) {
    let load = Arc::clone(load);
    first_calls_at_once(Precompute::NONE, move |options| load(options));
}
