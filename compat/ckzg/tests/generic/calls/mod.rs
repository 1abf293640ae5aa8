//! Calls that compile against c-kzg and against this crate: `api` is one of the two. Each call leaves
//! a line with its result: bytes in hexadecimal, or the variant of the error.

use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::api::{self, CELLS_PER_EXT_BLOB, Cell, CkzgError, Error, KzgProof};

mod loading;
mod operations;
mod types;

pub(crate) use loading::loading;
pub(crate) use operations::operations;
pub(crate) use types::types;

/// The results of the calls, in order.
#[derive(Default)]
pub(crate) struct Log(Vec<String>);

impl Log {
    pub(super) fn add<T>(
        &mut self,
        name: &str,
        result: Result<T, Error>,
        show: impl FnOnce(T) -> String,
    ) {
        let shown = match result {
            Ok(value) => show(value),
            Err(error) => variant(&error),
        };
        self.0.push(format!("{name}: {shown}"));
    }

    pub(super) fn debug(&mut self, name: &str, value: impl Debug) {
        self.0.push(format!("{name}: {value:?}"));
    }
}

/// The variant of an error. The match has no wildcard, so it compiles only if both libraries have
/// exactly these variants.
fn variant(error: &Error) -> String {
    // Errors are printed and boxed.
    let boxed: &dyn std::error::Error = error;
    assert!(!boxed.to_string().is_empty());
    match error {
        Error::InvalidBytesLength(_) => "InvalidBytesLength".to_owned(),
        Error::InvalidHexFormat(_) => "InvalidHexFormat".to_owned(),
        Error::InvalidKzgProof(_) => "InvalidKzgProof".to_owned(),
        Error::InvalidKzgCommitment(_) => "InvalidKzgCommitment".to_owned(),
        Error::InvalidTrustedSetup(_) => "InvalidTrustedSetup".to_owned(),
        Error::MismatchLength(_) => "MismatchLength".to_owned(),
        // The texts of these two are no sentences, so programs may depend on them.
        Error::LoadingTrustedSetupFailed(fault) => {
            format!("LoadingTrustedSetupFailed({fault:?}), {error}")
        }
        Error::CError(status) => match status {
            CkzgError::C_KZG_OK
            | CkzgError::C_KZG_BADARGS
            | CkzgError::C_KZG_ERROR
            | CkzgError::C_KZG_MALLOC => format!("CError({status:?}, {}), {error}", *status as u32),
        },
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn verdict(holds: bool) -> String {
    holds.to_string()
}

fn cells_hash(cells: Box<[Cell; CELLS_PER_EXT_BLOB]>) -> String {
    // Cells are hashed one by one, so that the first difference would be visible in a debugger.
    format!("{:x?}", cells.iter().map(hash).collect::<Vec<_>>())
}

fn proofs_hex(proofs: &[KzgProof; CELLS_PER_EXT_BLOB]) -> String {
    proofs.iter().map(KzgProof::as_hex_string).collect()
}
