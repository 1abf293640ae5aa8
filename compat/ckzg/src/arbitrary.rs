//! Values for fuzzers.

use arbitrary::{Arbitrary, Result, Unstructured};
use zerocopy::{FromZeros, IntoBytes};

use crate::{Blob, Bytes32, Bytes48, Cell};

macro_rules! from_buffer {
    ($($name:ident),*) => { $(
        impl Arbitrary<'_> for $name {
            fn arbitrary(input: &mut Unstructured<'_>) -> Result<Self> {
                let mut value = Self::new_zeroed();
                input.fill_buffer(value.as_mut_bytes())?;
                Ok(value)
            }
        }
    )* };
}

from_buffer!(Blob, Bytes32, Bytes48, Cell);
