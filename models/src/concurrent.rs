//! The lanes of `ConcurrentKzgProcessor` over the roster of its threads: room, work, counts, tasks
//! that are given up, and shutdown; and the bound on its uncollected results.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread::{self, JoinHandle};

use crate::lanes::{Counts, Lane, LaneTask, Lanes, give_up};
use crate::model;
use crate::uncollected::UncollectedResults;
use crate::workers::{Limits, NoRoom, Roster, State, WaitForRoom};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item(pub(super) Lane, pub(super) u32);

impl LaneTask for Item {
    fn lane(&self) -> Lane {
        self.0
    }
}

pub(super) type Model = Roster<Lanes<Item, Vec<u32>>>;

/// A roster whose threads the model starts: all of them at the beginning.
pub(super) fn lanes(threads: usize, capacity: usize, abandoned: usize) -> Arc<Model> {
    let limits = Limits {
        threads,
        idle: threads,
        abandoned,
    };
    let model = Model::new(limits, Lanes::new(capacity, Vec::new()));
    while model.add_thread() {}
    Arc::new(model)
}

/// The main loop of a worker, with an urgent item in between.
fn work(lanes: &Model) {
    while let Some((number, item)) = lanes.take() {
        if item.lane() == Lane::Normal {
            let urgent = Lane::Urgent as usize;
            while let Some(urgent) = lanes.take_in_between(urgent, |l| l.interrupt(number)) {
                settle(lanes, number, urgent);
            }
        }
        settle(lanes, number, item);
        if !lanes.finish(number) {
            return;
        }
    }
}

/// The main loop of a worker whose calls answer all items that wait when they begin.
fn work_together(lanes: &Model) {
    while let Some((number, item)) = lanes.take() {
        let gathered = lanes.take_many_in_between(item.lane() as usize, |lanes| {
            lanes.gather(number, &item, |_| true)
        });
        assert_consistent(lanes);
        for item in gathered.into_iter().chain([item]) {
            settle(lanes, number, item);
        }
        if !lanes.finish(number) {
            return;
        }
    }
}

fn start(lanes: &Arc<Model>) -> JoinHandle<()> {
    let lanes = Arc::clone(lanes);
    thread::spawn(move || work(&lanes))
}

pub(super) fn settle(lanes: &Model, number: u64, item: Item) -> bool {
    lanes.with(|lanes| lanes.settle(number, &item, false, |done| done.push(item.1)))
}

pub(super) fn submit(lanes: &Model, item: Item, wait: WaitForRoom) -> bool {
    let accepted = lanes.submit(item, wait);
    assert!(!accepted.as_ref().is_ok_and(|accepted| accepted.start));
    accepted.is_ok()
}

fn close(lanes: &Model) {
    lanes.change(State::close);
}

pub(super) fn assert_consistent(lanes: &Model) -> Counts {
    lanes.read(|state| {
        let counts = state.order.counts();
        let Counts {
            accepted,
            queued,
            running,
            completed,
            failed,
            ..
        } = counts;
        assert_eq!(accepted, queued + running + completed + failed);
        assert!(running <= counts.peak_running && running <= state.running());
        assert_eq!(state.order.summary.len(), completed);
        counts
    })
}

fn done(lanes: &Model) -> Vec<u32> {
    let mut done = lanes.read(|state| state.order.summary.clone());
    done.sort_unstable();
    done
}

#[test]
fn gathered_items_are_settled_once_and_make_room() {
    model(|| {
        let lanes = lanes(1, 1, 0);
        let worker = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || work_together(&lanes))
        };
        let submitter = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || {
                for n in [1, 2, 3] {
                    assert!(submit(&lanes, Item(Lane::Urgent, n), WaitForRoom::Forever));
                }
            })
        };
        submitter.join().expect("no panic");
        let given_up = lanes.change(|state| give_up(state, &Item(Lane::Urgent, 3), |_| ()));
        close(&lanes);
        worker.join().expect("no panic");
        let expected: &[u32] = if given_up.0 { &[1, 2] } else { &[1, 2, 3] };
        assert_eq!(done(&lanes), expected);
        assert_eq!(assert_consistent(&lanes).accepted, 3);
    });
}

#[test]
fn accepted_items_are_processed_after_a_shutdown() {
    model(|| {
        let lanes = lanes(1, 1, 0);
        let worker = start(&lanes);
        let submitter = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || {
                [1, 2].map(|n| submit(&lanes, Item(Lane::Normal, n), WaitForRoom::Forever))
            })
        };
        assert_consistent(&lanes);
        close(&lanes);
        let accepted = submitter.join().expect("no panic");
        lanes.join(Lanes::is_settled, None);
        let expected: Vec<u32> = [1, 2]
            .into_iter()
            .zip(accepted)
            .filter_map(|(item, accepted)| accepted.then_some(item))
            .collect();
        assert_eq!(done(&lanes), expected);
        let counts = assert_consistent(&lanes);
        assert_eq!((counts.queued, counts.running), (0, 0));
        worker.join().expect("no panic");
        let late = Item(Lane::Urgent, 3);
        let after = lanes.submit(late, WaitForRoom::Forever);
        assert_eq!(after, Err(NoRoom::Closed(late)));
    });
}

#[test]
fn a_cancelling_shutdown_returns_exactly_the_items_that_no_worker_took() {
    model(|| {
        let lanes = lanes(1, 2, 0);
        assert!(submit(&lanes, Item(Lane::Normal, 1), WaitForRoom::No));
        let worker = start(&lanes);
        let submitter = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || submit(&lanes, Item(Lane::Urgent, 2), WaitForRoom::Forever))
        };
        let (returned, _) = lanes.change(|state| {
            state.close();
            state.order.settle_waiting()
        });
        let accepted = submitter.join().expect("no panic");
        lanes.join(|_| false, None);
        worker.join().expect("no panic");
        assert_eq!(assert_consistent(&lanes).failed, returned.len());
        assert_all(&lanes, &returned, if accepted { &[1, 2] } else { &[1] });
    });
}

/// Each item is either among the finished or among the returned ones.
fn assert_all(lanes: &Model, returned: &[Item], expected: &[u32]) {
    let mut all = done(lanes);
    all.extend(returned.iter().map(|item| item.1));
    all.sort_unstable();
    assert_eq!(all, expected);
}

#[test]
fn two_workers_share_the_work_and_both_end() {
    model(|| {
        let lanes = lanes(2, 2, 0);
        let workers = [(); 2].map(|()| start(&lanes));
        for number in [1, 2] {
            assert!(submit(
                &lanes,
                Item(Lane::Normal, number),
                WaitForRoom::Forever
            ));
        }
        close(&lanes);
        for worker in workers {
            worker.join().expect("no panic");
        }
        assert_eq!(done(&lanes), [1, 2]);
        assert!(assert_consistent(&lanes).peak_running <= 2);
        assert_eq!(lanes.read(State::threads), 0);
    });
}

#[test]
fn room_in_a_lane_wakes_a_waiter_for_that_lane() {
    model(|| {
        let lanes = lanes(1, 1, 0);
        for lane in [Lane::Urgent, Lane::Normal] {
            assert!(submit(&lanes, Item(lane, 0), WaitForRoom::No));
        }
        let submitters = [(Lane::Urgent, 1), (Lane::Normal, 2)].map(|(lane, number)| {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || submit(&lanes, Item(lane, number), WaitForRoom::Forever))
        });
        while done(&lanes).len() < 4 {
            let (number, item) = lanes.take().expect("an item is queued or will be");
            // An urgent item interrupts another item, if it has arrived by now.
            let urgent = Lane::Urgent as usize;
            if item.lane() == Lane::Normal
                && let Some(urgent) = lanes.take_in_between(urgent, |l| l.interrupt(number))
            {
                assert_eq!(assert_consistent(&lanes).running, 1);
                assert!(settle(&lanes, number, urgent));
            }
            assert!(settle(&lanes, number, item));
            assert!(lanes.finish(number));
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
        let lanes = lanes(1, 2, 0);
        for item in [Item(Lane::Normal, 1), Item(Lane::Urgent, 2)] {
            assert!(submit(&lanes, item, WaitForRoom::No));
        }
        let worker = start(&lanes);
        let submitter = {
            let lanes = Arc::clone(&lanes);
            thread::spawn(move || submit(&lanes, Item(Lane::Urgent, 3), WaitForRoom::Forever))
        };
        let (returned, _) = lanes.change(|state| {
            state.close();
            state.order.settle_waiting()
        });
        let accepted = submitter.join().expect("no panic");
        worker.join().expect("no panic");
        let counts = assert_consistent(&lanes);
        assert_eq!((counts.queued, counts.running), (0, 0));
        assert!(counts.peak_running <= 1);
        assert_eq!(counts.failed, returned.len());
        assert_all(
            &lanes,
            &returned,
            if accepted { &[1, 2, 3] } else { &[1, 2] },
        );
    });
}

/// An item may be given up before a worker takes it, while the worker has it, and afterwards.
#[test]
fn an_item_that_is_given_up_is_settled_once_and_its_thread_is_replaced() {
    for abandoned in [0, 1] {
        model(move || {
            let lanes = lanes(1, 2, abandoned);
            let first = Item(Lane::Normal, 1);
            assert!(submit(&lanes, first, WaitForRoom::No));
            let mut workers = vec![start(&lanes)];
            assert!(submit(&lanes, Item(Lane::Normal, 2), WaitForRoom::No));
            let (gave_up, starts) = lanes.change(|state| give_up(state, &first, |_| ()));
            assert_consistent(&lanes);
            if starts {
                workers.push(start(&lanes));
            }
            close(&lanes);
            lanes.join(Lanes::is_settled, None);
            assert_eq!(done(&lanes), if gave_up { vec![2] } else { vec![1, 2] });
            for worker in workers {
                worker.join().expect("no panic");
            }
            let counts = assert_consistent(&lanes);
            assert_eq!(counts.failed, usize::from(gave_up));
            assert_eq!((counts.peak_running, counts.running), (1, 0));
            assert_eq!(lanes.read(State::threads), 0);
            assert_eq!(lanes.read(State::abandoned), 0);
        });
    }
}

/// An urgent item may be given up before, while and after it interrupts another item.
#[test]
fn an_item_begins_anew_when_the_item_that_interrupts_it_is_given_up() {
    model(|| {
        let lanes = lanes(1, 2, 1);
        let urgent = Item(Lane::Urgent, 2);
        assert!(submit(&lanes, Item(Lane::Normal, 1), WaitForRoom::No));
        let mut workers = vec![start(&lanes)];
        assert!(submit(&lanes, urgent, WaitForRoom::No));
        let (gave_up, starts) = lanes.change(|state| give_up(state, &urgent, |_| ()));
        assert_consistent(&lanes);
        if starts {
            workers.push(start(&lanes));
        }
        close(&lanes);
        for worker in workers {
            worker.join().expect("no panic");
        }
        assert_eq!(done(&lanes), if gave_up { vec![1] } else { vec![1, 2] });
        let counts = assert_consistent(&lanes);
        assert_eq!((counts.queued, counts.running), (0, 0));
        assert_eq!(lanes.read(State::threads), 0);
    });
}

/// A shutdown may give everything up at any moment.
#[test]
fn a_shutdown_that_waits_for_nothing_settles_every_item_once() {
    model(|| {
        let lanes = lanes(1, 2, 0);
        for item in [Item(Lane::Normal, 1), Item(Lane::Urgent, 2)] {
            assert!(submit(&lanes, item, WaitForRoom::No));
        }
        let worker = start(&lanes);
        let (left, _) = lanes.change(|state| {
            state.close();
            state.abandon_all();
            state.order.settle_all()
        });
        worker.join().expect("no panic");
        assert_eq!(assert_consistent(&lanes).failed, left.len());
        assert_all(&lanes, &left, &[1, 2]);
        assert_eq!(lanes.read(State::threads), 0);
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
