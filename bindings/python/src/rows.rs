//! A result for each row of a list, of which some are malformed.

use core::ops::Range;

use kzg_backends::kzg_traits::error::Result;
use kzg_backends::kzg_traits::{Error, ErrorKind};

/// The results of a call for many rows, each with its own error if it is malformed.
///
/// `call` computes the results of a range of rows, in order, and names the first malformed row of
/// the range in its error. Each row's result is computed at most twice, because a call ends at the
/// first malformed row.
///
/// # Errors
///
/// An error that is not about one of the rows.
pub(crate) fn each<T>(
    rows: usize,
    mut call: impl FnMut(Range<usize>) -> Result<Vec<T>>,
) -> Result<Vec<Result<T>>> {
    let mut results = Vec::with_capacity(rows);
    let mut end = rows;
    while results.len() < rows {
        let start = results.len();
        if start == end {
            end = rows;
        }
        match call(start..end) {
            Ok(found) => {
                if found.len() != end - start {
                    return Err(miscounted());
                }
                results.extend(found.into_iter().map(Ok));
            }
            Err(error) if error.kind() == ErrorKind::Input => match error.index() {
                Some(0) => results.push(Err(error.with_index(start))),
                // The rows before the malformed one come first.
                Some(index) if index < end - start => end = start + index,
                _ => return Err(error),
            },
            Err(error) => return Err(error),
        }
    }
    Ok(results)
}

fn miscounted() -> Error {
    Error::Integrity {
        message: "a call gave another number of results than rows".to_owned(),
    }
}
