//! The operators of a newtype, forwarded to the inner type.

/// Implements binary operators and their assigning forms for a newtype of one field.
macro_rules! forward_operators {
    ($name:ident: $($trait:ident::$method:ident / $assign_trait:ident::$assign_method:ident),+) => { $(
        impl core::ops::$trait for $name {
            type Output = Self;

            #[inline]
            fn $method(self, other: Self) -> Self {
                Self(core::ops::$trait::$method(self.0, other.0))
            }
        }

        impl core::ops::$assign_trait for $name {
            #[inline]
            fn $assign_method(&mut self, other: Self) {
                core::ops::$assign_trait::$assign_method(&mut self.0, other.0);
            }
        }
    )+

        impl core::ops::Neg for $name {
            type Output = Self;

            #[inline]
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
    };
}

pub(crate) use forward_operators;
