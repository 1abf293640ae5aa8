//! Layers turned back into a `KzgSettings`: the one place that lists every call for layers.

use core::any::Any;
use std::sync::OnceLock;

use kzg_traits::error::Result;
use kzg_traits::{CallRecord, Cell, KzgCommitment, KzgProof, KzgSettings, Operation};

use super::base::{Job, Layer};
use super::call::{Call, CallInput};
use super::outcome::{Boxed, Outcome};
use super::owned::{Lent, OwnedWork, Ownership, ToOwnedInput};
use super::provenance::{ProvenanceSlot, Trace};
use super::request::Request;
use super::service::ServiceLevel;

/// Layers as a [`KzgSettings`], so that stacks nest, and every test of a backend is a test of a
/// stack.
///
/// A caller's buffer is written only by a call that succeeds: each attempt writes into memory of
/// its own.
#[derive(Clone, Debug)]
pub struct Stack<L> {
    layers: L,
    request: Request,
    record: Option<CallRecord>,
}

impl<L: Layer> Stack<L> {
    /// A stack of layers, whose calls have no deadline.
    #[must_use]
    pub fn of(layers: L) -> Self {
        Self {
            layers,
            request: Request::default(),
            record: None,
        }
    }

    /// The same layers, for calls with a deadline, a token that cancels them, or a receiver of
    /// their provenance.
    #[must_use]
    pub fn with_request(&self, request: Request) -> Self
    where
        L: Clone,
    {
        Self {
            layers: self.layers.clone(),
            request,
            record: self.record.clone(),
        }
    }

    /// The outermost layer.
    #[must_use]
    pub fn layers(&self) -> &L {
        &self.layers
    }

    pub(crate) fn layers_mut(&mut self) -> &mut L {
        &mut self.layers
    }

    /// Sends one call of the stack's request through the layers.
    fn run<T: Outcome>(
        &self,
        operation: Operation,
        inputs: &[CallInput<'_>],
        job: &Job<'_>,
        copy: &(dyn Fn() -> OwnedWork + Sync),
    ) -> Result<T> {
        let trace = Trace::default();
        let copied = OnceLock::new();
        let call = Call {
            inputs,
            ownership: Ownership::Copied(&copied, copy),
            ..call(operation, &self.request, &trace)
        };
        let result = dispatch(&self.layers, &call, job);
        let provenance = trace.provenance();
        if let Some(record) = &self.record {
            record.put(provenance.called());
        }
        if let Some(slot) = &self.request.provenance {
            slot.put(provenance);
        }
        result
    }
}

/// Runs a caller's closure as a call through `layers`. The layers do not receive the inputs of the
/// closure.
pub(crate) fn run_job<T: Outcome>(
    layers: &dyn Layer,
    operation: Operation,
    request: &Request,
    trace: &Trace,
    work: &OwnedWork,
    detached: bool,
) -> Result<T> {
    let call = Call {
        ownership: Ownership::Owned(work),
        detached,
        ..call(operation, request, trace)
    };
    let result = dispatch(layers, &call, &*work.job);
    if let Some(slot) = &request.provenance {
        ProvenanceSlot::put(slot, trace.provenance());
    }
    result
}

/// A call of a request, without inputs.
pub(crate) fn call<'a>(operation: Operation, request: &'a Request, trace: &'a Trace) -> Call<'a> {
    Call {
        operation,
        inputs: &[],
        stated_digest: request.input_digest,
        deadline: request.deadline_from_now(),
        cancel: &request.cancel,
        give_up: None,
        service: ServiceLevel::Full,
        trace,
        ownership: Ownership::Borrowed,
        detached: false,
        admission: None,
    }
}

fn dispatch<T: Outcome>(layers: &dyn Layer, call: &Call<'_>, job: &Job<'_>) -> Result<T> {
    let value: Box<dyn Any> = layers.dispatch(call, job)?;
    Ok(*value.downcast().expect("layers return the job's result"))
}

fn boxed<T: Outcome>(result: Result<T>) -> Result<Boxed> {
    result.map(|value| Box::new(value) as Boxed)
}

/// The content of an attempt's buffer before it is written.
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

/// The caller's buffers, which receive the result of a call that has succeeded.
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
                /// One attempt, which writes into buffers of its own.
                fn attempt(
                    settings: &dyn KzgSettings,
                    lengths: &[usize],
                    $($input: $of,)*
                ) -> Result<Boxed> {
                    let mut lengths = lengths.iter().copied();
                    let mut $out = vec![<$item>::blank(); lengths.next().unwrap_or(0)];
                    $(let mut $more = vec![<$more_item>::blank(); lengths.next().unwrap_or(0)];)?
                    settings.$into($($input,)* &mut $out $(, &mut $more)?)?;
                    boxed(Ok(buffers!($out $(, $more)?)))
                }
                let written = self.run(
                    Operation::$writes,
                    &[$(CallInput::from($input)),*],
                    &|settings| attempt(settings, &lengths, $($input),*),
                    &|| OwnedWork::new(
                        &self.request.input_guards,
                        ($($input.to_owned_input(),)*),
                        move |settings, ($($input,)*)| {
                            attempt(settings, &lengths, $($input.lend()),*)
                        },
                        |($($input,)*)| vec![$(CallInput::from($input.lend())),*],
                    ),
                )?;
                target.receive(written);
                Ok(())
            }
        )*
    };
    (@returning $(
        $operation:ident: $method:ident($($name:ident: $type:ty),*) -> $result:ty;
    )*) => { $(
        fn $method(&self, $($name: $type),*) -> Result<$result> {
            self.run(
                Operation::$operation,
                &[$(CallInput::from($name)),*],
                &|settings| boxed(settings.$method($($name),*)),
                &|| OwnedWork::new(
                        &self.request.input_guards,
                    ($($name.to_owned_input(),)*),
                    |settings, ($($name,)*)| boxed(settings.$method($($name.lend()),*)),
                    |($($name,)*)| vec![$(CallInput::from($name.lend())),*],
                ),
            )
        }
    )* };
}

impl<L: Layer> KzgSettings for Stack<L> {
    fn backend(&self) -> &str {
        self.layers.backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.layers.items_per_call(operation)
    }

    fn recording<'s>(&'s self, record: &CallRecord) -> Option<Box<dyn KzgSettings + 's>> {
        // Of one type for all layers: a view of a view is no type of its own.
        let layers: &dyn Layer = &self.layers;
        Some(Box::new(Stack {
            layers,
            request: self.request.clone(),
            record: Some(record.clone()),
        }))
    }

    kzg_traits::kzg_settings_calls!(through_the_layers);

    fn tables_memory(&self) -> usize {
        self.layers.tables_memory()
    }

    fn release_tables(&self) {
        self.layers.release_tables();
    }
}
