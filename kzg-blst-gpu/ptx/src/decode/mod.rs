//! Statements to instructions over the registers that the text names.

mod access;
mod operands;

use std::collections::HashMap;

use crate::error::ParseError;
use crate::instruction::{Class, Comparison, Instruction, OPERANDS, Operation};
use crate::source::Located;
use operands::split_operands;

/// A value that a register holds during a whole launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fixed {
    Constant(u64),
    ThreadIndex,
    BlockIndex,
    BlockSize,
    GridSize,
}

/// A register of the text, or a value in the place of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Register {
    /// The index of a declared register.
    Declared(u32),
    Fixed(Class, Fixed),
}

/// The names that a kernel's statements use.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Declared registers, such as `%r12`.
    pub(crate) registers: HashMap<String, u32>,
    /// The class of each declared register.
    pub(crate) classes: Vec<Class>,
    /// The offsets of parameters, with their class.
    pub(crate) parameters: HashMap<String, (Class, usize)>,
    /// The offsets of arrays in shared or local memory.
    pub(crate) arrays: HashMap<String, u64>,
    /// The labels, as indices of instructions.
    pub(crate) labels: HashMap<String, usize>,
}

/// Decodes a statement.
///
/// # Errors
///
/// [`ParseError`] for an instruction or an operand that is not known.
pub(crate) fn decode(
    statement: &Located,
    names: &Names,
) -> Result<Instruction<Register>, ParseError> {
    Decoder { statement, names }.decode()
}

struct Decoder<'a> {
    statement: &'a Located,
    names: &'a Names,
}

impl Decoder<'_> {
    fn decode(&self) -> Result<Instruction<Register>, ParseError> {
        let mut text = &*self.statement.text;
        let mut guard = None;
        if let Some(rest) = text.strip_prefix('@') {
            let (name, rest) = rest.split_once(' ').ok_or_else(|| self.unknown())?;
            let (name, negated) = match name.strip_prefix('!') {
                Some(name) => (name, true),
                None => (name, false),
            };
            guard = Some((self.register(name, Class::Predicate)?, negated));
            text = rest.trim_start();
        }
        let (opcode, operands) = text.split_once(' ').unwrap_or((text, ""));
        let mut instruction = self.instruction(opcode, operands)?;
        if opcode.ends_with("16") {
            keep_low_halves(&mut instruction);
        }
        instruction.guard = guard;
        instruction.line = self.statement.line as u32;
        Ok(instruction)
    }

    fn instruction(&self, opcode: &str, text: &str) -> Result<Instruction<Register>, ParseError> {
        use Class::{Long, Predicate, Word};
        use Operation::*;
        let operands = split_operands(text);
        let parts: Vec<&str> = opcode.split('.').collect();
        let carries = |operation: fn(bool, bool) -> Operation| {
            operation(parts[0].ends_with('c'), parts.contains(&"cc"))
        };
        let (operation, classes): (Operation, &[Class]) = match opcode {
            "add.u32" | "add.s32" | "add.cc.u32" | "addc.u32" | "addc.cc.u32" => (
                carries(|carry_in, carry_out| Add {
                    carry_in,
                    carry_out,
                }),
                &[Word, Word, Word],
            ),
            "sub.u32" | "sub.s32" | "sub.cc.u32" | "subc.u32" | "subc.cc.u32" => (
                carries(|carry_in, carry_out| Subtract {
                    carry_in,
                    carry_out,
                }),
                &[Word, Word, Word],
            ),
            "mad.lo.u32" | "mad.lo.s32" | "mad.lo.cc.u32" | "madc.lo.u32" | "madc.lo.cc.u32" => (
                carries(|carry_in, carry_out| MultiplyAddLow {
                    carry_in,
                    carry_out,
                }),
                &[Word, Word, Word, Word],
            ),
            "mad.hi.u32" | "mad.hi.cc.u32" | "madc.hi.u32" | "madc.hi.cc.u32" => (
                carries(|carry_in, carry_out| MultiplyAddHigh {
                    carry_in,
                    carry_out,
                }),
                &[Word, Word, Word, Word],
            ),
            "mul.lo.u32" | "mul.lo.s32" => (MultiplyLow, &[Word, Word, Word]),
            "mul.hi.u32" => (MultiplyHigh, &[Word, Word, Word]),
            "mul.wide.u32" => (MultiplyWide, &[Long, Word, Word]),
            "mul.lo.u64" | "mul.lo.s64" => (MultiplyLowLong, &[Long, Long, Long]),
            "and.b32" | "and.b16" => (And, &[Word, Word, Word]),
            "or.b32" | "or.b16" => (Or, &[Word, Word, Word]),
            "xor.b32" | "xor.b16" => (Xor, &[Word, Word, Word]),
            "not.b32" => (Not, &[Word, Word]),
            "neg.s32" => (Negate, &[Word, Word]),
            "shl.b32" => (ShiftLeft, &[Word, Word, Word]),
            "shr.u32" | "shr.b32" => (ShiftRight, &[Word, Word, Word]),
            "shr.s32" => (ShiftRightSigned, &[Word, Word, Word]),
            "div.u32" => (Divide, &[Word, Word, Word]),
            "rem.u32" => (Remainder, &[Word, Word, Word]),
            "min.u32" => (Minimum, &[Word, Word, Word]),
            "max.u32" => (Maximum, &[Word, Word, Word]),
            "clz.b32" => (CountLeadingZeros, &[Word, Word]),
            "prmt.b32" => (PermuteBytes, &[Word, Word, Word, Word]),
            "mov.u32" | "mov.s32" | "mov.b32" | "mov.u16" | "mov.s16" | "mov.b16" => {
                (Move, &[Word, Word])
            }
            "selp.b32" | "selp.u32" | "selp.s32" | "selp.b16" | "selp.u16" | "selp.s16" => {
                (Select, &[Word, Word, Word, Predicate])
            }
            "add.u64" | "add.s64" => (AddLong, &[Long, Long, Long]),
            "sub.u64" | "sub.s64" => (SubtractLong, &[Long, Long, Long]),
            "shl.b64" => (ShiftLeftLong, &[Long, Long, Word]),
            "shr.u64" | "shr.b64" => (ShiftRightLong, &[Long, Long, Word]),
            // Addresses of global memory are generic addresses.
            "mov.u64" | "mov.s64" | "mov.b64" | "cvta.to.global.u64" => (MoveLong, &[Long, Long]),
            "selp.b64" | "selp.u64" | "selp.s64" => (SelectLong, &[Long, Long, Long, Predicate]),
            "cvt.u64.u32" => (Extend, &[Long, Word]),
            "cvt.u32.u64" => (Truncate, &[Word, Long]),
            "and.pred" => (AndPredicate, &[Predicate; 3]),
            "or.pred" => (OrPredicate, &[Predicate; 3]),
            "xor.pred" => (XorPredicate, &[Predicate; 3]),
            "not.pred" => (NotPredicate, &[Predicate; 2]),
            "mov.pred" => (MovePredicate, &[Predicate; 2]),
            "atom.global.add.u32" => return self.atomic(&operands),
            "bar.sync" if text == "0" => (Barrier, &[]),
            "ret" => (Return, &[]),
            "bra" | "bra.uni" => {
                let target = self.names.labels.get(text);
                let target = target.ok_or_else(|| self.statement.error("unknown label"))?;
                return Ok(build(Branch, 0, &[], *target as i64));
            }
            _ if parts[0] == "setp" && parts.len() == 3 => {
                let (operation, class) = self.comparison(parts[1], parts[2])?;
                return self.plain(operation, &[Predicate, class, class], &operands, 1);
            }
            _ if parts[0] == "ld" || parts[0] == "st" => return self.access(&parts, &operands),
            _ => return Err(self.unknown()),
        };
        if classes.is_empty() {
            return Ok(build(operation, 0, &[], 0));
        }
        self.plain(operation, classes, &operands, 1)
    }

    /// An instruction whose operands are registers and constants.
    fn plain(
        &self,
        operation: Operation,
        classes: &[Class],
        texts: &[&str],
        results: usize,
    ) -> Result<Instruction<Register>, ParseError> {
        if texts.len() != classes.len() {
            return Err(self.statement.error("unexpected number of operands"));
        }
        let mut registers = Vec::with_capacity(OPERANDS);
        for (index, (text, &class)) in texts.iter().zip(classes).enumerate() {
            registers.push(if index < results {
                self.register(text, class)?
            } else {
                self.source(text, class)?
            });
        }
        Ok(build(operation, results, &registers, 0))
    }

    fn comparison(&self, name: &str, kind: &str) -> Result<(Operation, Class), ParseError> {
        let comparison = match name {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            _ => return Err(self.unknown()),
        };
        let signed = kind.starts_with('s');
        let for_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        match kind {
            "u32" | "s32" | "u16" => Ok((Operation::Compare { comparison, signed }, Class::Word)),
            "b32" | "b16" | "s16" if for_equality => {
                let signed = false;
                Ok((Operation::Compare { comparison, signed }, Class::Word))
            }
            "u64" | "s64" => Ok((Operation::CompareLong { comparison, signed }, Class::Long)),
            "b64" if for_equality => {
                let signed = false;
                Ok((Operation::CompareLong { comparison, signed }, Class::Long))
            }
            _ => Err(self.unknown()),
        }
    }

    fn unknown(&self) -> ParseError {
        self.statement.error("unknown instruction")
    }
}

/// Brings the constants of an instruction on 16 bits to the form of its registers: extended by
/// zeros.
fn keep_low_halves(instruction: &mut Instruction<Register>) {
    for operand in &mut instruction.operands {
        if let Register::Fixed(Class::Word, Fixed::Constant(value)) = operand {
            *value &= 0xffff;
        }
    }
}

fn build(
    operation: Operation,
    results: usize,
    operands: &[Register],
    offset: i64,
) -> Instruction<Register> {
    let mut all = [Register::Fixed(Class::Word, Fixed::Constant(0)); OPERANDS];
    all[..operands.len()].copy_from_slice(operands);
    Instruction {
        operation,
        guard: None,
        operands: all,
        results: results as u8,
        used: operands.len() as u8,
        offset,
        line: 0,
    }
}
