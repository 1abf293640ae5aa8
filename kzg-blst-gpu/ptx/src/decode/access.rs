//! Instructions that read and write memory.

use super::{Decoder, Register, build};
use crate::error::ParseError;
use crate::instruction::{Class, Instruction, OPERANDS, Operation, Space};

impl Decoder<'_> {
    pub(super) fn atomic(&self, operands: &[&str]) -> Result<Instruction<Register>, ParseError> {
        let &[result, address, addend] = operands else {
            return Err(self.statement.error("unexpected number of operands"));
        };
        let result = self.register(result, Class::Word)?;
        let (address, offset) = self.address(address, Class::Long)?;
        let addend = self.source(addend, Class::Word)?;
        let registers = [result, address, addend];
        Ok(build(Operation::AtomicAdd, 1, &registers, offset))
    }

    /// `ld` and `st`: a state space, perhaps a vector, and a type.
    pub(super) fn access(
        &self,
        parts: &[&str],
        operands: &[&str],
    ) -> Result<Instruction<Register>, ParseError> {
        let &[name, space, ref kind @ ..] = parts else {
            return Err(self.unknown());
        };
        let (count, class) = match *kind {
            ["u32" | "b32" | "s32"] => (1, Class::Word),
            ["u64" | "b64" | "s64"] => (1, Class::Long),
            ["v2", "u32" | "b32" | "s32"] => (2, Class::Word),
            ["v4", "u32" | "b32" | "s32"] => (4, Class::Word),
            _ => return Err(self.unknown()),
        };
        let is_load = name == "ld";
        let &[first, second] = operands else {
            return Err(self.statement.error("unexpected number of operands"));
        };
        let (values, address) = if is_load {
            (first, second)
        } else {
            (second, first)
        };
        if is_load && space == "param" && count == 1 {
            let name = address.trim_matches(['[', ']']);
            let parameter = self.names.parameters.get(name);
            let parameter = parameter.filter(|parameter| parameter.0 == class);
            let (_, offset) = parameter.ok_or_else(|| self.statement.error("unknown parameter"))?;
            let result = self.register(values, class)?;
            let operation = Operation::LoadParameter { class };
            return Ok(build(operation, 1, &[result], *offset as i64));
        }
        let space = match space {
            "global" => Space::Global,
            "shared" => Space::Shared,
            "local" => Space::Local,
            _ => return Err(self.unknown()),
        };
        let address_class = match space {
            Space::Shared => Class::Word,
            Space::Global | Space::Local => Class::Long,
        };
        let (address, offset) = self.address(address, address_class)?;
        let values: Vec<&str> = match values.strip_prefix('<').and_then(|v| v.strip_suffix('>')) {
            Some(vector) => vector.split(',').map(str::trim).collect(),
            None => vec![values],
        };
        if values.len() != count {
            return Err(self.statement.error("unexpected number of operands"));
        }
        let mut registers = Vec::with_capacity(OPERANDS);
        for value in values {
            registers.push(if is_load {
                self.register(value, class)?
            } else {
                self.source(value, class)?
            });
        }
        registers.push(address);
        let count = count as u8;
        Ok(if is_load {
            let operation = Operation::Load {
                space,
                class,
                count,
            };
            build(operation, count as usize, &registers, offset)
        } else {
            build(
                Operation::Store {
                    space,
                    class,
                    count,
                },
                0,
                &registers,
                offset,
            )
        })
    }

    /// `[register]`, `[register+offset]`, or an array in the place of the register.
    fn address(&self, text: &str, class: Class) -> Result<(Register, i64), ParseError> {
        let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
        let inner = inner.ok_or_else(|| self.unknown())?;
        let (base, offset) = match inner.split_once('+') {
            Some((base, offset)) => {
                let offset = offset.parse().map_err(|_| self.unknown())?;
                (base, offset)
            }
            None => (inner, 0),
        };
        Ok((self.source(base, class)?, offset))
    }
}
