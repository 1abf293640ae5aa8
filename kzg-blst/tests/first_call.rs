//! Concurrent first calls, which build the tables, never deadlock.
//!
//! Work stealing makes a deadlock possible: a worker of a pool that waits for a table may be the worker
//! that the construction of the table needs. So the test makes many concurrent first calls, from
//! outside and from inside one small pool, in many rounds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use std::{process, thread};

use kzg_traits::{
    Blob, KzgCommitment, KzgProof, Precompute, SettingsOptions, Threads, TrustedSetup,
};

const ROUNDS: usize = 100;
const CALLERS: usize = 8;
/// Time limit of the test, far above the time of all rounds on a slow machine.
const TIME_LIMIT: Duration = Duration::from_secs(300);

/// Aborts the process unless it is dropped within the time limit. Nothing else ends threads in a
/// deadlock.
struct Watchdog(Arc<AtomicBool>);

impl Watchdog {
    fn start() -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&done);
        thread::spawn(move || {
            let start = Instant::now();
            while !seen.load(Ordering::SeqCst) {
                if start.elapsed() > TIME_LIMIT {
                    eprintln!("deadlock: first calls have not returned after {TIME_LIMIT:?}");
                    process::abort();
                }
                thread::sleep(Duration::from_millis(50));
            }
        });
        Self(done)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn first_calls_at_once_never_deadlock() {
    let _watchdog = Watchdog::start();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .expect("a small pool");
    let pool = Arc::new(pool);
    let options = SettingsOptions::default()
        .with_precompute(Precompute::NONE)
        .with_threads(Threads::Pool(Arc::clone(&pool)));
    let setup = TrustedSetup::mainnet();
    let settings = kzg_blst::load(&setup, options).expect("valid");
    let infinity = {
        let mut bytes = [0; 48];
        bytes[0] = 0xc0;
        bytes
    };
    let blobs = vec![Blob::zeroed_on_heap(); 3];
    let commitments = vec![KzgCommitment(infinity); 3];
    let call = |caller: usize| match caller % 4 {
        0 => {
            let commitment = settings.blob_to_kzg_commitment(&blobs[0]);
            assert_eq!(commitment, Ok(commitments[0]));
        }
        1 => {
            let all = settings.blobs_to_kzg_commitments((&blobs).into());
            assert_eq!(all.as_ref(), Ok(&commitments));
        }
        2 => {
            let proofs = settings.compute_blob_kzg_proofs((&blobs).into(), &commitments);
            assert_eq!(proofs, Ok(vec![KzgProof(infinity); 3]));
        }
        _ => settings.warm_up().expect("warms up"),
    };
    for round in 0..ROUNDS {
        settings.release_tables();
        assert_eq!(settings.tables_memory(), 0);
        let barrier = Barrier::new(CALLERS);
        thread::scope(|scope| {
            for caller in 0..CALLERS {
                let (barrier, call, pool) = (&barrier, &call, &pool);
                scope.spawn(move || {
                    barrier.wait();
                    // Half of the callers run on workers of the pool.
                    if caller < CALLERS / 2 {
                        pool.install(|| call(caller + round));
                    } else {
                        call(caller + round);
                    }
                });
            }
        });
        assert!(settings.tables_memory() > 0);
    }
}
