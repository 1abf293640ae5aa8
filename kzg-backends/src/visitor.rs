//! Generic code over a backend that a run-time value names.

use kzg_traits::{Backend, SetupError};

use crate::id::{BackendId, not_compiled_in};

/// Generic code that is run with the type of a backend.
///
/// ```
/// use kzg_backends::{Backend, BackendId, BackendVisitor};
///
/// struct Name;
///
/// impl BackendVisitor for Name {
///     type Output = &'static str;
///
///     fn visit<B: Backend>(self) -> &'static str {
///         B::NAME
///     }
/// }
///
/// for &id in BackendId::ALL {
///     if let Ok(name) = id.visit(Name) {
///         assert_eq!(name, id.name());
///     }
/// }
/// ```
pub trait BackendVisitor {
    /// The result of the code.
    type Output;

    /// Runs the code with the backend `B`.
    fn visit<B: Backend>(self) -> Self::Output;
}

impl BackendId {
    /// Runs a visitor with the type of the backend. The backend may be unavailable on this machine:
    /// the visitor checks [`Backend::available`].
    ///
    /// # Errors
    ///
    /// [`SetupError::BackendUnavailable`] if the backend is not compiled in.
    pub fn visit<V: BackendVisitor>(self, visitor: V) -> Result<V::Output, SetupError> {
        let _ = &visitor;
        match self {
            #[cfg(feature = "blst")]
            Self::Blst => Ok(visitor.visit::<kzg_blst::Blst>()),
            #[cfg(feature = "arkworks")]
            Self::Arkworks => Ok(visitor.visit::<kzg_arkworks::Arkworks>()),
            #[cfg(feature = "constantine")]
            Self::Constantine => Ok(visitor.visit::<kzg_constantine::Constantine>()),
            #[allow(unreachable_patterns, reason = "with every backend compiled in")]
            _ => Err(not_compiled_in(self)),
        }
    }
}
