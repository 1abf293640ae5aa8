//! Inputs that a call owns, so that an attempt can continue after its caller has stopped waiting.
//!
//! A call without a deadline borrows its inputs. A call with a deadline runs its attempts on
//! worker threads, and an attempt over its budget is abandoned there, so the attempt must own
//! what it reads. The inputs are copied once for a call, when the first attempt asks for them.

use std::sync::{Arc, OnceLock};

use kzg_traits::error::Result;
use kzg_traits::{Blob, Bytes32, Cell, Items, KzgCommitment, KzgProof, KzgSettings};

use super::base::Job;
use super::call::CallInput;
use super::guard::InputGuard;
use super::outcome::{Boxed, Outcome};

/// The work of a call over inputs that the call owns. A clone shares both.
#[derive(Clone)]
pub(crate) struct OwnedWork {
    pub(crate) job: Arc<Job<'static>>,
    inputs: Arc<dyn Lend + Send + Sync>,
}

impl OwnedWork {
    /// Work over `inputs`, which are lent to `job`, and as a list to layers. The guards are kept
    /// as long as the inputs.
    pub(crate) fn new<I: Send + Sync + 'static>(
        guards: &[InputGuard],
        inputs: I,
        job: impl Fn(&dyn KzgSettings, &I) -> Result<Boxed> + Send + Sync + 'static,
        list: fn(&I) -> Vec<CallInput<'_>>,
    ) -> Self {
        let inputs = Arc::new(Guarded {
            inputs,
            _guards: guards.to_vec(),
        });
        let read = Arc::clone(&inputs);
        Self {
            job: Arc::new(move |settings| job(settings, &read.inputs)),
            inputs: Arc::new(Lender { inputs, list }),
        }
    }

    /// A job of the caller's own, whose inputs no layer sees.
    pub(crate) fn opaque<T: Outcome>(
        guards: &[InputGuard],
        job: impl Fn(&dyn KzgSettings) -> Result<T> + Send + Sync + 'static,
    ) -> Self {
        let job = move |settings: &dyn KzgSettings, &(): &()| {
            job(settings).map(|value| Box::new(value) as Boxed)
        };
        Self::new(guards, (), job, |()| Vec::new())
    }

    /// Other work over the same inputs.
    pub(crate) fn with_job(
        &self,
        job: impl Fn(&dyn KzgSettings, &[CallInput<'_>]) -> Result<Boxed> + Send + Sync + 'static,
    ) -> Self {
        let inputs = Arc::clone(&self.inputs);
        Self {
            job: Arc::new(move |settings| job(settings, &inputs.list())),
            inputs: Arc::clone(&self.inputs),
        }
    }
}

/// Inputs, and what is dropped after them.
struct Guarded<I> {
    inputs: I,
    _guards: Vec<InputGuard>,
}

trait Lend {
    fn list(&self) -> Vec<CallInput<'_>>;
}

struct Lender<I> {
    inputs: Arc<Guarded<I>>,
    list: fn(&I) -> Vec<CallInput<'_>>,
}

impl<I> Lend for Lender<I> {
    fn list(&self) -> Vec<CallInput<'_>> {
        (self.list)(&self.inputs.inputs)
    }
}

/// The source of a call's owned work.
#[derive(Clone, Copy)]
pub(crate) enum Ownership<'a> {
    /// The job borrows, and cannot be made to own: it always runs on the caller's thread.
    Borrowed,
    /// The inputs are copied when they are first asked for.
    Copied(&'a OnceLock<OwnedWork>, &'a (dyn Fn() -> OwnedWork + Sync)),
    /// The job owns its inputs already.
    Owned(&'a OwnedWork),
}

impl Ownership<'_> {
    /// The owned work, if there can be any.
    pub(crate) fn work(&self) -> Option<&OwnedWork> {
        match self {
            Self::Borrowed => None,
            Self::Copied(once, copy) => Some(once.get_or_init(copy)),
            Self::Owned(work) => Some(work),
        }
    }
}

/// An argument of a call that can be copied.
pub(super) trait ToOwnedInput {
    type Owned: Lent + Send + Sync + 'static;

    fn to_owned_input(self) -> Self::Owned;
}

/// A copy of an argument, which is lent in the argument's form.
pub(super) trait Lent {
    type Form<'a>
    where
        Self: 'a;

    fn lend(&self) -> Self::Form<'_>;
}

macro_rules! owned_by_copy {
    ($($type:ty),*) => { $(
        impl ToOwnedInput for &$type {
            type Owned = $type;

            fn to_owned_input(self) -> $type {
                *self
            }
        }

        impl Lent for $type {
            type Form<'a> = &'a Self;

            fn lend(&self) -> &Self {
                self
            }
        }
    )* };
}

owned_by_copy!(Bytes32, KzgCommitment, KzgProof);

impl ToOwnedInput for &Blob {
    type Owned = Box<Blob>;

    fn to_owned_input(self) -> Box<Blob> {
        self.boxed()
    }
}

impl Lent for Box<Blob> {
    type Form<'a> = &'a Blob;

    fn lend(&self) -> &Blob {
        self
    }
}

impl<T: Copy + Send + Sync + 'static> ToOwnedInput for &[T] {
    type Owned = Vec<T>;

    fn to_owned_input(self) -> Vec<T> {
        self.to_vec()
    }
}

impl<T: 'static> Lent for Vec<T> {
    type Form<'a> = &'a [T];

    fn lend(&self) -> &[T] {
        self
    }
}

/// A copy of a list of items, each in a box of its own: a blob is copied on the heap alone.
pub(super) struct OwnedItems<T>(Vec<Box<T>>);

/// An item that is copied into a box.
pub(super) trait Boxable {
    fn boxed(&self) -> Box<Self>;
}

impl Boxable for Blob {
    fn boxed(&self) -> Box<Self> {
        let mut copy = Self::zeroed_on_heap();
        copy.0.copy_from_slice(&self.0);
        copy
    }
}

impl Boxable for Cell {
    fn boxed(&self) -> Box<Self> {
        Box::new(self.clone())
    }
}

impl<T: Boxable + Send + Sync + 'static> ToOwnedInput for Items<'_, T> {
    type Owned = OwnedItems<T>;

    fn to_owned_input(self) -> OwnedItems<T> {
        OwnedItems(self.iter().map(T::boxed).collect())
    }
}

impl<T: 'static> Lent for OwnedItems<T> {
    type Form<'a> = Items<'a, T>;

    fn lend(&self) -> Items<'_, T> {
        Items::Boxed(&self.0)
    }
}
