//! A result for each row of a list, of which some are malformed.
//!
//! Malformed rows that are cheap to find are left out of the call, so that the call computes the
//! results of all other rows.

use core::slice;

use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Blob, Error, ErrorKind, Item, checks};

/// Joins two lists to rows; a row with an item that cannot be read has the error of that item.
/// `item` is the kind of the items of `b`.
///
/// # Errors
///
/// [`Error::Count`] for lists of different lengths.
pub(crate) fn zip<A, B>(
    a: Vec<Result<A>>,
    item: Item,
    b: Vec<Result<B>>,
) -> Result<Vec<Result<(A, B)>>> {
    checks::check_count(item, a.len(), b.len())?;
    Ok(a.into_iter().zip(b).map(|(a, b)| Ok((a?, b?))).collect())
}

/// Checks that the field elements of a blob are canonical. Without the check, one malformed blob would
/// fail the call for all blobs.
///
/// # Errors
///
/// [`Error::FieldElement`] with the position 0 of the blob.
pub(crate) fn canonical(blob: &Blob) -> Result<&Blob> {
    checks::check_canonical(0, blob)?;
    Ok(blob)
}

/// The results of `call` for the rows that can be read, and the errors of the others, each in the
/// place of its row. `call` gives a result for each of the rows that it gets.
///
/// # Errors
///
/// The error of `call` itself.
pub(crate) fn each<R, T>(
    rows: Vec<Result<R>>,
    call: impl FnOnce(&[R]) -> Result<Vec<Result<T>>>,
) -> Result<Vec<Result<T>>> {
    let mut readable = Vec::with_capacity(rows.len());
    let errors: Vec<Option<Error>> = rows
        .into_iter()
        .map(|row| row.map(|row| readable.push(row)).err())
        .collect();
    let made = call(&readable)?;
    if made.len() != readable.len() {
        return Err(miscounted());
    }
    let mut made = made.into_iter();
    let results = errors.into_iter().enumerate();
    Ok(results
        .filter_map(|(place, error)| {
            let result = error.map_or_else(|| made.next(), |error| Some(Err(error)))?;
            Some(result.map_err(|error| error.with_index(place)))
        })
        .collect())
}

/// The results of a call that fails as a whole for one malformed row. After such a failure, each row
/// has a call of its own, so that each result is computed at most twice.
///
/// # Errors
///
/// An error that is not about one of the rows.
pub(crate) fn all_or_alone<R, T>(
    rows: &[R],
    call: impl Fn(&[R]) -> Result<Vec<T>>,
) -> Result<Vec<Result<T>>> {
    match call(rows) {
        Ok(made) => return Ok(made.into_iter().map(Ok).collect()),
        Err(error) if error.kind() != ErrorKind::Input => return Err(error),
        Err(_) => {}
    }
    rows.iter()
        .map(|row| match call(slice::from_ref(row)) {
            Ok(made) => made.into_iter().next().map(Ok).ok_or_else(miscounted),
            Err(error) if error.kind() == ErrorKind::Input => Ok(Err(error)),
            Err(error) => Err(error),
        })
        .collect()
}

fn miscounted() -> Error {
    Error::Integrity {
        message: "a call gave another number of results than rows".to_owned(),
    }
}
