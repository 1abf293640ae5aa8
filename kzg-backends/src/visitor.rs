//! From the run-time value of a backend to its type.

use kzg_traits::{Backend, SetupError};

use crate::registry::{BackendId, not_compiled_in};

/// Generic code that runs on the type of a backend.
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

    /// Runs on the backend `B`.
    fn visit<B: Backend>(self) -> Self::Output;
}

impl BackendId {
    /// Runs a visitor on the type of the backend. The backend need not be available: ask
    /// [`Backend::available`].
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
