//! Settings that fail on demand, to test what stands above them.

mod calls;
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

pub use gate::Gate;

/// What happens to a call.
#[derive(Clone, Debug)]
pub enum Action {
    /// It is passed on.
    Pass,
    /// It fails with this error, and is not passed on.
    Fail(Error),
    /// It panics, and is not passed on.
    Panic,
    /// It is passed on, and one bit of the result is flipped: a verdict is turned around, the
    /// lowest bit of the first point, cell or field element is inverted. Errors stay.
    Flip,
    /// It takes at least so long, before what else happens.
    Delay(Duration, Box<Action>),
    /// It hangs until the gate is opened, before what else happens.
    Hang(Gate, Box<Action>),
}

impl Action {
    /// A call that is passed on after a delay.
    #[must_use]
    pub fn delay(duration: Duration) -> Self {
        Self::Delay(duration, Box::new(Self::Pass))
    }

    /// A call that is passed on once the gate is open.
    #[must_use]
    pub fn hang(gate: &Gate) -> Self {
        Self::Hang(gate.clone(), Box::new(Self::Pass))
    }

    /// A call that fails in a way that says nothing about its input.
    #[must_use]
    pub fn fault() -> Self {
        Self::Fail(Error::Fault {
            backend: "scripted".to_owned(),
            message: "scripted".to_owned(),
        })
    }
}

/// What happens to each call, given the operation and how many of its calls came before.
type Script = Box<dyn Fn(Operation, usize) -> Action + Send + Sync>;

/// Settings that pass calls on to others, or do what a script says, and count.
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

    /// The same under another backend's name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same with an action for one call: the first of the operation has number 0.
    #[must_use]
    pub fn on(self, operation: Operation, number: usize, action: Action) -> Self {
        self.exact
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((operation, number), action);
        self
    }

    /// The same with a script for the calls that have no action of their own.
    #[must_use]
    pub fn otherwise(
        mut self,
        script: impl Fn(Operation, usize) -> Action + Send + Sync + 'static,
    ) -> Self {
        self.otherwise = Box::new(script);
        self
    }

    /// How often an operation was called.
    #[must_use]
    pub fn calls(&self, operation: Operation) -> usize {
        self.calls[operation as usize].load(Ordering::SeqCst)
    }

    /// How often any operation was called.
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
