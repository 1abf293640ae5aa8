//! A gate that blocks calls until it is opened.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Blocks calls until it is opened. A clone is another handle to the same gate.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Default)]
struct State {
    open: bool,
    waiting: usize,
}

impl Gate {
    /// Opens the gate for waiting and for later calls.
    pub fn open(&self) {
        let (state, changed) = &*self.state;
        state.lock().unwrap_or_else(PoisonError::into_inner).open = true;
        changed.notify_all();
    }

    /// Waits until `calls` calls are blocked.
    pub fn wait_for(&self, calls: usize) {
        let (state, changed) = &*self.state;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_while(state, |state| state.waiting < calls));
    }

    /// Waits until the gate is open.
    pub(super) fn pass(&self) {
        let (state, changed) = &*self.state;
        let mut held = state.lock().unwrap_or_else(PoisonError::into_inner);
        held.waiting += 1;
        changed.notify_all();
        let mut held = changed
            .wait_while(held, |state| !state.open)
            .unwrap_or_else(PoisonError::into_inner);
        held.waiting -= 1;
    }
}
