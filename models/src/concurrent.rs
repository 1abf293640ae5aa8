//! The monitor of `ConcurrentKzgProcessor`: room, work, counts and shutdown; and the bound on its
//! uncollected results.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::lanes::{Counts, Lane, Lanes, Refused, WaitForRoom};
use crate::uncollected::UncollectedResults;

type Model = Lanes<u32, Vec<u32>>;

/// Checks all interleavings with at most two preemptions. These show nearly every fault, in a
/// fraction of the time for all interleavings.
fn model(f: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(f);
}

/// The main loop of a worker: takes and finishes items until the lanes are closed and empty.
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
fn accepted_items_are_processed_after_a_shutdown() {
    model(|| {
        let lanes = Arc::new(Model::new(1, Vec::new()));
        let worker = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || work(&lanes))
        };
        let submitter = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || {
                let submit = |item| lanes.push(Lane::Normal, item, WaitForRoom::Forever).is_ok();
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
        let after = lanes.push(Lane::Urgent, 3, WaitForRoom::Forever);
        assert_eq!(after, Err(Refused::Closed(3)));
    });
}

#[test]
fn a_cancelling_shutdown_returns_exactly_the_items_that_no_worker_took() {
    model(|| {
        let lanes = Arc::new(Model::new(2, Vec::new()));
        lanes
            .push(Lane::Normal, 1, WaitForRoom::No)
            .expect("there is room");
        let worker = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || work(&lanes))
        };
        let submitter = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || lanes.push(Lane::Urgent, 2, WaitForRoom::Forever).is_ok())
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
                .push(Lane::Normal, item, WaitForRoom::Forever)
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
fn room_in_a_lane_wakes_a_waiter_for_that_lane() {
    model(|| {
        let lanes = Arc::new(Model::new(1, Vec::new()));
        for lane in [Lane::Urgent, Lane::Normal] {
            lanes
                .push(lane, 0, WaitForRoom::No)
                .expect("each lane has room");
        }
        let submitters = [(Lane::Urgent, 1), (Lane::Normal, 2)].map(|(lane, item)| {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || lanes.push(lane, item, WaitForRoom::Forever).is_ok())
        });
        let first = lanes.take().expect("an item is queued");
        lanes.finish(false, false, |done| done.push(first));
        // An urgent item interrupts this item, if it has arrived by now.
        let interrupted = lanes.take().expect("an item is queued or will be");
        if let Some(urgent) = lanes.take_urgent() {
            assert_eq!(assert_consistent(&lanes).running, 1);
            lanes.finish(true, false, |done| done.push(urgent));
        }
        lanes.finish(false, false, |done| done.push(interrupted));
        while done(&lanes).len() < 4 {
            let next = lanes.take().expect("an item is queued or will be");
            lanes.finish(false, false, |done| done.push(next));
        }
        for submitter in submitters {
            assert!(submitter.join().expect("no panic"));
        }
        assert_eq!(assert_consistent(&lanes).accepted, 4);
    });
}

#[test]
fn an_urgent_item_interrupts_another_or_is_returned_by_a_cancelling_shutdown() {
    model(|| {
        let lanes = Arc::new(Model::new(2, Vec::new()));
        for (lane, item) in [(Lane::Normal, 1), (Lane::Urgent, 2)] {
            lanes
                .push(lane, item, WaitForRoom::No)
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
            thread::spawn(move || lanes.push(Lane::Urgent, 3, WaitForRoom::Forever).is_ok())
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
fn reservations_stay_within_the_limit_and_are_all_released() {
    model(|| {
        let results = Arc::new(UncollectedResults::new(1));
        let inside = Arc::new(AtomicUsize::new(0));
        let users = [(); 2].map(|()| {
            let (results, inside) = (Arc::clone(&results), Arc::clone(&inside));
            thread::spawn(move || {
                let reserved = results.reserve();
                if reserved {
                    assert_eq!(inside.fetch_add(1, Ordering::Relaxed), 0);
                    assert!(!results.is_empty());
                    inside.fetch_sub(1, Ordering::Relaxed);
                    results.release();
                }
                reserved
            })
        });
        let reserved = users.map(|user| user.join().expect("no panic"));
        assert!(reserved.contains(&true), "one thread is the first");
        assert!(results.is_empty() && results.reserve() && !results.reserve());
    });
}
