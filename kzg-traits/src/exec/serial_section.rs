//! Sections in which all work of a thread stays on that thread.

use core::cell::Cell;
use core::marker::PhantomData;

thread_local! {
    /// The number of sections that this thread is in.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// While a value of this type exists, every [`Exec`](super::Exec) keeps the work of this thread on
/// this thread.
///
/// A thread needs the section while it holds a lock for which workers of a pool may wait. Without
/// the section there are two deadlocks: a worker that waits for the lock cannot run the part of the
/// work that was assigned to it, and a thread that waits for its parts may steal a call that waits
/// for the lock.
#[derive(Debug)]
pub(crate) struct SerialSection {
    /// The depth is counted per thread, so a section must end on the thread that began it.
    not_send: PhantomData<*const ()>,
}

impl SerialSection {
    /// Begins a section, which ends when the value is dropped.
    pub(crate) fn enter() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Self {
            not_send: PhantomData,
        }
    }

    /// Whether this thread is in a section.
    pub(crate) fn is_entered() -> bool {
        DEPTH.get() > 0
    }
}

impl Drop for SerialSection {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::tests::execs;

    #[test]
    fn all_work_of_a_section_stays_on_its_thread() {
        for exec in execs() {
            let threads = exec.threads();
            let here = std::thread::current().id();
            let outer = SerialSection::enter();
            drop(SerialSection::enter());
            assert_eq!(exec.threads(), 1);
            let on_this_thread = move || std::thread::current().id() == here;
            assert_eq!(exec.join(on_this_thread, on_this_thread), (true, true));
            assert!(exec.run(on_this_thread));
            let mut items = [false; 100];
            exec.for_each_mut(&mut items, |_, item| *item = on_this_thread());
            assert_eq!(items, [true; 100]);
            let (sender, receiver) = std::sync::mpsc::channel();
            exec.spawn(move || sender.send(on_this_thread()).expect("awaited"));
            assert_eq!(receiver.try_recv(), Ok(true));
            drop(outer);
            assert_eq!(exec.threads(), threads);
        }
    }

    #[test]
    fn a_panic_ends_the_section() {
        let panicked = std::panic::catch_unwind(|| {
            let _section = SerialSection::enter();
            panic!("scripted");
        });
        assert!(panicked.is_err() && !SerialSection::is_entered());
    }
}
