//! Threads of `ConcurrentKzgProcessor` beyond the limit of abandoned ones.

use crate::concurrent::{Item, Model, assert_consistent, lanes, settle, submit};
use crate::lanes::{Lane, give_up};
use crate::model;
use crate::workers::{State, WaitForRoom};

/// The only thread is abandoned. The thread in its place hangs in an urgent item beyond the limit, or
/// goes on to another urgent item, when the first thread returns.
#[test]
fn a_thread_beyond_the_limit_is_replaced_unless_it_has_gone_on() {
    for goes_on in [false, true] {
        model(move || {
            let lanes = lanes(1, 2, 1);
            let [first, second] = [1, 2].map(|number| Item(Lane::Normal, number));
            let [late, urgent] = [3, 4].map(|number| Item(Lane::Urgent, number));
            let [hanging, number] = hang_twice(&lanes, [first, second, late]);
            if goes_on {
                interrupt(&lanes, number, urgent);
                assert!(!lanes.finish(hanging));
                assert!(settle(&lanes, number, urgent));
                assert!(settle(&lanes, number, second));
                assert!(lanes.finish(number));
            } else {
                assert!(lanes.finish(hanging));
                let (anew, item) = lanes.take().expect("an item");
                assert_eq!(item, second);
                assert!(!lanes.with(|lanes| lanes.is_wanted(number, &second)));
                assert!(settle(&lanes, anew, second));
                assert!(lanes.finish(anew));
                assert!(!lanes.finish(number));
            }
            let counts = assert_consistent(&lanes);
            assert_eq!((counts.failed, counts.queued, counts.running), (2, 0, 0));
            assert_eq!((counts.peak_running, lanes.read(State::threads)), (1, 1));
            assert_eq!(lanes.read(State::abandoned), 0);
        });
    }
}

/// As before, but the urgent item returns before the first thread does: its thread goes on with its own
/// item.
#[test]
fn a_thread_that_has_gone_on_with_its_own_item_is_not_replaced() {
    model(|| {
        let lanes = lanes(1, 2, 1);
        let [first, second] = [1, 2].map(|number| Item(Lane::Normal, number));
        let late = Item(Lane::Urgent, 3);
        let [hanging, number] = hang_twice(&lanes, [first, second, late]);
        assert!(!settle(&lanes, number, late));
        lanes.goes_on(number);
        assert!(!lanes.finish(hanging));
        assert!(lanes.with(|lanes| lanes.is_wanted(number, &second)));
        assert!(settle(&lanes, number, second));
        assert!(lanes.finish(number));
    });
}

/// A thread beyond the limit goes on to another item, and is abandoned in that one. The thread in its
/// place is beyond the limit when the abandoned one returns.
#[test]
fn every_thread_beyond_the_limit_is_replaced() {
    model(|| {
        let lanes = lanes(1, 3, 1);
        let [first, second] = [1, 2].map(|number| Item(Lane::Normal, number));
        let [late, urgent, last] = [3, 4, 5].map(|number| Item(Lane::Urgent, number));
        let [hanging, number] = hang_twice(&lanes, [first, second, late]);
        interrupt(&lanes, number, urgent);
        assert!(!lanes.finish(hanging));
        assert_eq!(abandon(&lanes, urgent), (true, true));
        let (anew, item) = lanes.take().expect("an item");
        assert_eq!(item, second);
        interrupt(&lanes, anew, last);
        assert_eq!(abandon(&lanes, last), (true, false));
        assert!(
            lanes.finish(number),
            "the thread takes the place of the other one"
        );
    });
}

/// The only thread hangs in the first item and is abandoned. The thread in its place takes the second item,
/// hangs in an urgent one between, and cannot be abandoned within the limit. Returns the numbers of the
/// first and the second item.
fn hang_twice(lanes: &Model, [first, second, late]: [Item; 3]) -> [u64; 2] {
    assert!(submit(lanes, first, WaitForRoom::No));
    let (hanging, _) = lanes.take().expect("an item");
    assert!(submit(lanes, second, WaitForRoom::No));
    assert_eq!(abandon(lanes, first), (true, true));
    let (number, _) = lanes.take().expect("an item");
    interrupt(lanes, number, late);
    assert_eq!(abandon(lanes, late), (true, false));
    [hanging, number]
}

/// Gives an item up. Returns whether the item was accepted and not settled, and whether a thread has to be
/// started.
fn abandon(lanes: &Model, item: Item) -> (bool, bool) {
    lanes.change(|state| give_up(state, &item, |_| ()))
}

/// Has the thread of an item take an urgent one.
fn interrupt(lanes: &Model, number: u64, item: Item) {
    assert!(submit(lanes, item, WaitForRoom::No));
    let queue = Lane::Urgent as usize;
    let taken = lanes.take_in_between(queue, |lanes| lanes.interrupt(number));
    assert_eq!(taken, Some(item));
}
