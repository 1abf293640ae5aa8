//! Each call of `KzgSettings` on its way into the layers.

use core::any::Any;
use core::fmt::Debug;

use kzg_traits::error::Result;
use kzg_traits::{Cell, KzgCommitment, KzgProof, KzgSettings, Operation};

use super::call::{Call, Input, Request};
use super::degrade::ServiceLevel;
use super::dispatch::{Dispatch, Job};
use super::outcome::{Boxed, Outcome};
use super::provenance::{Provenance, Trace};

/// Layers that see every result in a box, so that what is above them is compiled once and not
/// for each stack, and they are compiled once and not for each type of result.
pub(crate) trait Layers: Debug + Send + Sync {
    fn name(&self) -> &str;
    fn wanted_items(&self, operation: Operation) -> usize;
    fn dispatch_boxed(&self, call: &Call<'_>, job: &mut Job<'_, Boxed>) -> Result<Boxed>;
    fn release(&self);
}

impl<D: Dispatch> Layers for D {
    fn name(&self) -> &str {
        self.backend()
    }

    fn wanted_items(&self, operation: Operation) -> usize {
        self.items_per_call(operation)
    }

    fn dispatch_boxed(&self, call: &Call<'_>, job: &mut Job<'_, Boxed>) -> Result<Boxed> {
        self.dispatch(call, job)
    }

    fn release(&self) {
        self.release_tables();
    }
}

/// The way into layers, for calls of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'s> {
    pub(super) layers: &'s dyn Layers,
    pub(super) request: &'s Request,
}

impl Entry<'_> {
    /// Sends one call through the layers.
    pub(crate) fn run<T: Outcome>(
        &self,
        operation: Operation,
        inputs: &[Input<'_>],
        job: &mut Job<'_, T>,
    ) -> (Result<T>, Provenance) {
        let trace = Trace::default();
        let call = Call {
            operation,
            inputs,
            stated_digest: self.request.input_digest,
            deadline: self.request.deadline_from_now(),
            cancel: &self.request.cancel,
            give_up: None,
            service: ServiceLevel::Full,
            trace: &trace,
        };
        let result = self
            .layers
            .dispatch_boxed(&call, &mut |settings| Ok(Box::new(job(settings)?) as Boxed));
        let result = result.map(|value| {
            let value: Box<dyn Any> = value;
            *value.downcast().expect("layers return what the job did")
        });
        let provenance = trace.provenance();
        if let Some(slot) = &self.request.provenance {
            slot.put(provenance.clone());
        }
        (result, provenance)
    }

    fn enter<T: Outcome>(
        &self,
        operation: Operation,
        inputs: &[Input<'_>],
        job: &mut Job<'_, T>,
    ) -> Result<T> {
        self.run(operation, inputs, job).0
    }
}

/// What an attempt's buffer holds before it is written.
trait Blank: Clone {
    fn blank() -> Self;
}

macro_rules! blank_by_default {
    ($($type:ty),*) => { $(
        impl Blank for $type {
            fn blank() -> Self {
                Self::default()
            }
        }
    )* };
}
blank_by_default!(Cell, KzgCommitment, KzgProof);

impl Blank for Result<bool> {
    fn blank() -> Self {
        Ok(false)
    }
}

/// The caller's buffers, which receive what a call has written once it has succeeded.
trait Target<T> {
    fn receive(self, written: T);
}

impl<A: Clone> Target<Vec<A>> for &mut [A] {
    fn receive(self, written: Vec<A>) {
        self.clone_from_slice(&written);
    }
}

impl<A: Clone, B: Clone> Target<(Vec<A>, Vec<B>)> for (&mut [A], &mut [B]) {
    fn receive(self, written: (Vec<A>, Vec<B>)) {
        self.0.clone_from_slice(&written.0);
        self.1.clone_from_slice(&written.1);
    }
}

/// One buffer, or two.
macro_rules! buffers {
    ($one:ident) => {
        $one
    };
    ($one:ident, $two:ident) => {
        ($one, $two)
    };
}

macro_rules! through_the_layers {
    (
        returning { $(
            $operation:ident: $method:ident($($name:ident: $type:ty),*) -> $result:ty;
        )* }
        writing { $(
            $writes:ident: $into:ident($($input:ident: $of:ty),*)
                => $out:ident: $item:ty $(, $more:ident: $more_item:ty)?;
        )* }
        allocating { $(
            $allocates:ident: $vec:ident($($lent:ident: $lent_type:ty),*) -> $vecs:ty;
        )* }
    ) => {
        through_the_layers! { @returning $(
            $operation: $method($($name: $type),*) -> $result;
        )* $(
            $allocates: $vec($($lent: $lent_type),*) -> $vecs;
        )* }
        $(
            fn $into(
                &self,
                $($input: $of,)*
                $out: &mut [$item],
                $($more: &mut [$more_item],)?
            ) -> Result<()> {
                let lengths = [$out.len() $(, $more.len())?];
                let target = buffers!($out $(, $more)?);
                let inputs = &[$(Input::from($input)),*];
                let written = self.enter(Operation::$writes, inputs, &mut |settings| {
                    let mut $out = vec![<$item>::blank(); lengths[0]];
                    $(let mut $more = vec![<$more_item>::blank(); lengths[1]];)?
                    settings.$into($($input,)* &mut $out $(, &mut $more)?)?;
                    Ok(buffers!($out $(, $more)?))
                })?;
                target.receive(written);
                Ok(())
            }
        )*
    };
    (@returning $(
        $operation:ident: $method:ident($($name:ident: $type:ty),*) -> $result:ty;
    )*) => { $(
        fn $method(&self, $($name: $type),*) -> Result<$result> {
            let inputs = &[$(Input::from($name)),*];
            self.enter(Operation::$operation, inputs, &mut |settings| settings.$method($($name),*))
        }
    )* };
}

impl KzgSettings for Entry<'_> {
    fn backend(&self) -> &str {
        self.layers.name()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.layers.wanted_items(operation)
    }

    kzg_traits::kzg_settings_calls!(through_the_layers);

    fn release_tables(&self) {
        self.layers.release();
    }
}
