//! The pages of a column in a row group: headers, compression, levels.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::Read;

use super::super::{Fault, FormatError, LONGEST_FILE};
use super::footer::{Chunk, Column};
use super::values::{self, Encoding, LONGEST_LIST};
use super::{MOST_ROWS, thrift};

/// The values of a column that are read, and their length.
#[derive(Debug)]
pub(super) struct Reader<'c> {
    content: &'c [u8],
    column: &'c Column,
    /// The length of each value in bytes.
    width: usize,
    /// The bytes that pages may still hold uncompressed.
    budget: usize,
    /// The bytes that pages may still take in the file. Chunks could name the same pages again and
    /// again.
    unread: usize,
    /// The value of each row, null or of `width` bytes, or of as many in each item of its list.
    rows: Vec<Option<Vec<u8>>>,
}

/// The header of a page.
struct Header {
    kind: i64,
    uncompressed: usize,
    compressed: usize,
    crc: Option<u32>,
}

/// The values of a page that begins with levels.
struct DataPage<'p> {
    count: usize,
    encoding: i64,
    repetition: Vec<u32>,
    definition: Vec<u32>,
    values: &'p [u8],
}

impl<'c> Reader<'c> {
    pub(super) fn new(content: &'c [u8], column: &'c Column, width: usize) -> Self {
        Self {
            content,
            column,
            width,
            budget: LONGEST_FILE as usize,
            unread: content.len(),
            rows: Vec::new(),
        }
    }

    /// The value of each row that was read.
    pub(super) fn finish(self) -> Vec<Option<Vec<u8>>> {
        self.rows
    }

    /// Reads the values of a row group with this number of rows.
    pub(super) fn chunk(&mut self, chunk: &Chunk, rows: usize) -> Result<(), FormatError> {
        let before = self.rows.len();
        let most = if self.column.repetition == 0 {
            rows
        } else {
            rows * LONGEST_LIST
        };
        if chunk.values > most {
            let (value, most) = (chunk.values as u64, most as u64);
            return Err(FormatError::at("num_values", Fault::Range { value, most }));
        }
        let dictionary_page = OnceCell::new();
        let mut encoding = Encoding {
            physical: self.column.physical,
            width: self.width,
            dictionary: None,
        };
        let mut position = chunk.place.start;
        let mut left = chunk.values;
        while left > 0 {
            let place = format!("page at byte {position}");
            let at_page = |error: FormatError| error.within(&place);
            let rest = &self.content[position..chunk.place.end];
            let (fields, length) = thrift::read(rest, position)?;
            let header = Header::read(&fields).map_err(at_page)?;
            let body = rest[length..].get(..header.compressed);
            let body = body.ok_or_else(|| at_page(FormatError::at("body", Fault::Truncated)))?;
            position += length + header.compressed;
            let unread = self.unread.checked_sub(length + header.compressed);
            let expected = "a page of one row group alone";
            let overlap = || at_page(FormatError::at("body", Fault::Type { expected }));
            self.unread = unread.ok_or_else(overlap)?;
            if header.crc.is_some_and(|crc| crc != crc32fast::hash(body)) {
                return Err(at_page(FormatError::at("crc", Fault::Checksum)));
            }
            match header.kind {
                DATA | DATA_V2 => {
                    self.spend(header.uncompressed)?;
                    let mut plain = Cow::default();
                    let page = self.levels(&fields, &header, chunk.codec, body, &mut plain);
                    let page = page.map_err(at_page)?;
                    if page.count > left {
                        let (value, most) = (page.count as u64, left as u64);
                        let reason = Fault::Range { value, most };
                        return Err(at_page(FormatError::at("num_values", reason)));
                    }
                    left -= page.count;
                    self.take(&page, &encoding, before + rows)
                        .map_err(at_page)?;
                }
                DICTIONARY if encoding.dictionary.is_none() => {
                    self.spend(header.uncompressed)?;
                    let of_page = fields.need_struct(7, "dictionary_page_header");
                    let count = of_page.and_then(|page| page.need_length(1, "num_values"));
                    let plain = decompressed(chunk.codec, body, header.uncompressed);
                    let plain = plain.map_err(|fault| at_page(body_fault(fault)))?;
                    let page = dictionary_page.get_or_init(|| plain);
                    let read = encoding.set_dictionary(page, count.map_err(at_page)?);
                    read.map_err(|fault| at_page(body_fault(fault)))?;
                }
                INDEX => {}
                _ => {
                    let expected = "a page of values";
                    return Err(at_page(FormatError::at("type", Fault::Type { expected })));
                }
            }
        }
        let read = self.rows.len() - before;
        super::super::sidecars::check_count("rows", read, rows)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), FormatError> {
        self.budget = self.budget.checked_sub(bytes).ok_or(FormatError::TooLong)?;
        Ok(())
    }

    /// Reads the levels of a page and decompresses the values, into `plain` where they are
    /// compressed.
    fn levels<'p>(
        &self,
        fields: &thrift::Fields<'_>,
        header: &Header,
        codec: i64,
        body: &'p [u8],
        plain: &'p mut Cow<'p, [u8]>,
    ) -> Result<DataPage<'p>, FormatError> {
        let Column {
            definition,
            repetition,
            ..
        } = *self.column;
        let most = MOST_ROWS * LONGEST_LIST;
        if header.kind == DATA {
            let of_page = fields.need_struct(5, "data_page_header")?;
            let count = of_page.need_length(1, "num_values")?;
            *plain = decompressed(codec, body, header.uncompressed).map_err(body_fault)?;
            let mut rest: &[u8] = plain;
            let mut levels = |most_level: u8, id, name| {
                if most_level == 0 || count > most {
                    return Ok(Vec::new());
                }
                if of_page.need_int(id, name)? != RLE {
                    let what = "the encoding of levels BIT_PACKED";
                    return Err(FormatError::at(name, Fault::Unsupported(what)));
                }
                let (length, after) = rest.split_first_chunk().ok_or(cut(name))?;
                let length = u32::from_le_bytes(*length) as usize;
                let levels = after.get(..length).ok_or(cut(name))?;
                rest = &after[length..];
                of_level(levels, most_level, count, name)
            };
            let repetition = levels(repetition, 4, "repetition_level_encoding")?;
            let definition = levels(definition, 3, "definition_level_encoding")?;
            return Ok(DataPage {
                count,
                encoding: of_page.need_int(2, "encoding")?,
                repetition,
                definition,
                values: rest,
            });
        }
        let of_page = fields.need_struct(8, "data_page_header_v2")?;
        let count = of_page.need_length(1, "num_values")?;
        let mut rest = body;
        let mut levels = |most_level: u8, id, name| {
            let length = of_page.need_length(id, name)?;
            let levels = rest.get(..length).ok_or(cut(name))?;
            rest = &rest[length..];
            if most_level == 0 || count > most {
                return Ok(Vec::new());
            }
            of_level(levels, most_level, count, name)
        };
        let repetition = levels(repetition, 6, "repetition_levels_byte_length")?;
        let definition = levels(definition, 5, "definition_levels_byte_length")?;
        // The sizes count the levels, which are never compressed.
        let levels = body.len() - rest.len();
        let size = header.uncompressed.checked_sub(levels);
        let size = size.ok_or_else(|| cut("uncompressed_page_size"))?;
        let codec = match of_page.bool(7) {
            Some(false) => UNCOMPRESSED,
            _ => codec,
        };
        // Nulls alone take no bytes, compressed or not.
        *plain = match size {
            0 => Cow::default(),
            size => decompressed(codec, rest, size).map_err(body_fault)?,
        };
        Ok(DataPage {
            count,
            encoding: of_page.need_int(4, "encoding")?,
            repetition,
            definition,
            values: plain,
        })
    }

    /// Decodes the values of a page and adds them to the rows, of which there may be `most`.
    fn take<'p>(
        &mut self,
        page: &DataPage<'p>,
        encoding: &Encoding<'p>,
        most: usize,
    ) -> Result<(), FormatError> {
        let full = u32::from(self.column.definition);
        let present = match full {
            0 => page.count,
            _ => page
                .definition
                .iter()
                .filter(|level| **level == full)
                .count(),
        };
        let values = encoding.decode(page.encoding, page.values, present);
        let values = values.map_err(|fault| FormatError::at("values", fault))?;
        let mut values = values.into_iter();
        for place in 0..page.count {
            let is_null = full > 0 && page.definition[place] != full;
            let value = if is_null { None } else { values.next() };
            let begins = self.column.repetition == 0 || page.repetition[place] == 0;
            match (begins, value) {
                (true, _) if self.rows.len() == most => {
                    let (value, most) = (self.rows.len() as u64 + 1, most as u64);
                    return Err(FormatError::at("rows", Fault::Range { value, most }));
                }
                (true, value) => self.rows.push(value.map(Cow::into_owned)),
                // A null among the items of a list.
                (false, None) => return Err(FormatError::at("list", Fault::Null)),
                (false, Some(value)) => match self.rows.last_mut() {
                    Some(Some(list)) if list.len() < LONGEST_LIST * self.width => {
                        list.extend(&*value);
                    }
                    Some(Some(_)) => {
                        let most = LONGEST_LIST as u64;
                        let value = most + 1;
                        return Err(FormatError::at("list", Fault::Range { value, most }));
                    }
                    _ => return Err(FormatError::at("list", Fault::Null)),
                },
            }
        }
        Ok(())
    }
}

impl Header {
    fn read(fields: &thrift::Fields<'_>) -> Result<Self, FormatError> {
        Ok(Self {
            kind: fields.need_int(1, "type")?,
            uncompressed: fields.need_length(2, "uncompressed_page_size")?,
            compressed: fields.need_length(3, "compressed_page_size")?,
            // The format has no unsigned numbers.
            crc: fields.int(4, "crc")?.map(|crc| crc as u32),
        })
    }
}

fn cut(name: &'static str) -> FormatError {
    FormatError::at(name, Fault::Truncated)
}

fn body_fault(fault: Fault) -> FormatError {
    FormatError::at("body", fault)
}

/// The levels of `count` values.
fn of_level(
    data: &[u8],
    most: u8,
    count: usize,
    name: &'static str,
) -> Result<Vec<u32>, FormatError> {
    let width = u8::BITS - most.leading_zeros();
    values::hybrid(data, width, count).map_err(|fault| FormatError::at(name, fault))
}

/// The content of a page, which has `size` bytes.
fn decompressed(codec: i64, data: &[u8], size: usize) -> Result<Cow<'_, [u8]>, Fault> {
    let plain = match codec {
        UNCOMPRESSED => Cow::Borrowed(data),
        SNAPPY => {
            let expected = "intact data of the compression SNAPPY";
            let damaged = |_| Fault::Type { expected };
            values::check_length(snap::raw::decompress_len(data).map_err(damaged)?, size)?;
            let plain = snap::raw::Decoder::new().decompress_vec(data);
            Cow::Owned(plain.map_err(damaged)?)
        }
        GZIP => {
            let decoder = flate2::read::MultiGzDecoder::new(data);
            Cow::Owned(read_all(decoder, size).ok_or(Fault::Type {
                expected: "intact data of the compression GZIP",
            })?)
        }
        ZSTD => {
            let expected = "intact data of the compression ZSTD";
            let damaged = Fault::Type { expected };
            let decoder = ruzstd::decoding::StreamingDecoder::new(data);
            let decoder = decoder.map_err(|_| damaged.clone())?;
            Cow::Owned(read_all(decoder, size).ok_or(damaged)?)
        }
        other => {
            return Err(Fault::Unsupported(match other {
                3 => "the compression LZO",
                4 => "the compression BROTLI",
                5 | 7 => "the compression LZ4",
                _ => "the compression",
            }));
        }
    };
    values::check_length(plain.len(), size)?;
    Ok(plain)
}

/// Reads the content of a decoder, at most one byte more than expected.
fn read_all(decoder: impl Read, size: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let read = decoder.take(size as u64 + 1).read_to_end(&mut plain);
    read.is_ok().then_some(plain)
}

// Types of pages.
const DATA: i64 = 0;
const INDEX: i64 = 1;
const DICTIONARY: i64 = 2;
const DATA_V2: i64 = 3;

// Compressions.
const UNCOMPRESSED: i64 = 0;
const SNAPPY: i64 = 1;
const GZIP: i64 = 2;
const ZSTD: i64 = 6;

/// The encoding of levels in pages of the first version.
const RLE: i64 = 3;

#[cfg(test)]
mod tests {
    use kzg_traits::Blob;

    use super::super::super::{Format, Parquet, Sidecars};
    use super::super::footer::Footer;
    use super::*;

    /// Row groups that name the same pages would take a time without bound.
    #[test]
    fn pages_are_read_once() {
        let sidecars = Sidecars {
            blobs: vec![Blob::zeroed_on_heap()],
            ..Sidecars::default()
        };
        let content = Parquet.write(&sidecars).unwrap();
        let footer = Footer::read(&content).unwrap();
        let mut columns = footer.columns.iter();
        let column = columns.find(|column| column.name == "blob").unwrap();
        let chunk = column.chunk(&footer.groups[0]).unwrap();
        let mut reader = Reader::new(&content, column, Blob::LENGTH);
        reader.chunk(chunk, 1).unwrap();
        let error = reader.chunk(chunk, 1).unwrap_err().to_string();
        assert!(
            error.ends_with("not a page of one row group alone"),
            "{error}"
        );
    }
}
