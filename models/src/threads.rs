//! The roster of a pool's threads, with tasks that may be abandoned.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::model;
use crate::workers::{Fifo, Limits, Order, Roster, State, WaitForRoom};

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
        let given_back = second.start && not_started(&roster, second.number) > 0;
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
        assert_eq!(roster.not_started(first.number), (Some(()), vec![]));
        let second = second.join().expect("no panic").expect("room");
        assert!(second.start);
        assert_eq!(roster.not_started(second.number), (Some(()), vec![]));
        assert_eq!(counts(&roster), (0, 0, 0));
    });
}

/// The threads of two tasks cannot be started.
#[test]
fn tasks_whose_threads_are_not_started_are_all_given_back() {
    loom::model(|| {
        let roster = roster(2, 0);
        let submit = |roster: &Tasks| {
            let accepted = roster.submit((), WaitForRoom::No).expect("a thread");
            // The first task may have been given back.
            match accepted.start {
                true => not_started(roster, accepted.number),
                false => 0,
            }
        };
        let other = roster.clone();
        let other = loom::thread::spawn(move || submit(&other));
        let given_back = submit(&roster) + other.join().expect("no panic");
        assert_eq!(given_back, 2);
        assert_eq!((counts(&roster), waiting(&roster)), ((0, 0, 0), 0));
    });
}

/// The only thread cannot be started. The task that it was for may be taken back, such as at its
/// deadline, while another task waits.
#[test]
fn no_task_waits_without_a_thread() {
    loom::model(|| {
        let roster = roster(1, 1);
        let first = roster.submit((), WaitForRoom::No).expect("a thread");
        assert!(first.start);
        let other = roster.clone();
        let second = loom::thread::spawn(move || other.submit((), WaitForRoom::No));
        let expired = usize::from(roster.with(|tasks| tasks.take_back(first.number)).is_some());
        let given_back = not_started(&roster, first.number);
        let second = second.join().expect("no panic").expect("room");
        // Another thread is started for a task that comes later.
        let later = match second.start {
            true => not_started(&roster, second.number),
            false => 0,
        };
        assert_eq!(expired + given_back + later, 2);
        assert_eq!((counts(&roster), waiting(&roster)), ((0, 0, 0), 0));
    });
}

/// A task is accepted because a thread is about to be started. Another thread takes the task of that
/// thread, and hangs in it.
#[test]
fn a_task_that_relied_on_a_thread_is_given_back() {
    model(|| {
        let roster = roster(3, 0);
        let running = roster.submit((), WaitForRoom::No).expect("a thread");
        assert!(roster.take().is_some());
        let first = roster.submit((), WaitForRoom::No).expect("a thread");
        assert!(first.start);
        assert!(roster.finish(running.number));
        assert_eq!(roster.take(), Some((first.number, ())));
        let other = roster.clone();
        let second = loom::thread::spawn(move || other.submit((), WaitForRoom::No));
        let given_back = not_started(&roster, first.number);
        let second = second.join().expect("no panic").expect("a thread");
        assert_eq!(given_back, usize::from(!second.start));
        if second.start {
            assert!(roster.take().is_some());
            assert!(roster.finish(second.number));
        }
        // The next task gets a thread.
        let last = roster.submit((), WaitForRoom::No).expect("a thread");
        assert_eq!(last.start, given_back > 0);
        assert_eq!(roster.take(), Some((last.number, ())));
        assert_eq!(waiting(&roster), 0);
    });
}

/// The thread that replaces another one cannot be started.
#[test]
fn a_task_that_waits_for_a_replaced_thread_is_given_back() {
    model(|| {
        let roster = roster(1, 1);
        let hanging = roster.submit((), WaitForRoom::No).expect("a thread");
        assert!(roster.take().is_some());
        assert!(roster.submit((), WaitForRoom::No).is_ok());
        let (_, start) = roster.change(|state| state.abandon(hanging.number));
        assert!(start);
        let returning = roster.clone();
        let returned = loom::thread::spawn(move || returning.finish(hanging.number));
        assert_eq!(roster.not_replaced(), [()]);
        let stays = returned.join().expect("no panic");
        assert_eq!(counts(&roster), (usize::from(stays), 0, 0));
        assert_eq!(waiting(&roster), 0);
    });
}

/// Handles that a thread is not started. Returns the number of tasks that are given back.
fn not_started(roster: &Tasks, number: u64) -> usize {
    let (own, others) = roster.not_started(number);
    usize::from(own.is_some()) + others.len()
}

fn waiting(roster: &Tasks) -> usize {
    roster.with(|tasks| tasks.len())
}

fn counts(roster: &Tasks) -> (usize, usize, usize) {
    roster.read(|state| (state.threads(), state.running(), state.abandoned()))
}
