//! The traits that the types implement, and those that they do not implement: `api` is one of the
//! two libraries.

use super::api::{
    Blob, Bytes32, Bytes48, Cell, CkzgError, Error, KzgCommitment, KzgProof, KzgSettings,
};
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};

/// Compiles only if the type implements all of the traits.
macro_rules! implements {
    ($type:ty: $($bound:tt)*) => {
        const _: fn() = || {
            fn check<T: $($bound)*>() {}
            check::<$type>();
        };
    };
}

/// Compiles only if the type does not implement the trait: otherwise the call would be ambiguous.
macro_rules! lacks {
    ($type:ty: $($bound:tt)*) => {
        const _: fn() = || {
            struct Implements;
            trait Ambiguous<A> {
                fn call() {}
            }
            impl<T> Ambiguous<()> for T {}
            impl<T: $($bound)*> Ambiguous<Implements> for T {}
            <$type as Ambiguous<_>>::call();
        };
    };
}

implements!(Blob: Debug + Hash + PartialEq + Eq + Clone + Default + Send + Sync + Unpin);
implements!(Blob: AsRef<[u8]> + DerefMut<Target = [u8; 131_072]> + From<[u8; 131_072]>);
lacks!(Blob: Copy);
lacks!(Blob: Display);
lacks!(Blob: Ord);
lacks!(Blob: AsMut<[u8]>);

implements!(Bytes32: Debug + Hash + PartialEq + Eq + Copy + Clone + Default + Send + Sync);
implements!(Bytes32: AsRef<[u8; 32]> + Deref<Target = [u8; 32]> + From<[u8; 32]>);
lacks!(Bytes32: DerefMut);
lacks!(Bytes32: AsRef<[u8]>);

implements!(Bytes48: Debug + Hash + PartialEq + Eq + Copy + Clone + Default + Send + Sync);
implements!(Bytes48: AsRef<[u8; 48]> + DerefMut<Target = [u8; 48]> + From<[u8; 48]>);
lacks!(Bytes48: AsRef<[u8]>);

implements!(Cell: Debug + Hash + PartialEq + Eq + Copy + Clone + Default + Send + Sync);
lacks!(Cell: Deref);
lacks!(Cell: From<[u8; 2048]>);
lacks!(Cell: AsRef<[u8]>);

implements!(KzgCommitment: Debug + Copy + Clone + Default + Deref<Target = [u8; 48]>);
implements!(KzgCommitment: From<[u8; 48]> + Send + Sync);
lacks!(KzgCommitment: PartialEq);
lacks!(KzgCommitment: Hash);
lacks!(KzgCommitment: DerefMut);
lacks!(KzgCommitment: Display);

implements!(KzgProof: Debug + Copy + Clone + Default + Deref<Target = [u8; 48]>);
implements!(KzgProof: From<[u8; 48]> + Send + Sync);
lacks!(KzgProof: PartialEq);
lacks!(KzgProof: Hash);
lacks!(KzgProof: DerefMut);

implements!(KzgSettings: Debug + Hash + PartialEq + Eq + Send + Sync);
// Programs call the operations inside of `catch_unwind`.
implements!(KzgSettings: UnwindSafe + RefUnwindSafe + Unpin);
lacks!(KzgSettings: Clone);
lacks!(KzgSettings: Default);

implements!(CkzgError: Debug + Copy + Clone + Hash + PartialEq + Eq);
lacks!(CkzgError: Display);

implements!(Error: Debug + Display + std::error::Error + Send + Sync);
implements!(Error: UnwindSafe + RefUnwindSafe + Unpin);
lacks!(Error: Clone);
lacks!(Error: PartialEq);

implements!(Blob: serde::Serialize + serde::de::DeserializeOwned);
implements!(Bytes32: serde::Serialize + serde::de::DeserializeOwned);
implements!(Bytes48: serde::Serialize + serde::de::DeserializeOwned);
lacks!(Cell: serde::Serialize);
lacks!(KzgCommitment: serde::Serialize);
lacks!(KzgProof: serde::Serialize);

implements!(Blob: for<'a> arbitrary::Arbitrary<'a>);
implements!(Bytes32: for<'a> arbitrary::Arbitrary<'a>);
implements!(Bytes48: for<'a> arbitrary::Arbitrary<'a>);
implements!(Cell: for<'a> arbitrary::Arbitrary<'a>);
lacks!(KzgProof: for<'a> arbitrary::Arbitrary<'a>);
