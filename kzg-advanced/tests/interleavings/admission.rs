//! The bulkhead, compiled with loom's lock.

#[path = "../../src/resilience/admission/bulkhead.rs"]
pub mod bulkhead;

mod sync {
    use std::time::Duration;

    pub(super) use loom::sync::{Condvar, Mutex, MutexGuard};

    pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().expect("not poisoned")
    }

    pub(super) fn wait<'a, T>(
        changed: &Condvar,
        guard: MutexGuard<'a, T>,
        _: Option<Duration>,
    ) -> MutexGuard<'a, T> {
        changed.wait(guard).expect("not poisoned")
    }
}

/// Runs one thread for each caller; each thread must get a permit.
pub fn every_caller_gets_a_place(concurrent: usize, callers: usize) {
    use bulkhead::Bulkhead;
    use std::sync::atomic::{AtomicUsize, Ordering};

    loom::model(move || {
        let bulkhead = std::sync::Arc::new(Bulkhead::new(concurrent, 100, callers));
        let inside = std::sync::Arc::new(AtomicUsize::new(0));
        let enter = move |bulkhead: &Bulkhead, inside: &AtomicUsize| {
            let place = bulkhead.enter(10, || Ok::<_, ()>(None));
            let place = place.expect("there is room in the queue");
            assert!(inside.fetch_add(1, Ordering::SeqCst) < concurrent);
            loom::thread::yield_now();
            inside.fetch_sub(1, Ordering::SeqCst);
            drop(place);
        };
        let others: Vec<_> = (1..callers)
            .map(|_| {
                let (bulkhead, inside) = (bulkhead.clone(), inside.clone());
                loom::thread::spawn(move || enter(&bulkhead, &inside))
            })
            .collect();
        enter(&bulkhead, &inside);
        for other in others {
            other.join().expect("no panic");
        }
    });
}
