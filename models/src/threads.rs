//! The roster of a pool's threads, with tasks that may be abandoned.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::model;
use crate::workers::{Fifo, Limits, Roster, State, WaitForRoom};

type Tasks = Roster<Fifo<()>>;

fn roster(threads: usize, queue: usize) -> Arc<Tasks> {
    let limits = Limits {
        threads,
        idle: 1,
        abandoned: 1,
    };
    Arc::new(Roster::new(limits, Fifo::new(queue)))
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
#[test]
fn every_task_is_run_though_one_is_abandoned() {
    loom::model(|| {
        let (roster, run) = (roster(1, 1), Arc::new(AtomicUsize::new(0)));
        let worker = || {
            let (roster, run) = (roster.clone(), run.clone());
            loom::thread::spawn(move || work(&roster, &run))
        };
        let first = roster.submit((), WaitForRoom::No).expect("a thread");
        assert!(first.start);
        let mut workers = vec![worker()];
        let second = roster.submit((), WaitForRoom::No);
        if roster.change(|state| state.abandon(first.number)).1 {
            workers.push(worker());
        }
        roster.change(State::close);
        for worker in workers {
            worker.join().expect("no panic");
        }
        let accepted = 1 + usize::from(second.is_ok());
        assert_eq!(run.load(Ordering::SeqCst), accepted);
        assert_eq!(counts(&roster), (0, 0, 0));
    });
}

/// A roster with two tasks may be closed at any moment.
#[test]
fn closing_loses_no_task_and_every_thread_is_waited_for() {
    loom::model(|| {
        let (roster, run) = (roster(1, 2), Arc::new(AtomicUsize::new(0)));
        let (working, counted) = (roster.clone(), run.clone());
        assert!(roster.submit((), WaitForRoom::No).expect("a thread").start);
        let worker = loom::thread::spawn(move || work(&working, &counted));
        let second = roster.submit((), WaitForRoom::No);
        assert!(second.is_ok_and(|accepted| !accepted.start));
        roster.change(State::close);
        roster.join(|_| false, None);
        assert_eq!(run.load(Ordering::SeqCst), 2);
        assert_eq!(counts(&roster), (0, 0, 0));
        worker.join().expect("no panic");
        assert!(roster.submit((), WaitForRoom::No).is_err());
    });
}

/// The thread of a task cannot be started, while another thread may be about to take the task.
#[test]
fn a_task_whose_thread_is_not_started_is_run_or_given_back() {
    loom::model(|| {
        let (roster, run) = (roster(2, 1), Arc::new(AtomicUsize::new(0)));
        let worker = || {
            let (roster, run) = (roster.clone(), run.clone());
            loom::thread::spawn(move || work(&roster, &run))
        };
        assert!(roster.submit((), WaitForRoom::No).expect("a thread").start);
        let mut workers = vec![worker()];
        let second = roster.submit((), WaitForRoom::No).expect("room");
        let given_back = second.start && roster.not_started(second.number).is_some();
        // Where the task still waits, this is another attempt to start the thread.
        if roster.change(State::close).1 {
            workers.push(worker());
        }
        for worker in workers {
            worker.join().expect("no panic");
        }
        assert!(!given_back, "the first thread has time for it");
        assert_eq!(run.load(Ordering::SeqCst), 2);
        assert_eq!(counts(&roster), (0, 0, 0));
    });
}

/// A task beyond the limit of abandoned ones does not return before the task after it has run.
#[test]
fn a_thread_beyond_the_limit_is_replaced_when_an_abandoned_task_returns() {
    model(|| {
        let (roster, run) = (roster(1, 2), Arc::new(AtomicUsize::new(0)));
        let worker = || {
            let (roster, run) = (roster.clone(), run.clone());
            loom::thread::spawn(move || work(&roster, &run))
        };
        let first = roster.submit((), WaitForRoom::No).expect("a thread");
        let mut workers = vec![worker()];
        assert!(roster.submit((), WaitForRoom::No).is_ok());
        // This thread takes the second task if the first is abandoned.
        let (_, start) = roster.change(|state| state.abandon(first.number));
        let second = start.then(|| roster.take().expect("the second task").0);
        if let Some(second) = second {
            assert!(roster.submit((), WaitForRoom::No).is_ok());
            if roster.change(|state| state.abandon(second)).1 {
                workers.push(worker());
            }
        }
        roster.change(State::close);
        roster.join(|_| false, None);
        assert_eq!(run.load(Ordering::SeqCst), 2);
        if let Some(second) = second {
            assert!(!roster.finish(second));
        }
        for worker in workers {
            worker.join().expect("no panic");
        }
        assert_eq!(counts(&roster), (0, 0, 0));
    });
}

/// The only thread cannot be started for its task, while another submission waits for room.
#[test]
fn a_submission_that_waits_gets_the_room_of_a_task_that_is_given_back() {
    loom::model(|| {
        let roster = roster(1, 0);
        let first = roster.submit((), WaitForRoom::No).expect("a thread");
        assert!(first.start);
        let waiting = roster.clone();
        let second = loom::thread::spawn(move || waiting.submit((), WaitForRoom::Forever));
        assert_eq!(roster.not_started(first.number), Some(()));
        let second = second.join().expect("no panic").expect("room");
        assert!(second.start);
        assert_eq!(roster.not_started(second.number), Some(()));
        assert_eq!(counts(&roster), (0, 0, 0));
    });
}

fn counts(roster: &Tasks) -> (usize, usize, usize) {
    roster.read(|state| (state.threads(), state.running(), state.abandoned()))
}
