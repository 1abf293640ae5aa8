//! Settings that fail by a script, to test the code above settings.

mod calls;
mod eventually;
mod flip;
mod gate;

use core::fmt;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use kzg_traits::error::{Error, Result};
use kzg_traits::operation::Operation;
use kzg_traits::settings::KzgSettings;

use flip::Flip;

pub use eventually::eventually;
pub use gate::Gate;

/// The treatment of a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Action {
    /// The call is passed on.
    Pass,
    /// The call fails with this error and is not passed on.
    Fail(Error),
    /// The call panics and is not passed on.
    Panic,
    /// The call is passed on, and one bit of the result is flipped: a verdict is negated; of a
    /// point, cell or field element, the lowest bit of the first is inverted. Errors are unchanged.
    Flip,
    /// The call waits for this time, then the inner action follows.
    Delay(Duration, Box<Action>),
    /// The call waits until the gate is opened, then the inner action follows.
    Hang(Gate, Box<Action>),
}

impl Action {
    /// A call that is passed on after a delay.
    #[must_use]
    pub fn delay(duration: Duration) -> Self {
        Self::Delay(duration, Box::new(Self::Pass))
    }

    /// A call that is passed on when the gate is opened.
    #[must_use]
    pub fn hang(gate: &Gate) -> Self {
        Self::Hang(gate.clone(), Box::new(Self::Pass))
    }

    /// A call that fails with a fault.
    #[must_use]
    pub fn fault() -> Self {
        Self::Fail(Error::Fault {
            backend: "scripted".to_owned(),
            message: "scripted".to_owned(),
        })
    }
}

/// The action of a call, by its operation and the number of earlier calls of that operation.
type Script = Box<dyn Fn(Operation, usize) -> Action + Send + Sync>;

/// Settings that pass calls on to other settings, or act by a script, and count calls.
///
/// ```
/// # use std::sync::Arc;
/// # use kzg_testing::scripted::{Action, Scripted};
/// # use kzg_traits::{KzgSettings, Operation};
/// fn flaky(settings: Arc<dyn KzgSettings>) -> Scripted {
///     Scripted::new(settings)
///         .on(Operation::BlobToKzgCommitment, 0, Action::fault())
///         .otherwise(|_, number| if number > 9 { Action::Panic } else { Action::Pass })
/// }
/// ```
pub struct Scripted {
    inner: Arc<dyn KzgSettings>,
    /// The name; `None` for that of the inner settings.
    name: Option<String>,
    exact: Mutex<HashMap<(Operation, usize), Action>>,
    otherwise: Script,
    calls: Vec<AtomicUsize>,
}

impl Scripted {
    /// Settings that pass every call on to `inner`.
    #[must_use]
    pub fn new(inner: Arc<dyn KzgSettings>) -> Self {
        Self {
            name: None,
            inner,
            exact: Mutex::default(),
            otherwise: Box::new(|_, _| Action::Pass),
            calls: Operation::ALL.iter().map(|_| AtomicUsize::new(0)).collect(),
        }
    }

    /// Sets the name of the backend.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the action of one call. The first call of an operation has number 0.
    #[must_use]
    pub fn on(self, operation: Operation, number: usize, action: Action) -> Self {
        self.exact
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((operation, number), action);
        self
    }

    /// Sets the script for the calls without an action of their own.
    #[must_use]
    pub fn otherwise(
        mut self,
        script: impl Fn(Operation, usize) -> Action + Send + Sync + 'static,
    ) -> Self {
        self.otherwise = Box::new(script);
        self
    }

    /// The number of calls of an operation.
    #[must_use]
    pub fn calls(&self, operation: Operation) -> usize {
        self.calls[operation as usize].load(Ordering::SeqCst)
    }

    /// The number of calls of all operations.
    #[must_use]
    pub fn total_calls(&self) -> usize {
        Operation::ALL
            .iter()
            .map(|&operation| self.calls(operation))
            .sum()
    }

    fn call<T: Flip>(
        &self,
        operation: Operation,
        job: impl FnOnce(&dyn KzgSettings) -> Result<T>,
    ) -> Result<T> {
        let number = self.calls[operation as usize].fetch_add(1, Ordering::SeqCst);
        let exact = self
            .exact
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&(operation, number));
        let mut action = exact.unwrap_or_else(|| (self.otherwise)(operation, number));
        let action = loop {
            action = match action {
                Action::Delay(duration, next) => {
                    thread::sleep(duration);
                    *next
                }
                Action::Hang(gate, next) => {
                    gate.pass();
                    *next
                }
                ready => break ready,
            };
        };
        match action {
            Action::Fail(error) => Err(error),
            Action::Panic => panic!("scripted: call {number} of {operation}"),
            Action::Flip => job(&*self.inner).map(Flip::flipped),
            Action::Pass | Action::Delay(..) | Action::Hang(..) => job(&*self.inner),
        }
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted")
            .field("name", &self.name)
            .field("inner", &self.inner)
            .field("calls", &self.total_calls())
            .finish_non_exhaustive()
    }
}
