//! Results with one bit flipped.

use kzg_traits::bytes::{Bytes32, Cell, KzgCommitment, KzgProof};
use kzg_traits::error::Result;

/// A result of which one bit can be flipped.
pub(super) trait Flip: Sized {
    fn flip(&mut self);

    fn flipped(mut self) -> Self {
        self.flip();
        self
    }
}

impl Flip for () {
    fn flip(&mut self) {}
}

impl Flip for bool {
    fn flip(&mut self) {
        *self = !*self;
    }
}

impl Flip for Result<bool> {
    fn flip(&mut self) {
        if let Ok(verdict) = self {
            verdict.flip();
        }
    }
}

macro_rules! flip_last_bit {
    ($($bytes:ty),*) => { $(
        impl Flip for $bytes {
            fn flip(&mut self) {
                self.0[Self::LENGTH - 1] ^= 1;
            }
        }
    )* };
}

flip_last_bit!(Bytes32, Cell, KzgCommitment, KzgProof);

impl<A: Flip, B: Flip> Flip for (A, B) {
    fn flip(&mut self) {
        self.0.flip();
    }
}

/// A written buffer: flips its first item.
impl<T: Flip> Flip for &mut [T] {
    fn flip(&mut self) {
        if let Some(first) = self.first_mut() {
            first.flip();
        }
    }
}
