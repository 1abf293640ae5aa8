//! The future of a call that runs on a worker, answered at its deadline whatever the worker does.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, PoisonError};

use super::provenance::Answer;
use crate::CancellationToken;
use crate::error::KzgAdvancedResult;

/// A call that has been submitted. It runs whether or not this is awaited; dropped, it is
/// cancelled before its next attempt.
#[derive(Debug)]
#[must_use = "the call is cancelled when this is dropped"]
pub struct Pending<T> {
    waiter: Arc<Waiter<T>>,
    abandoned: CancellationToken,
}

impl<T> Pending<T> {
    pub(super) fn new(waiter: Arc<Waiter<T>>, abandoned: CancellationToken) -> Self {
        Self { waiter, abandoned }
    }
}

impl<T> Future for Pending<T> {
    type Output = KzgAdvancedResult<Answer<T>>;

    /// # Panics
    ///
    /// If it is polled again after it was ready.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.waiter.lock();
        match core::mem::replace(&mut *state, State::Taken) {
            State::Ready(result) => Poll::Ready(result),
            State::Waiting(_) => {
                *state = State::Waiting(Some(context.waker().clone()));
                Poll::Pending
            }
            State::Taken => panic!("polled after it was ready"),
        }
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        self.abandoned.cancel();
    }
}

/// Where the answer of a call arrives, once.
#[derive(Debug)]
pub(super) struct Waiter<T> {
    state: Mutex<State<T>>,
}

#[derive(Debug)]
enum State<T> {
    Waiting(Option<Waker>),
    Ready(KzgAdvancedResult<Answer<T>>),
    Taken,
}

impl<T> Waiter<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::Waiting(None)),
        })
    }

    /// The first answer counts; a later one is dropped.
    pub(super) fn answer(&self, result: KzgAdvancedResult<Answer<T>>) {
        let mut state = self.lock();
        if let State::Waiting(waker) = &mut *state {
            let waker = waker.take();
            *state = State::Ready(result);
            drop(state);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
