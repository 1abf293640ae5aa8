//! Rows of a record batch in calls for many items.

use kzg_traits::checks::check_canonical;
use kzg_traits::{Blob, Error, ErrorKind};

use crate::{Fault, Reason};

/// The result of a row: `None` if an argument is null.
pub(crate) type Row<T> = Option<Result<T, Reason>>;

/// The parsed arguments of a row: `None` if an argument is null.
pub(crate) type Parsed<T> = Option<Result<T, Error>>;

/// The largest number of blobs of a call. A batch verification of 64 blobs is the fastest for each
/// blob; see `KzgSettings::items_per_call`.
pub(crate) const BLOBS_PER_CALL: usize = 64;

/// The largest number of blobs of a call whose results are cells: 4 MiB of cells.
pub(crate) const EXTENSIONS_PER_CALL: usize = 16;

/// Calls for the well-formed rows, at most `most` rows at a time.
///
/// `call` gives a verdict on each item; its own error is that of the whole call.
///
/// # Errors
///
/// [`Fault::Kzg`] for an error that is not about malformed input.
pub(crate) fn in_calls<T: Clone, R>(
    function: &'static str,
    most: usize,
    rows: Vec<Parsed<T>>,
    call: impl Fn(&[T]) -> Result<Vec<Result<R, Error>>, Error>,
) -> Result<Vec<Row<R>>, Fault> {
    let mut results: Vec<Row<R>> = Vec::with_capacity(rows.len());
    let mut places = Vec::new();
    let mut items = Vec::new();
    for (place, row) in rows.into_iter().enumerate() {
        results.push(match row {
            Some(Err(error)) => Some(Err(reason(function, error)?)),
            Some(Ok(item)) => {
                places.push(place);
                items.push(item);
                None
            }
            None => None,
        });
    }
    for (places, items) in places.chunks(most).zip(items.chunks(most)) {
        let verdicts = call(items).map_err(|error| Fault::Kzg { function, error })?;
        for (&place, verdict) in places.iter().zip(verdicts) {
            results[place] = Some(match verdict {
                Ok(value) => Ok(value),
                Err(error) => Err(reason(function, error)?),
            });
        }
    }
    Ok(results)
}

/// The reason of a row for an error about its input. The error names no position in the batch.
///
/// # Errors
///
/// [`Fault::Kzg`] for any other error.
pub(crate) fn reason(function: &'static str, error: Error) -> Result<Reason, Fault> {
    if error.kind() == ErrorKind::Input {
        Ok(Reason::new(function, error))
    } else {
        Err(Fault::Kzg { function, error })
    }
}

/// Results by one call; after a malformed item, by a call for each. The time is at most twice that of
/// well-formed items.
pub(crate) fn many_or_one_by_one<T, R>(
    items: &[T],
    many: impl Fn(&[T]) -> Result<Vec<R>, Error>,
) -> Result<Vec<Result<R, Error>>, Error> {
    match many(items) {
        Ok(results) => return Ok(results.into_iter().map(Ok).collect()),
        Err(error) if error.kind() != ErrorKind::Input => return Err(error),
        Err(error) if items.len() == 1 => return Ok(vec![Err(error)]),
        Err(_) => {}
    }
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        match many(core::slice::from_ref(item)) {
            Ok(one) => results.extend(one.into_iter().map(Ok)),
            Err(error) if error.kind() == ErrorKind::Input => results.push(Err(error)),
            Err(error) => return Err(error),
        }
    }
    Ok(results)
}

/// The bytes as a blob whose field elements are canonical. Without the check, one malformed blob would
/// fail the call for all blobs of the batch.
pub(crate) fn blob(bytes: &[u8]) -> Result<&Blob, Error> {
    let blob = Blob::from_slice(bytes)?;
    check_canonical(0, blob)?;
    Ok(blob)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kzg_traits::execution::BLS_MODULUS;

    fn malformed(index: usize) -> Error {
        Error::CellOrder { index }
    }

    #[test]
    fn one_malformed_item_takes_no_answer_from_the_others() {
        let many = |items: &[usize]| {
            let bad = items.iter().position(|&item| item == 3);
            bad.map_or_else(|| Ok(items.to_vec()), |index| Err(malformed(index)))
        };
        let results = many_or_one_by_one(&[1, 2, 3, 4], many).expect("no fault");
        assert_eq!(results, [Ok(1), Ok(2), Err(malformed(0)), Ok(4)]);
    }

    #[test]
    fn a_fault_is_no_verdict_on_an_item() {
        let many = |_: &[usize]| -> Result<Vec<usize>, Error> { Err(Error::Cancelled) };
        assert_eq!(many_or_one_by_one(&[1, 2], many), Err(Error::Cancelled));
        let rows = vec![Some(Ok(1))];
        let outcome = in_calls("f", 1, rows, |_| Ok(vec![Err::<(), _>(Error::Cancelled)]));
        assert!(matches!(
            outcome,
            Err(Fault::Kzg {
                error: Error::Cancelled,
                ..
            })
        ));
    }

    #[test]
    fn nulls_and_malformed_rows_keep_their_places_over_several_calls() {
        let rows = vec![
            None,
            Some(Ok(1)),
            Some(Err(malformed(0))),
            Some(Ok(2)),
            Some(Ok(3)),
        ];
        let results = in_calls("f", 2, rows, |items| {
            assert!(items.len() <= 2);
            Ok(items.iter().map(|item| Ok(item * 10)).collect())
        });
        let expected = [
            None,
            Some(Ok(10)),
            Some(Err(Reason::new("f", malformed(0)))),
            Some(Ok(20)),
            Some(Ok(30)),
        ];
        assert_eq!(results.expect("no fault"), expected);
    }

    #[test]
    fn the_group_order_is_not_canonical_and_the_number_below_it_is() {
        let mut bytes = vec![0; Blob::LENGTH];
        bytes[17 * 32..18 * 32].copy_from_slice(&BLS_MODULUS);
        let error = blob(&bytes).expect_err("not canonical");
        assert!(matches!(error, Error::FieldElement { element: 17, .. }));
        bytes[18 * 32 - 1] = 0;
        assert!(blob(&bytes).is_ok());
    }
}
