//! The monitor of `ConcurrentKzgProcessor`: room, work, counts and shutdown; and the permits of
//! its results.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::lanes::{Counts, Lane, Lanes, Patience, Refused};
use crate::permits::Permits;

type Model = Lanes<u32, Vec<u32>>;

/// All interleavings with at most so many preemptions, which finds nearly every fault there is in
/// a fraction of the time that all of them would take.
fn model(f: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(f);
}

/// What a worker does: takes, finishes and records, until there is nothing any more.
fn work(lanes: &Model) {
    while let Some(item) = lanes.take() {
        lanes.finish(false, false, |done| done.push(item));
    }
}

fn assert_consistent(lanes: &Model) -> Counts {
    lanes.read(|counts, done| {
        let Counts {
            accepted,
            queued,
            running,
            completed,
            failed,
            ..
        } = *counts;
        assert_eq!(accepted, queued + running + completed + failed);
        assert!(counts.running <= counts.peak_running);
        assert_eq!(done.len(), completed);
        *counts
    })
}

fn done(lanes: &Model) -> Vec<u32> {
    lanes.read(|_, done| {
        let mut done = done.clone();
        done.sort_unstable();
        done
    })
}

#[test]
fn what_is_accepted_is_worked_off_after_a_shutdown() {
    model(|| {
        let lanes = Arc::new(Model::new(1, Vec::new()));
        let worker = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || work(&lanes))
        };
        let submitter = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || {
                let submit = |item| lanes.push(Lane::Normal, item, Patience::Forever).is_ok();
                [1, 2].map(submit)
            })
        };
        assert_consistent(&lanes);
        lanes.close();
        let accepted = submitter.join().expect("no panic");
        worker.join().expect("no panic");
        let expected: Vec<u32> = [1, 2]
            .into_iter()
            .zip(accepted)
            .filter_map(|(item, accepted)| accepted.then_some(item))
            .collect();
        assert_eq!(done(&lanes), expected);
        let counts = assert_consistent(&lanes);
        assert_eq!((counts.queued, counts.running), (0, 0));
        let after = lanes.push(Lane::Urgent, 3, Patience::Forever);
        assert_eq!(after, Err(Refused::Closed(3)));
    });
}

#[test]
fn a_cancelling_shutdown_returns_exactly_what_no_worker_took() {
    model(|| {
        let lanes = Arc::new(Model::new(2, Vec::new()));
        lanes
            .push(Lane::Normal, 1, Patience::None)
            .expect("there is room");
        let worker = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || work(&lanes))
        };
        let submitter = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || lanes.push(Lane::Urgent, 2, Patience::Forever).is_ok())
        };
        let mut all = lanes.close_and_empty();
        let accepted = submitter.join().expect("no panic");
        worker.join().expect("no panic");
        assert_eq!(assert_consistent(&lanes).failed, all.len());
        all.extend(done(&lanes));
        all.sort_unstable();
        assert_eq!(all, if accepted { vec![1, 2] } else { vec![1] });
    });
}

#[test]
fn two_workers_share_the_work_and_both_end() {
    model(|| {
        let lanes = Arc::new(Model::new(2, Vec::new()));
        let workers = [(); 2].map(|()| {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || work(&lanes))
        });
        for item in [1, 2] {
            lanes
                .push(Lane::Normal, item, Patience::Forever)
                .expect("not closed yet");
        }
        lanes.close();
        for worker in workers {
            worker.join().expect("no panic");
        }
        assert_eq!(done(&lanes), [1, 2]);
        assert!(assert_consistent(&lanes).peak_running <= 2);
    });
}

#[test]
fn who_waits_for_one_lane_is_not_forgotten_for_the_other() {
    model(|| {
        let lanes = Arc::new(Model::new(1, Vec::new()));
        for lane in [Lane::Urgent, Lane::Normal] {
            lanes
                .push(lane, 0, Patience::None)
                .expect("there is room in each");
        }
        let submitters = [(Lane::Urgent, 1), (Lane::Normal, 2)].map(|(lane, item)| {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || lanes.push(lane, item, Patience::Forever).is_ok())
        });
        let first = lanes.take().expect("it is there");
        lanes.finish(false, false, |done| done.push(first));
        // In the middle of this one, something urgent is done, if it has come by now.
        let aside = lanes.take().expect("it is there, or will be");
        if let Some(urgent) = lanes.take_urgent() {
            assert_eq!(assert_consistent(&lanes).running, 1);
            lanes.finish(true, false, |done| done.push(urgent));
        }
        lanes.finish(false, false, |done| done.push(aside));
        while done(&lanes).len() < 4 {
            let next = lanes.take().expect("it is there, or will be");
            lanes.finish(false, false, |done| done.push(next));
        }
        for submitter in submitters {
            assert!(submitter.join().expect("no panic"));
        }
        assert_eq!(assert_consistent(&lanes).accepted, 4);
    });
}

#[test]
fn what_is_urgent_is_done_aside_or_returned_by_a_cancelling_shutdown() {
    model(|| {
        let lanes = Arc::new(Model::new(2, Vec::new()));
        for (lane, item) in [(Lane::Normal, 1), (Lane::Urgent, 2)] {
            lanes
                .push(lane, item, Patience::None)
                .expect("there is room");
        }
        let worker = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || {
                while let Some(item) = lanes.take() {
                    while let Some(urgent) = lanes.take_urgent() {
                        lanes.finish(true, false, |done| done.push(urgent));
                    }
                    lanes.finish(false, false, |done| done.push(item));
                }
            })
        };
        let submitter = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || lanes.push(Lane::Urgent, 3, Patience::Forever).is_ok())
        };
        let mut all = lanes.close_and_empty();
        let accepted = submitter.join().expect("no panic");
        worker.join().expect("no panic");
        let counts = assert_consistent(&lanes);
        assert_eq!((counts.queued, counts.running), (0, 0));
        assert!(counts.peak_running <= 1);
        assert_eq!(counts.failed, all.len());
        all.extend(done(&lanes));
        all.sort_unstable();
        let expected: &[u32] = if accepted { &[1, 2, 3] } else { &[1, 2] };
        assert_eq!(all, expected);
    });
}

#[test]
fn no_more_permits_are_out_than_there_are_and_all_come_back() {
    model(|| {
        let permits = Arc::new(Permits::new(1));
        let inside = Arc::new(AtomicUsize::new(0));
        let users = [(); 2].map(|()| {
            let (permits, inside) = (Arc::clone(&permits), Arc::clone(&inside));
            thread::spawn(move || {
                let taken = permits.take();
                if taken {
                    assert_eq!(inside.fetch_add(1, Ordering::Relaxed), 0);
                    assert!(permits.are_out());
                    inside.fetch_sub(1, Ordering::Relaxed);
                    permits.give();
                }
                taken
            })
        });
        let taken = users.map(|user| user.join().expect("no panic"));
        assert!(taken.contains(&true), "one is first");
        assert!(!permits.are_out() && permits.take() && !permits.take());
    });
}
