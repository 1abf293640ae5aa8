//! The encodings of values in a page.
//!
//! Source: Encodings.md of apache/parquet-format.

use std::borrow::Cow;

use super::super::Fault;
use super::MOST_ROWS;
use super::footer::Physical;
use super::thrift::{unsigned, zigzag};

/// The most values in a list: the proofs of the cells of a blob.
pub(super) const LONGEST_LIST: usize = 128;
/// The most values of a dictionary: those of the longest column.
const MOST_ENTRIES: usize = MOST_ROWS * LONGEST_LIST;

type Result<T> = core::result::Result<T, Fault>;

/// The values of a page that are known before it is read: their type, and the dictionary.
#[derive(Debug)]
pub(super) struct Encoding<'p> {
    pub(super) physical: Physical,
    /// The length of each value in bytes.
    pub(super) width: usize,
    /// The values of the dictionary page.
    pub(super) dictionary: Option<Vec<Cow<'p, [u8]>>>,
}

impl<'p> Encoding<'p> {
    /// Reads the `count` values of a dictionary page.
    pub(super) fn set_dictionary(&mut self, page: &'p [u8], count: usize) -> Result<()> {
        if count > MOST_ENTRIES {
            return Err(Fault::Range {
                value: count as u64,
                most: MOST_ENTRIES as u64,
            });
        }
        self.dictionary = Some(self.plain(page, count)?);
        Ok(())
    }

    /// The `count` values of a page in an encoding. Integers are little-endian bytes.
    pub(super) fn decode(
        &self,
        encoding: i64,
        data: &'p [u8],
        count: usize,
    ) -> Result<Vec<Cow<'p, [u8]>>> {
        let is_integer = matches!(self.physical, Physical::Int32 | Physical::Int64);
        match (encoding, self.physical) {
            _ if count == 0 => Ok(Vec::new()),
            (PLAIN, _) => self.plain(data, count),
            (PLAIN_DICTIONARY | RLE_DICTIONARY, _) => self.dictionary_values(data, count),
            (DELTA_BINARY_PACKED, _) if is_integer => {
                let (numbers, _) = deltas(data, count)?;
                let bytes = numbers
                    .iter()
                    .map(|number| Cow::Owned(number.to_le_bytes()[..self.width].to_vec()));
                Ok(bytes.collect())
            }
            (DELTA_LENGTH_BYTE_ARRAY, Physical::Bytes) => {
                let (lengths, start) = deltas(data, count)?;
                let mut rest = &data[start..];
                let values = lengths.iter().map(|&length| {
                    self.check(length)?;
                    take(&mut rest, self.width).map(Cow::Borrowed)
                });
                values.collect()
            }
            (DELTA_BYTE_ARRAY, Physical::Bytes | Physical::Fixed(_)) => {
                self.with_common_beginnings(data, count)
            }
            (BYTE_STREAM_SPLIT, Physical::Fixed(_) | Physical::Int32 | Physical::Int64) => {
                let values = (0..count).map(|value| {
                    let bytes = data.iter().skip(value).step_by(count).take(self.width);
                    Cow::Owned(bytes.copied().collect())
                });
                check_length(data.len(), count * self.width)?;
                Ok(values.collect())
            }
            _ => Err(Fault::Unsupported("the encoding")),
        }
    }

    /// Values one after the other, those of varying length after their lengths.
    fn plain(&self, data: &'p [u8], count: usize) -> Result<Vec<Cow<'p, [u8]>>> {
        let mut rest = data;
        let mut values = Vec::new();
        for _ in 0..count {
            if self.physical == Physical::Bytes {
                let (length, after) = rest.split_first_chunk().ok_or(Fault::Truncated)?;
                self.check(i64::from(u32::from_le_bytes(*length)))?;
                rest = after;
            }
            values.push(Cow::Borrowed(take(&mut rest, self.width)?));
        }
        Ok(values)
    }

    /// Positions in the dictionary.
    fn dictionary_values(&self, data: &[u8], count: usize) -> Result<Vec<Cow<'p, [u8]>>> {
        let entries = self.dictionary.as_ref().ok_or(Fault::Unsupported(
            "a page of positions in a dictionary without that dictionary",
        ))?;
        let (&width, data) = data.split_first().ok_or(Fault::Truncated)?;
        let positions = hybrid(data, u32::from(width), count)?;
        let values = positions.into_iter().map(|position| {
            let entry = entries.get(position as usize);
            entry.cloned().ok_or(Fault::Range {
                value: u64::from(position),
                most: entries.len().saturating_sub(1) as u64,
            })
        });
        values.collect()
    }

    /// Values that begin with a part of the value before them.
    fn with_common_beginnings(&self, data: &'p [u8], count: usize) -> Result<Vec<Cow<'p, [u8]>>> {
        let (shared, start) = deltas(data, count)?;
        let data = &data[start..];
        let (lengths, start) = deltas(data, count)?;
        let mut rest = &data[start..];
        let mut values: Vec<Cow<'p, [u8]>> = Vec::new();
        for (&shared, &length) in shared.iter().zip(&lengths) {
            self.check(shared.wrapping_add(length))?;
            let before: &[u8] = values.last().map_or(&[], |value| value);
            let shared = usize::try_from(shared).ok();
            let beginning = shared.and_then(|shared| before.get(..shared));
            let beginning = beginning.ok_or(Fault::Truncated)?;
            let end = take(&mut rest, self.width - beginning.len())?;
            let value = if beginning.is_empty() {
                Cow::Borrowed(end)
            } else {
                Cow::Owned([beginning, end].concat())
            };
            values.push(value);
        }
        Ok(values)
    }

    /// Checks the length of a value.
    fn check(&self, length: i64) -> Result<()> {
        check_length(usize::try_from(length).unwrap_or(usize::MAX), self.width)
    }
}

/// Checks a number of bytes.
pub(super) fn check_length(actual: usize, expected: usize) -> Result<()> {
    if actual == expected {
        return Ok(());
    }
    Err(Fault::Length {
        actual,
        expected,
        unit: "bytes",
    })
}

fn take<'p>(rest: &mut &'p [u8], length: usize) -> Result<&'p [u8]> {
    let (taken, after) = rest.split_at_checked(length).ok_or(Fault::Truncated)?;
    *rest = after;
    Ok(taken)
}

/// Reads `count` numbers of `width` bits each in the hybrid of run lengths and packed bits.
pub(super) fn hybrid(data: &[u8], width: u32, count: usize) -> Result<Vec<u32>> {
    if width > u32::BITS {
        return Err(Fault::Range {
            value: u64::from(width),
            most: u64::from(u32::BITS),
        });
    }
    let mut numbers = Vec::new();
    let mut rest = data;
    while numbers.len() < count {
        let left = count - numbers.len();
        let (header, length) = unsigned(rest)?;
        rest = &rest[length..];
        let run = usize::try_from(header >> 1).unwrap_or(usize::MAX);
        if run == 0 {
            return Err(Fault::Type {
                expected: "a run of values: its length is zero",
            });
        }
        if header & 1 == 0 {
            let bytes = take(&mut rest, width.div_ceil(8) as usize)?;
            let value = bits(bytes, 0, 8 * bytes.len() as u32) as u32;
            numbers.resize(numbers.len() + run.min(left), value);
        } else {
            // Groups of eight. The last group may be cut after the last value.
            let values = run.saturating_mul(8).min(left);
            let needed = (values * width as usize).div_ceil(8);
            let whole = run.saturating_mul(width as usize).min(rest.len());
            let packed = take(&mut rest, whole.max(needed))?;
            let each = (0..values).map(|value| bits(packed, value * width as usize, width) as u32);
            numbers.extend(each);
        }
    }
    Ok(numbers)
}

/// Reads `count` integers as differences in blocks. Returns the length of the data too.
fn deltas(data: &[u8], count: usize) -> Result<(Vec<i64>, usize)> {
    let mut rest = data;
    let number = |rest: &mut &[u8]| {
        let (number, length) = unsigned(rest)?;
        *rest = &rest[length..];
        Ok::<_, Fault>(number)
    };
    let block = number(&mut rest)?;
    let parts = number(&mut rest)?;
    let total = number(&mut rest)?;
    let first = zigzag(number(&mut rest)?);
    // The parts of a block are equal, and each has a multiple of 32 values.
    let part = block.checked_div(parts).unwrap_or_default();
    let is_whole = part > 0 && part % 32 == 0 && part.checked_mul(parts) == Some(block);
    let (Ok(part), Ok(parts)) = (usize::try_from(part), usize::try_from(parts)) else {
        return Err(Fault::Truncated);
    };
    if !is_whole || total != count as u64 {
        return Err(Fault::Type {
            expected: "as many differences as values, in whole blocks",
        });
    }
    let mut numbers = vec![first];
    let mut last = first;
    while numbers.len() < count {
        let least = zigzag(number(&mut rest)?);
        let widths = take(&mut rest, parts)?;
        for &width in widths {
            let left = count - numbers.len();
            if left == 0 {
                break;
            }
            if u32::from(width) > u64::BITS {
                return Err(Fault::Range {
                    value: u64::from(width),
                    most: u64::from(u64::BITS),
                });
            }
            let width = usize::from(width);
            let packed = take(
                &mut rest,
                (part / 8).checked_mul(width).ok_or(Fault::Truncated)?,
            )?;
            for value in 0..part.min(left) {
                let difference = bits(packed, value * width, width as u32).cast_signed();
                last = last.wrapping_add(least).wrapping_add(difference);
                numbers.push(last);
            }
        }
    }
    Ok((numbers, data.len() - rest.len()))
}

/// The number of `width` bits, at most 64, at a position in bits: the least significant bit comes
/// first.
fn bits(data: &[u8], position: usize, width: u32) -> u64 {
    let mut value = 0;
    for bit in 0..width as usize {
        let (byte, shift) = ((position + bit) / 8, (position + bit) % 8);
        let is_set = data.get(byte).is_some_and(|byte| byte >> shift & 1 == 1);
        value |= u64::from(is_set) << bit;
    }
    value
}

const PLAIN: i64 = 0;
const PLAIN_DICTIONARY: i64 = 2;
const DELTA_BINARY_PACKED: i64 = 5;
const DELTA_LENGTH_BYTE_ARRAY: i64 = 6;
const DELTA_BYTE_ARRAY: i64 = 7;
const RLE_DICTIONARY: i64 = 8;
const BYTE_STREAM_SPLIT: i64 = 9;
