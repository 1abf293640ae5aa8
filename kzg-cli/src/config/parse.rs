//! The parsers of the settings' values.

use core::str::FromStr;
use std::num::NonZeroUsize;

use bytesize::ByteSize;
use kzg_advanced::cross_check::CrossCheck;
use kzg_advanced::{BackendId, Precompute};

use super::error::ValueError;

/// Reads one word; case and white space at the ends do not matter.
pub(super) fn word<T>(text: &str) -> Result<T, ValueError>
where
    T: FromStr<Err: Into<ValueError>>,
{
    let word = text.trim().to_ascii_lowercase();
    word.parse().map_err(Into::into)
}

/// Reads words that are separated by commas.
pub(super) fn words<T>(text: &str) -> Result<Vec<T>, ValueError>
where
    T: FromStr<Err: Into<ValueError>>,
{
    text.split(',').map(word).collect()
}

/// Reads the name of a backend, or another word of a setting. Case and white space at the ends do
/// not matter.
pub(super) fn backend_name<T: FromStr>(
    text: &str,
    known: &[&'static str],
) -> Result<T, ValueError> {
    let name = text.trim().to_ascii_lowercase();
    name.parse().map_err(|_| ValueError::UnknownBackend {
        text: text.to_owned(),
        known: known.to_vec(),
    })
}

/// Reads the name of one backend.
pub(crate) fn one_backend(text: &str) -> Result<BackendId, ValueError> {
    let known: Vec<&'static str> = BackendId::ALL.iter().map(|id| id.name()).collect();
    backend_name(text, &known)
}

/// Reads the share of the calls that a second backend confirms.
pub(super) fn cross_check(text: &str) -> Result<CrossCheck, ValueError> {
    let text = text.trim();
    let wrong = || ValueError::NotARate {
        text: text.to_owned(),
    };
    match text.to_ascii_lowercase().as_str() {
        "off" => Ok(CrossCheck::Off),
        "all" => Ok(CrossCheck::Always),
        _ => match text.parse::<f64>().map_err(|_| wrong())? {
            0.0 => Ok(CrossCheck::Off),
            1.0 => Ok(CrossCheck::Always),
            rate => CrossCheck::sample(rate).map_err(|_| wrong()),
        },
    }
}

/// Reads a number from 1 to `most`; `None` for `word`.
pub(super) fn number_or(
    word: &'static str,
    most: usize,
    text: &str,
) -> Result<Option<NonZeroUsize>, ValueError> {
    let text = text.trim();
    if text.eq_ignore_ascii_case(word) {
        return Ok(None);
    }
    match text.parse::<NonZeroUsize>() {
        Ok(number) if number.get() <= most => Ok(Some(number)),
        _ => Err(ValueError::NotANumber {
            text: text.to_owned(),
            word,
            most,
        }),
    }
}

/// Reads the memory of a table: a level, or a size with its unit.
pub(super) fn precompute(text: &str) -> Result<Precompute, ValueError> {
    match text.trim().to_ascii_lowercase().as_str() {
        "none" => return Ok(Precompute::NONE),
        "small" => return Ok(Precompute::SMALL),
        "large" => return Ok(Precompute::LARGE),
        _ => {}
    }
    let text = text.trim().to_owned();
    let Ok(bytes) = size(&text) else {
        return Err(ValueError::NotATableSize { text });
    };
    usize::try_from(bytes)
        .map(Precompute::within)
        .map_err(|_| ValueError::TooLarge { text })
}

/// Reads a number of bytes with its unit. A bare number is refused: it was meant in bytes by some
/// and in megabytes by others.
pub(crate) fn size(text: &str) -> Result<u64, ValueError> {
    let text = text.trim();
    let has_unit = text.ends_with(|last: char| last.is_ascii_alphabetic());
    match text.parse::<ByteSize>() {
        Ok(size) if has_unit => Ok(size.as_u64()),
        _ => Err(ValueError::NotASize {
            text: text.to_owned(),
        }),
    }
}
