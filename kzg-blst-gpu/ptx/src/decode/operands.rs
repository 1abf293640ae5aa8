//! Operands: registers, constants and the places of arrays.

use super::{Decoder, Fixed, Register};
use crate::error::ParseError;
use crate::instruction::Class;

impl Decoder<'_> {
    /// A declared register of the class.
    pub(super) fn register(&self, name: &str, class: Class) -> Result<Register, ParseError> {
        match self.names.registers.get(name) {
            Some(&index) if self.names.classes[index as usize] == class => {
                Ok(Register::Declared(index))
            }
            Some(_) => Err(self.statement.error("a register of another class")),
            None => Err(self.statement.error("unknown register")),
        }
    }

    /// A register, a constant, a special register or the address of an array.
    pub(super) fn source(&self, text: &str, class: Class) -> Result<Register, ParseError> {
        let special = match text {
            "%tid.x" => Some(Fixed::ThreadIndex),
            "%ctaid.x" => Some(Fixed::BlockIndex),
            "%ntid.x" => Some(Fixed::BlockSize),
            "%nctaid.x" => Some(Fixed::GridSize),
            _ => None,
        };
        if let (Some(special), Class::Word) = (special, class) {
            return Ok(Register::Fixed(class, special));
        }
        if text.starts_with('%') {
            return self.register(text, class);
        }
        let constant = match self.names.arrays.get(text) {
            Some(&address) => Some(address),
            None => integer(text),
        };
        let constant = constant.ok_or_else(|| self.statement.error("unknown operand"))?;
        let constant = match class {
            Class::Predicate => u64::from(constant != 0),
            Class::Word => constant & 0xffff_ffff,
            Class::Long => constant,
        };
        Ok(Register::Fixed(class, Fixed::Constant(constant)))
    }
}

/// Splits operands at commas outside of vectors. Vectors come in angle brackets: see `source`.
pub(super) fn split_operands(text: &str) -> Vec<&str> {
    let mut operands = Vec::new();
    let (mut depth, mut begin) = (0, 0);
    for (index, character) in text.char_indices() {
        match character {
            '<' => depth += 1,
            '>' => depth -= 1,
            ',' if depth == 0 => {
                operands.push(text[begin..index].trim());
                begin = index + 1;
            }
            _ => {}
        }
    }
    if !text[begin..].trim().is_empty() {
        operands.push(text[begin..].trim());
    }
    operands
}

/// A decimal or hexadecimal integer, perhaps negative, perhaps with the suffix `U`.
fn integer(text: &str) -> Option<u64> {
    let (digits, negative) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let digits = digits.strip_suffix('U').unwrap_or(digits);
    let value = match digits.strip_prefix("0x") {
        Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some(if negative {
        value.wrapping_neg()
    } else {
        value
    })
}
