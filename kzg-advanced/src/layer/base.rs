//! The trait of a layer, and the layer at the bottom of a stack.

use core::fmt::Debug;
use std::sync::Arc;

use kzg_traits::error::Result;
use kzg_traits::{Attempts, CallRecord, Error, KzgSettings, Operation};

use super::call::Call;
use super::outcome::Boxed;
use super::provenance::Trace;
use super::service::ServiceLevel;
use crate::backend_call::{
    backend_name, items_per_call, panic_as_fault, release_tables, tables_memory,
};

/// The work of a call. A job may run several times, and on several backends, so it writes only
/// into what it returns.
pub type Job<'j> = dyn Fn(&dyn KzgSettings) -> Result<Boxed> + Send + Sync + 'j;

/// A layer over backends.
///
/// Every call of [`KzgSettings`] arrives as one job, so a layer treats all calls alike; and every
/// result arrives as a [`Boxed`] outcome, so a layer can compare, audit and verify results of any
/// type. Layers are object-safe: they nest as values. Methods that a layer does not override forward
/// to [`inner`](Self::inner). [`Stack`](super::Stack) turns layers back into
/// a [`KzgSettings`].
///
/// ```
/// use kzg_advanced::resilience::{Base, Boxed, Call, Job, Layer, Stack};
/// use kzg_advanced::{Error, KzgSettings};
/// # use kzg_advanced::{BackendChoice, SettingsOptions, TrustedSetup, load};
///
/// /// Refuses every call that reads more than a megabyte.
/// #[derive(Debug)]
/// struct SmallCallsOnly(Base);
///
/// impl Layer for SmallCallsOnly {
///     fn inner(&self) -> Option<&dyn Layer> {
///         Some(&self.0)
///     }
///
///     fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed, Error> {
///         if call.bytes() > 1 << 20 {
///             return Err(Error::Busy { reason: "the call reads too much".to_owned() });
///         }
///         self.0.dispatch(call, job)
///     }
/// }
///
/// # if BackendChoice::Auto.resolve().is_err() { return Ok(()) } // nothing to show it with
/// # let settings = load(BackendChoice::Auto, &TrustedSetup::mainnet(), SettingsOptions::default())?;
/// let stack = Stack::of(SmallCallsOnly(Base::new(settings)));
/// let blobs = vec![kzg_advanced::Blob([0; 131_072]); 9];
/// assert!(stack.blob_to_kzg_commitment(&blobs[0]).is_ok());
/// assert!(stack.blobs_to_kzg_commitments((&blobs).into()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Layer: Debug + Send + Sync {
    /// The layer below; `None` for the base, which is a backend.
    fn inner(&self) -> Option<&dyn Layer>;

    /// Runs the job on a backend. Most layers end in `dispatch` of the layer below.
    ///
    /// # Errors
    ///
    /// The job's error, or the layer's own.
    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed>;

    /// Notifies the layer of a call that ended before it was dispatched, such as in a queue before
    /// the layers.
    fn refused(&self, call: &Call<'_>, error: &Error) {
        if let Some(inner) = self.inner() {
            inner.refused(call, error);
        }
    }

    /// The name of the primary backend.
    fn backend(&self) -> &str {
        self.inner().map_or("none", Layer::backend)
    }

    /// The number of items that a call should have, see [`KzgSettings::items_per_call`].
    fn items_per_call(&self, operation: Operation) -> usize {
        self.inner()
            .map_or(1, |inner| inner.items_per_call(operation))
    }

    /// The memory of the prover's tables of every backend below, in bytes.
    fn tables_memory(&self) -> usize {
        self.inner().map_or(0, Layer::tables_memory)
    }

    /// Frees the prover's tables of every backend below.
    fn release_tables(&self) {
        if let Some(inner) = self.inner() {
            inner.release_tables();
        }
    }
}

macro_rules! layer_by_reference {
    ($($reference:ty),*) => { $(
        impl<L: Layer + ?Sized> Layer for $reference {
            fn inner(&self) -> Option<&dyn Layer> {
                (**self).inner()
            }

            fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
                (**self).dispatch(call, job)
            }

            fn refused(&self, call: &Call<'_>, error: &Error) {
                (**self).refused(call, error);
            }

            fn backend(&self) -> &str {
                (**self).backend()
            }

            fn items_per_call(&self, operation: Operation) -> usize {
                (**self).items_per_call(operation)
            }

            fn tables_memory(&self) -> usize {
                (**self).tables_memory()
            }

            fn release_tables(&self) {
                (**self).release_tables();
            }
        }
    )* };
}

layer_by_reference!(Arc<L>, Box<L>, &L);

/// The base of a stack: a backend, or another stack. A panic of the backend is a fault.
#[derive(Clone, Debug)]
pub struct Base {
    settings: Arc<dyn KzgSettings>,
    /// The name of the settings' backend.
    name: String,
}

impl Base {
    /// Puts settings at the bottom of a stack.
    #[must_use]
    pub fn new(settings: Arc<dyn KzgSettings>) -> Self {
        Self {
            name: backend_name(&*settings),
            settings,
        }
    }
}

impl Layer for Base {
    fn inner(&self) -> Option<&dyn Layer> {
        None
    }

    fn dispatch(&self, call: &Call<'_>, job: &Job<'_>) -> Result<Boxed> {
        call.trace.called(&self.name, call.service);
        attempt(&*self.settings, &self.name, job).traced(call.trace, call.service)
    }

    fn backend(&self) -> &str {
        &self.name
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        items_per_call(&*self.settings, operation)
    }

    fn tables_memory(&self) -> usize {
        tables_memory(&*self.settings)
    }

    fn release_tables(&self) {
        release_tables(&*self.settings);
    }
}

/// One run of a job on settings.
pub(crate) struct Attempted {
    pub(crate) result: Result<Boxed>,
    /// The attempts below, where the settings are a stack themselves.
    below: Option<Attempts>,
}

/// Runs a job on settings that go by `name`. A panic is a fault of the backend, and so is an
/// error that hides in the result. A program that is built with `panic = "abort"` has no
/// isolation of panics.
pub(crate) fn attempt(settings: &dyn KzgSettings, name: &str, job: &Job<'_>) -> Attempted {
    let record = CallRecord::default();
    let result = panic_as_fault(
        || name.to_owned(),
        || {
            let value = match settings.recording(&record) {
                Some(recording) => job(&*recording)?,
                None => job(settings)?,
            };
            match value.failure() {
                Some(error) => Err(error.clone()),
                None => Ok(value),
            }
        },
    );
    Attempted {
        result,
        below: record.take(),
    }
}

impl Attempted {
    /// The result, after the attempts below have been added to the trace, which counts the run
    /// itself as one.
    pub(crate) fn traced(self, trace: &Trace, service: ServiceLevel) -> Result<Boxed> {
        if let Some(below) = self.below {
            trace.called_below(&below, service);
        }
        self.result
    }
}
