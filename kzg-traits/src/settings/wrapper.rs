//! A trait for settings that wrap other settings and change a few calls.

use core::fmt::Debug;

use crate::operation::Operation;
use crate::settings::KzgSettings;

macro_rules! wrapper {
    (
        returning { $($operation:ident: $method:ident(
            $($argument:ident: $type:ty),* $(,)?
        ) -> $returned:ty;)* }
        writing { $($writing:ident: $into:ident(
            $($read:ident: $read_type:ty),* $(,)?
        ) => $out:ident: $item:ty $(, $out_2:ident: $item_2:ty)?;)* }
        allocating { $($allocating:ident: $vector:ident($($rest:tt)*) -> $vector_type:ty;)* }
    ) => {
        /// Settings that wrap other settings. By default every call goes to [`inner`](Self::inner),
        /// including the calls for many items. An implementor overrides the calls that it changes.
        ///
        /// Every implementor of this trait also implements [`KzgSettings`]. The forms of a call
        /// that return vectors go through the form that writes into a buffer, so one override
        /// changes both forms. Only [`KzgSettings::recording`] is not forwarded: a view of the
        /// inner settings would bypass the calls that the wrapper changes.
        ///
        /// ```
        /// use std::sync::Arc;
        /// use kzg_traits::settings::KzgSettingsWrapper;
        /// use kzg_traits::error::Result;
        /// use kzg_traits::{Bytes32, KzgCommitment, KzgProof, KzgSettings};
        ///
        /// #[derive(Debug)]
        /// struct Logged(Arc<dyn KzgSettings>);
        ///
        /// impl KzgSettingsWrapper for Logged {
        ///     fn inner(&self) -> &dyn KzgSettings {
        ///         &*self.0
        ///     }
        ///
        ///     fn verify_kzg_proof(
        ///         &self,
        ///         commitment: &KzgCommitment,
        ///         z: &Bytes32,
        ///         y: &Bytes32,
        ///         proof: &KzgProof,
        ///     ) -> Result<bool> {
        ///         println!("verifying a proof for {commitment}");
        ///         self.inner().verify_kzg_proof(commitment, z, y, proof)
        ///     }
        /// }
        ///
        /// fn logged(settings: Arc<dyn KzgSettings>) -> Arc<dyn KzgSettings> {
        ///     Arc::new(Logged(settings))
        /// }
        /// ```
        pub trait KzgSettingsWrapper: Debug + Send + Sync {
            /// The wrapped settings, which answer all calls without an override.
            fn inner(&self) -> &dyn KzgSettings;

            /// Forwards [`KzgSettings::backend`].
            fn backend(&self) -> &str {
                self.inner().backend()
            }

            /// Forwards [`KzgSettings::items_per_call`].
            fn items_per_call(&self, operation: Operation) -> usize {
                self.inner().items_per_call(operation)
            }

            /// Forwards [`KzgSettings::tables_memory`].
            fn tables_memory(&self) -> usize {
                self.inner().tables_memory()
            }

            /// Forwards [`KzgSettings::release_tables`].
            fn release_tables(&self) {
                self.inner().release_tables();
            }

            $(
                #[doc = concat!("Forwards [`KzgSettings::", stringify!($method), "`].")]
                ///
                /// # Errors
                ///
                /// The errors of the inner settings.
                fn $method(&self, $($argument: $type),*) -> $crate::error::Result<$returned> {
                    self.inner().$method($($argument),*)
                }
            )*

            $(
                #[doc = concat!("Forwards [`KzgSettings::", stringify!($into), "`].")]
                ///
                /// # Errors
                ///
                /// The errors of the inner settings.
                fn $into(
                    &self,
                    $($read: $read_type,)*
                    $out: &mut [$item]
                    $(, $out_2: &mut [$item_2])?
                ) -> $crate::error::Result<()> {
                    self.inner().$into($($read,)* $out $(, $out_2)?)
                }
            )*
        }

        impl<W: KzgSettingsWrapper + ?Sized> KzgSettings for W {
            fn backend(&self) -> &str {
                KzgSettingsWrapper::backend(self)
            }

            fn items_per_call(&self, operation: Operation) -> usize {
                KzgSettingsWrapper::items_per_call(self, operation)
            }

            fn tables_memory(&self) -> usize {
                KzgSettingsWrapper::tables_memory(self)
            }

            fn release_tables(&self) {
                KzgSettingsWrapper::release_tables(self);
            }

            $(
                fn $method(&self, $($argument: $type),*) -> $crate::error::Result<$returned> {
                    KzgSettingsWrapper::$method(self, $($argument),*)
                }
            )*

            $(
                fn $into(
                    &self,
                    $($read: $read_type,)*
                    $out: &mut [$item]
                    $(, $out_2: &mut [$item_2])?
                ) -> $crate::error::Result<()> {
                    KzgSettingsWrapper::$into(self, $($read,)* $out $(, $out_2)?)
                }
            )*
        }
    };
}

crate::kzg_settings_calls!(wrapper);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use super::*;
    use crate::bytes::{Blob, Bytes32, KzgCommitment, KzgProof};
    use crate::error::{Error, Result};
    use crate::items::{Blobs, Cells, Items};

    /// A type that a call takes, with one value of it.
    trait Argument {
        fn any() -> Self;
    }

    macro_rules! argument {
        ($($type:ty = $value:expr;)*) => { $(
            impl Argument for $type {
                fn any() -> Self {
                    $value
                }
            }
        )* };
    }

    argument! {
        &'static Blob = Box::leak(Blob::zeroed_on_heap());
        &'static Bytes32 = &Bytes32([0; 32]);
        &'static KzgCommitment = &KzgCommitment([0; 48]);
        &'static KzgProof = &KzgProof([0; 48]);
        &'static [KzgCommitment] = &[];
        &'static [KzgProof] = &[];
        &'static [u64] = &[];
        Blobs<'static> = Items::Contiguous(&[]);
        Cells<'static> = Items::Contiguous(&[]);
    }

    /// Records the name of each method that is called, and returns an error from every call.
    #[derive(Debug, Default)]
    struct Recorder(Mutex<Vec<&'static str>>);

    impl Recorder {
        fn record<T>(&self, method: &'static str) -> Result<T> {
            self.0.lock().unwrap().push(method);
            Err(Error::Cancelled)
        }

        fn take(&self) -> Vec<&'static str> {
            std::mem::take(&mut self.0.lock().unwrap())
        }
    }

    #[derive(Debug)]
    struct Plain(Recorder);

    impl KzgSettingsWrapper for Plain {
        fn inner(&self) -> &dyn KzgSettings {
            &self.0
        }
    }

    macro_rules! every_call {
        (
            returning { $($operation:ident: $method:ident(
                $($argument:ident: $type:ty),* $(,)?
            ) -> $returned:ty;)* }
            writing { $($writing:ident: $into:ident(
                $($read:ident: $read_type:ty),* $(,)?
            ) => $out:ident: $item:ty $(, $out_2:ident: $item_2:ty)?;)* }
            allocating { $($allocating:ident: $vector:ident(
                $($given:ident: $given_type:ty),* $(,)?
            ) -> $vector_type:ty;)* }
        ) => {
            impl KzgSettings for Recorder {
                fn backend(&self) -> &str {
                    let _ = self.record::<()>("backend");
                    "recorder"
                }

                fn items_per_call(&self, _: Operation) -> usize {
                    let _ = self.record::<()>("items_per_call");
                    17
                }

                fn tables_memory(&self) -> usize {
                    let _ = self.record::<()>("tables_memory");
                    99
                }

                fn release_tables(&self) {
                    let _ = self.record::<()>("release_tables");
                }

                $(
                    #[allow(unused_variables)]
                    fn $method(&self, $($argument: $type),*) -> Result<$returned> {
                        self.record(stringify!($method))
                    }
                )*

                $(
                    #[allow(unused_variables)]
                    fn $into(
                        &self,
                        $($read: $read_type,)*
                        $out: &mut [$item]
                        $(, $out_2: &mut [$item_2])?
                    ) -> Result<()> {
                        self.record(stringify!($into))
                    }
                )*
            }

            /// Makes every call of the table and passes to `check` the name of the inner method
            /// that the call must reach. Returns the names of the calls.
            fn call_all(settings: &dyn KzgSettings, check: impl Fn(&str)) -> BTreeSet<&'static str> {
                let mut methods = BTreeSet::new();
                $(
                    let refused = settings.$method($(<$type as Argument>::any()),*).err();
                    assert_eq!(refused, Some(Error::Cancelled));
                    check(stringify!($method));
                    methods.insert(stringify!($method));
                )*
                $(
                    let refused = settings.$into(
                        $(<$read_type as Argument>::any(),)*
                        &mut Vec::<$item>::new()
                        $(, &mut Vec::<$item_2>::new())?
                    );
                    assert_eq!(refused, Err(Error::Cancelled));
                    check(stringify!($into));
                    methods.insert(stringify!($into));
                )*
                $(
                    let refused = settings.$vector($(<$given_type as Argument>::any()),*).err();
                    assert_eq!(refused, Some(Error::Cancelled));
                    check(concat!(stringify!($vector), "_into"));
                    methods.insert(stringify!($vector));
                )*
                methods
            }
        };
    }
    crate::kzg_settings_calls!(every_call);

    #[test]
    fn every_method_of_the_interface_reaches_the_inner_settings() {
        let wrapper = Plain(Recorder::default());
        let settings: &dyn KzgSettings = &wrapper;
        let reached = |method: &str| assert_eq!(wrapper.0.take(), [method]);
        assert_eq!(settings.backend(), "recorder");
        reached("backend");
        assert_eq!(settings.items_per_call(Operation::WarmUp), 17);
        reached("items_per_call");
        assert_eq!(settings.tables_memory(), 99);
        reached("tables_memory");
        settings.release_tables();
        reached("release_tables");
        let mut methods = call_all(settings, reached);
        methods.extend([
            "backend",
            "items_per_call",
            "tables_memory",
            "release_tables",
        ]);
        // The default of this method calls `verify_kzg_proof`.
        methods.insert("point_evaluation");
        // This method is not forwarded: a view of the inner settings would bypass the methods
        // that a wrapper overrides.
        methods.insert("recording<'s>");

        let interface = include_str!("interface.rs");
        let (_, of_the_trait) = interface.split_once("pub trait KzgSettings").unwrap();
        let (of_the_trait, _) = of_the_trait.split_once("\n}").unwrap();
        let declared: BTreeSet<&str> = of_the_trait
            .lines()
            .filter_map(|line| line.strip_prefix("    fn "))
            .map(|line| line.split('(').next().unwrap())
            .collect();
        assert_eq!(declared, methods);
    }
}
