//! What a layer is: something that carries one closure to a backend.

use core::fmt::Debug;
use std::sync::Arc;

use kzg_traits::error::Result;
use kzg_traits::{KzgSettings, Operation};

use super::call::Call;
use super::outcome::Outcome;

/// The work of a call. It may run several times, on several backends, so it writes only into
/// what it returns.
pub type Job<'j, T> = dyn FnMut(&dyn KzgSettings) -> Result<T> + Send + 'j;

/// A layer over backends, or a stack of them.
///
/// Every call of [`KzgSettings`] arrives as one closure, so a layer treats all of them alike,
/// and as one [`Outcome`], so it can compare and audit results that it does not know.
/// [`Stack`](super::Stack) turns layers back into a [`KzgSettings`].
pub trait Dispatch: Debug + Send + Sync {
    /// The name that the layer goes by: the primary backend's.
    fn backend(&self) -> &str;

    /// How many items a call should have, see [`KzgSettings::items_per_call`].
    fn items_per_call(&self, operation: Operation) -> usize;

    /// Runs the job on a backend.
    ///
    /// # Errors
    ///
    /// The job's, or the layer's own.
    fn dispatch<T: Outcome>(&self, call: &Call<'_>, job: &mut Job<'_, T>) -> Result<T>;

    /// Frees the prover's tables of every backend below.
    fn release_tables(&self);
}

impl<D: Dispatch> Dispatch for Arc<D> {
    fn backend(&self) -> &str {
        (**self).backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        (**self).items_per_call(operation)
    }

    fn dispatch<T: Outcome>(&self, call: &Call<'_>, job: &mut Job<'_, T>) -> Result<T> {
        (**self).dispatch(call, job)
    }

    fn release_tables(&self) {
        (**self).release_tables();
    }
}

/// A backend at the bottom of a stack.
#[derive(Clone, Debug)]
pub struct Leaf(pub Arc<dyn KzgSettings>);

impl Dispatch for Leaf {
    fn backend(&self) -> &str {
        self.0.backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.0.items_per_call(operation)
    }

    fn dispatch<T: Outcome>(&self, _: &Call<'_>, job: &mut Job<'_, T>) -> Result<T> {
        job(&*self.0)
    }

    fn release_tables(&self) {
        self.0.release_tables();
    }
}
