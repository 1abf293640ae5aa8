//! Layers turned back into a `KzgSettings`.

use kzg_traits::{KzgSettings, Operation};

use super::call::Request;
use super::dispatch::Dispatch;
use super::entry::Entry;

/// Layers as a [`KzgSettings`], so that stacks nest and whatever tests a backend tests a stack.
///
/// A caller's buffer is written only by a call that succeeds: each attempt writes into memory
/// of its own.
#[derive(Clone, Debug)]
pub struct Stack<D> {
    layers: D,
    request: Request,
}

impl<D: Dispatch> Stack<D> {
    /// The layers as they are.
    #[must_use]
    pub fn new(layers: D) -> Self {
        Self::with_request(layers, Request::default())
    }

    /// The layers, for calls with deadlines and the like.
    #[must_use]
    pub fn with_request(layers: D, request: Request) -> Self {
        Self { layers, request }
    }

    /// The layers.
    #[must_use]
    pub fn layers(&self) -> &D {
        &self.layers
    }

    pub(crate) fn layers_mut(&mut self) -> &mut D {
        &mut self.layers
    }

    pub(crate) fn entry(&self) -> Entry<'_> {
        self.entry_with(&self.request)
    }

    pub(crate) fn entry_with<'s>(&'s self, request: &'s Request) -> Entry<'s> {
        Entry {
            layers: &self.layers,
            request,
        }
    }
}

/// The calls of `KzgSettings`, each by `self.entry()`.
macro_rules! delegated {
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
        $(
            fn $method(&self, $($name: $type),*) -> kzg_traits::error::Result<$result> {
                self.entry().$method($($name),*)
            }
        )*
        $(
            fn $into(
                &self,
                $($input: $of,)*
                $out: &mut [$item],
                $($more: &mut [$more_item],)?
            ) -> kzg_traits::error::Result<()> {
                self.entry().$into($($input,)* $out $(, $more)?)
            }
        )*
        $(
            fn $vec(&self, $($lent: $lent_type),*) -> kzg_traits::error::Result<$vecs> {
                self.entry().$vec($($lent),*)
            }
        )*
    };
}
pub(crate) use delegated;

impl<D: Dispatch> KzgSettings for Stack<D> {
    fn backend(&self) -> &str {
        self.layers.backend()
    }

    fn items_per_call(&self, operation: Operation) -> usize {
        self.layers.items_per_call(operation)
    }

    kzg_traits::kzg_settings_calls!(delegated);

    fn release_tables(&self) {
        self.layers.release_tables();
    }
}

/// Makes a type with a field `stack` a `KzgSettings`.
macro_rules! delegate_to_stack {
    ($type:ty) => {
        impl $type {
            fn entry(&self) -> crate::resilience::Entry<'_> {
                self.stack.entry()
            }
        }

        impl kzg_traits::KzgSettings for $type {
            fn backend(&self) -> &str {
                self.stack.backend()
            }

            fn items_per_call(&self, operation: kzg_traits::Operation) -> usize {
                self.stack.items_per_call(operation)
            }

            kzg_traits::kzg_settings_calls!(delegated);

            fn release_tables(&self) {
                self.stack.release_tables();
            }
        }
    };
}
pub(crate) use delegate_to_stack;
