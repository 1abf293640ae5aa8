//! The footer of a Parquet file: its columns, and where the values of each row group lie.
//!
//! Source: src/main/thrift/parquet.thrift of apache/parquet-format.

use std::ops::Range;

use super::super::{Fault, FormatError};
use super::{MAGIC, MOST_ROWS, thrift};

/// The bytes after the footer: its length and the magic number.
const TAIL: usize = 8;

/// The columns and row groups of a file.
#[derive(Debug)]
pub(super) struct Footer {
    pub(super) columns: Vec<Column>,
    pub(super) groups: Vec<Group>,
}

/// A column of one value in each row, or of a list of values.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) physical: Physical,
    /// The position among the chunks of a row group.
    leaf: usize,
    /// The definition level of a value that is not null.
    pub(super) definition: u8,
    /// The number of lists around a value, which is 0 or 1 in what is read.
    pub(super) repetition: u8,
}

/// The type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Physical {
    Int32,
    Int64,
    Bytes,
    Fixed(usize),
    /// No value in any row.
    Null,
    /// Text, another type, or a structure of several columns.
    Other,
}

impl Physical {
    /// Whether a value of this type can have `width` bytes.
    pub(super) fn holds(self, width: usize) -> bool {
        match self {
            Self::Int32 => width == size_of::<u32>(),
            Self::Int64 => width == size_of::<u64>(),
            Self::Bytes => true,
            Self::Fixed(length) => length == width,
            Self::Null | Self::Other => false,
        }
    }
}

/// A row group.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) rows: usize,
    chunks: Vec<Option<Chunk>>,
}

/// The values of one column in a row group.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    pub(super) codec: i64,
    /// The number of values, null ones included.
    pub(super) values: usize,
    /// The place in the file.
    pub(super) place: Range<usize>,
}

impl Footer {
    pub(super) fn read(content: &[u8]) -> Result<Self, FormatError> {
        let end = content.len();
        let fault = |position: usize, fault| FormatError::at(format!("byte {position}"), fault);
        if end < MAGIC.len() + TAIL || !content.ends_with(MAGIC) {
            return Err(fault(end, Fault::Truncated));
        }
        let (before, tail) = content.split_at(end - TAIL);
        let length = u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]) as usize;
        let start = before.len().checked_sub(length);
        let Some(start) = start.filter(|start| *start >= MAGIC.len()) else {
            return Err(fault(end - TAIL, Fault::Truncated));
        };
        let (fields, _) = thrift::read(&before[start..], start)?;
        let rows = fields.need_length(3, "num_rows")?;
        if rows > MOST_ROWS {
            return Err(FormatError::ManyRows {
                rows,
                most: MOST_ROWS,
            });
        }
        let (columns, leaves) = columns(&fields.need_structs(2, "schema")?)?;
        let mut groups = Vec::new();
        for (number, group) in fields.need_structs(4, "row_groups")?.iter().enumerate() {
            let group = Group::read(group, start, leaves);
            groups.push(group.map_err(|error| error.within(&format!("row group {number}")))?);
        }
        let counted: usize = groups.iter().map(|group| group.rows).sum();
        if counted != rows {
            return Err(FormatError::Count {
                what: "rows in the row groups",
                actual: counted,
                expected: rows,
            });
        }
        Ok(Self { columns, groups })
    }
}

/// The columns of the schema, a tree in depth-first order, and the number of its leaves.
fn columns(schema: &[&thrift::Fields<'_>]) -> Result<(Vec<Column>, usize), FormatError> {
    let children = |element: &thrift::Fields<'_>| match element.int(5, "num_children")? {
        None => Ok(0),
        Some(count) => {
            let count = usize::try_from(count).ok();
            // Each child is an element.
            let count = count.filter(|count| *count < schema.len());
            count.ok_or_else(|| FormatError::at("num_children", Fault::Truncated))
        }
    };
    let mut elements = schema.iter();
    let mut next = || {
        let element = elements.next();
        element.ok_or_else(|| FormatError::at("schema", Fault::Truncated))
    };
    let mut columns = Vec::new();
    let mut leaf = 0;
    for _ in 0..children(next()?)? {
        let element = next()?;
        let name = element.need_bytes(4, "name")?;
        let mut column = Column {
            name: String::from_utf8_lossy(name).into_owned(),
            physical: Physical::Other,
            leaf,
            definition: 0,
            repetition: 0,
        };
        let mut last = element;
        column.nest(last)?;
        let mut open = children(last)?;
        // A list is a column with one group in another.
        let mut is_single = true;
        if open == 0 {
            leaf += 1;
        }
        while open > 0 {
            is_single &= open == 1;
            last = next()?;
            column.nest(last)?;
            let inner = children(last)?;
            open = open - 1 + inner;
            if inner == 0 {
                leaf += 1;
            }
        }
        if is_single && column.repetition <= 1 {
            column.physical = physical(last)?;
        }
        columns.push(column);
    }
    Ok((columns, leaf))
}

impl Column {
    /// Adds the levels of an element on the way to the values.
    fn nest(&mut self, element: &thrift::Fields<'_>) -> Result<(), FormatError> {
        let (definition, repetition) = match element.int(3, "repetition_type")? {
            Some(1) => (1, 0),
            Some(2) => (1, 1),
            _ => (0, 0),
        };
        // Deeper columns are not read.
        self.definition = self.definition.saturating_add(definition);
        self.repetition = self.repetition.saturating_add(repetition);
        Ok(())
    }

    /// The values of the column in a row group.
    pub(super) fn chunk<'g>(&self, group: &'g Group) -> Result<&'g Chunk, FormatError> {
        let chunk = group.chunks.get(self.leaf).and_then(Option::as_ref);
        let expected = "the place of values in this file";
        chunk.ok_or_else(|| FormatError::at("meta_data", Fault::Type { expected }))
    }
}

fn physical(element: &thrift::Fields<'_>) -> Result<Physical, FormatError> {
    let logical = element.need_struct(10, "logicalType");
    let is_text = element.int(6, "converted_type")? == Some(0)
        || logical
            .as_ref()
            .is_ok_and(|union| union.need_struct(1, "STRING").is_ok());
    let is_null = logical.is_ok_and(|union| union.need_struct(11, "UNKNOWN").is_ok());
    Ok(match element.int(1, "type")? {
        _ if is_null => Physical::Null,
        Some(1) => Physical::Int32,
        Some(2) => Physical::Int64,
        Some(6) if !is_text => Physical::Bytes,
        Some(7) => Physical::Fixed(element.need_length(2, "type_length")?),
        _ => Physical::Other,
    })
}

impl Group {
    /// Reads a row group. Its values lie before `footer`.
    fn read(
        fields: &thrift::Fields<'_>,
        footer: usize,
        leaves: usize,
    ) -> Result<Self, FormatError> {
        let rows = fields.need_length(3, "num_rows")?;
        if rows > MOST_ROWS {
            return Err(FormatError::ManyRows {
                rows,
                most: MOST_ROWS,
            });
        }
        let of_columns = fields.need_structs(1, "columns")?;
        super::super::sidecars::check_count("column chunks", of_columns.len(), leaves)?;
        let chunks = of_columns.iter().map(|chunk| Chunk::read(chunk, footer));
        Ok(Self {
            rows,
            chunks: chunks.collect(),
        })
    }
}

impl Chunk {
    /// Reads where the values lie; `None` for values that are encrypted, in another file or at no
    /// place of this file, which matters only for a column that is read.
    fn read(fields: &thrift::Fields<'_>, footer: usize) -> Option<Self> {
        if fields.need_bytes(1, "file_path").is_ok() {
            return None;
        }
        let fields = fields.need_struct(3, "meta_data").ok()?;
        let data = fields.need_length(9, "data_page_offset").ok()?;
        // Some writers leave zero where there is no dictionary.
        let dictionary = fields.need_length(11, "dictionary_page_offset").ok();
        let dictionary = dictionary.filter(|start| *start >= MAGIC.len());
        let start = dictionary.map_or(data, |start| start.min(data));
        let length = fields.need_length(7, "total_compressed_size").ok()?;
        let end = start.checked_add(length)?;
        if start < MAGIC.len() || end > footer {
            return None;
        }
        Some(Self {
            codec: fields.need_int(4, "codec").ok()?,
            values: fields.need_length(5, "num_values").ok()?,
            place: start..end,
        })
    }
}
