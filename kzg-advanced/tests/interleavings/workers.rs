//! The roster of a worker pool, compiled with loom's lock.

#[path = "../../src/workers/roster.rs"]
mod roster;

mod sync {
    pub(super) use loom::sync::{Condvar, Mutex, MutexGuard};

    pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().expect("not poisoned")
    }

    pub(super) fn wait<'a, T>(changed: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        changed.wait(guard).expect("not poisoned")
    }
}

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use roster::{Fifo, Limits, Numbered, Roster};

type Tasks = Roster<Fifo<Numbered<()>>>;

fn roster(threads: usize, queue: usize) -> Arc<Tasks> {
    Arc::new(Roster::new(Limits {
        threads,
        idle: 1,
        queue,
        abandoned: 1,
    }))
}

/// Runs tasks until the roster ends the thread.
fn work(roster: &Tasks, run: &AtomicUsize) {
    while let Some((number, ())) = roster.take() {
        run.fetch_add(1, Ordering::SeqCst);
        if !roster.finish(number) {
            return;
        }
    }
}

/// The only thread's task may be abandoned at any moment while a second task waits.
pub fn every_task_is_run_though_one_is_abandoned() {
    loom::model(|| {
        let (roster, run) = (roster(1, 1), Arc::new(AtomicUsize::new(0)));
        let worker = || {
            let (roster, run) = (roster.clone(), run.clone());
            loom::thread::spawn(move || work(&roster, &run))
        };
        let first = roster.submit(()).expect("a thread");
        assert!(first.start);
        let mut workers = vec![worker()];
        let second = roster.submit(());
        if roster.abandon(first.number) {
            workers.push(worker());
        }
        roster.close();
        for worker in workers {
            worker.join().expect("no panic");
        }
        let accepted = 1 + usize::from(second.is_ok());
        assert_eq!(run.load(Ordering::SeqCst), accepted);
        assert_eq!((roster.running(), roster.abandoned()), (0, 0));
    });
}

/// A roster with two tasks may be closed at any moment.
pub fn closing_loses_no_task() {
    loom::model(|| {
        let (roster, run) = (roster(1, 2), Arc::new(AtomicUsize::new(0)));
        let (working, counted) = (roster.clone(), run.clone());
        assert!(roster.submit(()).expect("a thread").start);
        let worker = loom::thread::spawn(move || work(&working, &counted));
        let second = roster.submit(());
        assert!(second.is_ok_and(|accepted| !accepted.start));
        roster.close();
        worker.join().expect("no panic");
        assert_eq!(run.load(Ordering::SeqCst), 2);
        assert!(roster.submit(()).is_err());
    });
}
