//! The future of a submitted call, which is ready at the call's deadline at the latest.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, Weak};

use crate::CancellationToken;
use crate::backend_call::users_code;
use crate::error::KzgAdvancedResult;
use crate::layer::Answer;
use crate::sync::lock;

/// A call that has been submitted. The call runs whether or not this is awaited. When this is
/// dropped, the call is cancelled, and nothing waits for the attempt that runs.
#[must_use = "the call is cancelled when this is dropped"]
pub struct Pending<T> {
    waiter: Arc<Waiter<T>>,
    dropped: CancellationToken,
    call: Weak<dyn Queued>,
}

/// A call that may still wait for a thread.
pub(super) trait Queued: Send + Sync {
    /// Has the call taken out of the queue soon, if it still waits there.
    fn leave(self: Arc<Self>);
}

impl<T> Pending<T> {
    pub(super) fn new(
        waiter: Arc<Waiter<T>>,
        dropped: CancellationToken,
        call: Weak<dyn Queued>,
    ) -> Self {
        Self {
            waiter,
            dropped,
            call,
        }
    }
}

impl<T> Future for Pending<T> {
    type Output = KzgAdvancedResult<Answer<T>>;

    /// # Panics
    ///
    /// If it is polled again after it was ready.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // A waker is code of the user's, so it is neither cloned nor dropped under the lock.
        let mut waker = None;
        users_code("a waker", || waker = Some(context.waker().clone()));
        let mut state = self.waiter.lock();
        match core::mem::replace(&mut *state, State::Taken) {
            State::Ready(result) => {
                drop(state);
                users_code("a waker", || drop(waker));
                Poll::Ready(result)
            }
            State::Waiting(earlier) => {
                *state = State::Waiting(waker);
                drop(state);
                users_code("a waker", || drop(earlier));
                Poll::Pending
            }
            State::Taken => panic!("polled after it was ready"),
        }
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        self.dropped.cancel();
        if let Some(call) = self.call.upgrade() {
            call.leave();
        }
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

/// The place where the answer of a call arrives, once.
pub(super) struct Waiter<T> {
    state: Mutex<State<T>>,
}

enum State<T> {
    Waiting(Option<Waker>),
    Ready(KzgAdvancedResult<Answer<T>>),
    Taken,
}

impl<T> Waiter<T> {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State::Waiting(None)),
        }
    }

    /// Stores an answer. A second answer is dropped.
    pub(super) fn answer(&self, result: KzgAdvancedResult<Answer<T>>) {
        let mut state = self.lock();
        if let State::Waiting(waker) = &mut *state {
            let waker = waker.take();
            *state = State::Ready(result);
            drop(state);
            if let Some(waker) = waker {
                users_code("a waker", || waker.wake());
            }
        }
    }

    /// Whether the answer has arrived.
    pub(super) fn is_answered(&self) -> bool {
        !matches!(*self.lock(), State::Waiting(_))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<T>> {
        lock(&self.state)
    }
}
