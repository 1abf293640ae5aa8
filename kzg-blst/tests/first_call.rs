//! The first calls, which build the tables, never wait for each other in a circle.
//!
//! Work stealing makes it easy: a pool's worker that waits for a table may be the one that the
//! builder's own work needs. So many first calls at once, from outside and from inside one small
//! pool, again and again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use std::{process, thread};

use kzg_blst::Blst;
use kzg_traits::{
    Blob, KzgCommitment, KzgProof, KzgSettings, Precompute, Settings, SettingsOptions, Threads,
    TrustedSetup,
};

const ROUNDS: usize = 100;
const CALLERS: usize = 8;
/// Far above what the rounds take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// Ends the process unless it is dropped in time: nothing else ends threads that wait forever.
struct Watchdog(Arc<AtomicBool>);

impl Watchdog {
    fn start() -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&done);
        thread::spawn(move || {
            let start = Instant::now();
            while !seen.load(Ordering::SeqCst) {
                if start.elapsed() > PATIENCE {
                    eprintln!("deadlock: first calls still under way after {PATIENCE:?}");
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
    let settings = Settings::<Blst>::load(&setup, options).expect("valid");
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
                    // Half of them from inside the pool's own workers.
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
