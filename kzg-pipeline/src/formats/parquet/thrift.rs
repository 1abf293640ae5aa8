//! The compact protocol of Thrift, in which the footer and the page headers of a Parquet file are
//! written.
//!
//! Source: doc/specs/thrift-compact-protocol.md of apache/thrift.

use super::super::{Fault, FormatError};

/// Most values of a footer, or of a header. A footer with a row group for each row and thirty columns
/// has half as many.
const MOST_VALUES: usize = 1 << 20;

/// The deepest nesting of structures and lists. The format needs six levels.
const DEEPEST: usize = 24;

/// A value. Text and other bytes are not copied.
#[derive(Debug)]
pub(super) enum Value<'c> {
    Bool(bool),
    Int(i64),
    Bytes(&'c [u8]),
    List(Vec<Self>),
    Struct(Fields<'c>),
    /// A value of a type that Parquet reads from no field that is needed here.
    Other,
}

/// The fields of a structure by their numbers.
#[derive(Debug)]
pub(super) struct Fields<'c>(Vec<(i16, Value<'c>)>);

impl<'c> Fields<'c> {
    fn get(&self, id: i16) -> Option<&Value<'c>> {
        let field = self.0.iter().find(|(found, _)| *found == id);
        field.map(|(_, value)| value)
    }

    /// An optional number.
    pub(super) fn int(&self, id: i16, name: &'static str) -> Result<Option<i64>, FormatError> {
        match self.get(id) {
            None => Ok(None),
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(_) => Err(not(name, "a number")),
        }
    }

    /// A number that must be there.
    pub(super) fn need_int(&self, id: i16, name: &'static str) -> Result<i64, FormatError> {
        self.int(id, name)?.ok_or_else(|| missing(name))
    }

    /// A length or a count that must be there.
    pub(super) fn need_length(&self, id: i16, name: &'static str) -> Result<usize, FormatError> {
        let number = self.need_int(id, name)?;
        usize::try_from(number).map_err(|_| not(name, "a length"))
    }

    /// An optional truth value.
    pub(super) fn bool(&self, id: i16) -> Option<bool> {
        match self.get(id) {
            Some(Value::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    /// Bytes that must be there.
    pub(super) fn need_bytes(&self, id: i16, name: &'static str) -> Result<&'c [u8], FormatError> {
        match self.get(id) {
            None => Err(missing(name)),
            Some(Value::Bytes(bytes)) => Ok(bytes),
            Some(_) => Err(not(name, "bytes")),
        }
    }

    /// A list of structures that must be there.
    pub(super) fn need_structs(
        &self,
        id: i16,
        name: &'static str,
    ) -> Result<Vec<&Self>, FormatError> {
        let Some(Value::List(values)) = self.get(id) else {
            return Err(missing(name));
        };
        let each = values.iter().map(|value| match value {
            Value::Struct(fields) => Ok(fields),
            _ => Err(not(name, "a list of structures")),
        });
        each.collect()
    }

    /// A structure that must be there.
    pub(super) fn need_struct(&self, id: i16, name: &'static str) -> Result<&Self, FormatError> {
        match self.get(id) {
            None => Err(missing(name)),
            Some(Value::Struct(fields)) => Ok(fields),
            Some(_) => Err(not(name, "a structure")),
        }
    }
}

fn missing(name: &'static str) -> FormatError {
    FormatError::at(name, Fault::Missing)
}

fn not(name: &'static str, expected: &'static str) -> FormatError {
    FormatError::at(name, Fault::Type { expected })
}

/// Reads the structure at the beginning of `content`. Returns its length in bytes too. `start` is
/// the position of the content in the file.
pub(super) fn read(content: &[u8], start: usize) -> Result<(Fields<'_>, usize), FormatError> {
    let mut reader = Reader {
        content,
        read: 0,
        values: 0,
    };
    match reader.structure(0) {
        Ok(fields) => Ok((fields, reader.read)),
        Err(fault) => Err(FormatError::at(
            format!("byte {}", start + reader.read),
            fault,
        )),
    }
}

struct Reader<'c> {
    content: &'c [u8],
    read: usize,
    /// The number of values that were read.
    values: usize,
}

impl<'c> Reader<'c> {
    fn take(&mut self, length: usize) -> Result<&'c [u8], Fault> {
        let end = self.read.checked_add(length);
        let taken = end.and_then(|end| self.content.get(self.read..end));
        let taken = taken.ok_or(Fault::Truncated)?;
        self.read += length;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        Ok(self.take(1)?[0])
    }

    fn unsigned(&mut self) -> Result<u64, Fault> {
        let (value, length) = unsigned(&self.content[self.read..])?;
        self.read += length;
        Ok(value)
    }

    fn signed(&mut self) -> Result<i64, Fault> {
        self.unsigned().map(zigzag)
    }

    /// A length or a count. Longer ones than the content are refused before anything is read.
    fn length(&mut self) -> Result<usize, Fault> {
        let length = self.unsigned()?;
        let rest = self.content.len() - self.read;
        match usize::try_from(length) {
            Ok(length) if length <= rest => Ok(length),
            _ => Err(Fault::Truncated),
        }
    }

    fn structure(&mut self, depth: usize) -> Result<Fields<'c>, Fault> {
        let mut fields = Vec::new();
        let mut last = 0_i16;
        loop {
            let header = self.byte()?;
            let kind = header & 0x0f;
            if kind == STOP {
                return Ok(Fields(fields));
            }
            let id = match header >> 4 {
                0 => i16::try_from(self.signed()?).ok(),
                delta => last.checked_add(i16::from(delta)),
            };
            last = id.ok_or(Fault::Type {
                expected: "the number of a field",
            })?;
            let value = match kind {
                TRUE | FALSE => {
                    self.count()?;
                    Value::Bool(kind == TRUE)
                }
                kind => self.value(kind, depth)?,
            };
            fields.push((last, value));
        }
    }

    /// Counts a value against the bound on their number, since a value may take no bytes.
    fn count(&mut self) -> Result<(), Fault> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(Fault::Range {
                value: self.values as u64,
                most: MOST_VALUES as u64,
            });
        }
        Ok(())
    }

    fn value(&mut self, kind: u8, depth: usize) -> Result<Value<'c>, Fault> {
        self.count()?;
        if depth == DEEPEST {
            return Err(Fault::Type {
                expected: "a structure of Parquet: nested too deeply",
            });
        }
        Ok(match kind {
            // In a list, a truth value has a byte of its own.
            TRUE | FALSE => Value::Bool(self.byte()? == TRUE),
            BYTE => Value::Int(i64::from(self.byte()?.cast_signed())),
            I16 | I32 | I64 => Value::Int(self.signed()?),
            DOUBLE => {
                self.take(8)?;
                Value::Other
            }
            BINARY => {
                let length = self.length()?;
                Value::Bytes(self.take(length)?)
            }
            LIST | SET => {
                let header = self.byte()?;
                let count = match header >> 4 {
                    15 => self.length()?,
                    count => usize::from(count),
                };
                let mut values = Vec::new();
                for _ in 0..count {
                    values.push(self.value(header & 0x0f, depth + 1)?);
                }
                Value::List(values)
            }
            MAP => {
                let count = self.length()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                for _ in 0..count {
                    self.value(kinds >> 4, depth + 1)?;
                    self.value(kinds & 0x0f, depth + 1)?;
                }
                Value::Other
            }
            STRUCT => Value::Struct(self.structure(depth + 1)?),
            UUID => {
                self.take(16)?;
                Value::Other
            }
            _ => {
                return Err(Fault::Type {
                    expected: "a type of Thrift",
                });
            }
        })
    }
}

/// Reads an unsigned number of variable length. Returns its length in bytes too.
pub(super) fn unsigned(content: &[u8]) -> Result<(u64, usize), Fault> {
    let mut value = 0_u64;
    for (position, &byte) in content.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * position);
        if byte & 0x80 == 0 {
            return Ok((value, position + 1));
        }
    }
    Err(if content.len() < 10 {
        Fault::Truncated
    } else {
        Fault::Type {
            expected: "a number of at most 64 bits",
        }
    })
}

/// The signed number that an unsigned one stands for.
pub(super) fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

const STOP: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
pub(super) const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
pub(super) const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;
const UUID: u8 = 13;

/// Writes a structure, field after field in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: Vec<u8>,
    /// The number of the last field of each structure that is open.
    open: Vec<i16>,
    last: i16,
}

impl Writer {
    fn field(&mut self, id: i16, kind: u8) {
        // Parquet's fields follow each other closely, so the long form is never needed.
        let delta = u8::try_from(id - self.last).unwrap_or_default();
        debug_assert!((1..16).contains(&delta), "fields in ascending order");
        self.out.push(delta << 4 | kind);
        self.last = id;
    }

    fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    fn signed(&mut self, value: i64) {
        self.unsigned((value << 1 ^ value >> 63).cast_unsigned());
    }

    pub(super) fn i32(&mut self, id: i16, value: i32) {
        self.field(id, I32);
        self.signed(i64::from(value));
    }

    pub(super) fn i64(&mut self, id: i16, value: usize) {
        self.field(id, I64);
        self.signed(value as i64);
    }

    pub(super) fn text(&mut self, id: i16, value: &str) {
        self.field(id, BINARY);
        self.item_text(value);
    }

    /// Begins a list of `count` items of a type. The items follow.
    pub(super) fn list(&mut self, id: i16, kind: u8, count: usize) {
        self.field(id, LIST);
        if count < 15 {
            self.out.push((count as u8) << 4 | kind);
        } else {
            self.out.push(0xf0 | kind);
            self.unsigned(count as u64);
        }
    }

    pub(super) fn item_i32(&mut self, value: i32) {
        self.signed(i64::from(value));
    }

    pub(super) fn item_text(&mut self, value: &str) {
        self.unsigned(value.len() as u64);
        self.out.extend(value.as_bytes());
    }

    /// Begins a structure that is an item of a list.
    pub(super) fn item_struct(&mut self) {
        self.open.push(self.last);
        self.last = 0;
    }

    /// Begins a structure that is a field.
    pub(super) fn begin(&mut self, id: i16) {
        self.field(id, STRUCT);
        self.item_struct();
    }

    /// Ends the last structure that was begun.
    pub(super) fn end(&mut self) {
        self.out.push(STOP);
        self.last = self.open.pop().unwrap_or_default();
    }

    /// Ends the outermost structure.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.out.push(STOP);
        self.out
    }
}
