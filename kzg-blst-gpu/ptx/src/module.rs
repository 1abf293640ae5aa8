//! Modules and kernels.

use std::collections::HashMap;
use std::sync::Arc;

use crate::allocation::{Slot, allocate};
use crate::decode::{Fixed, Names, decode};
use crate::error::ParseError;
use crate::instruction::{Class, Instruction, Operation};
use crate::source::{Located, Piece, pieces};

/// A module: the kernels of one text.
#[derive(Clone, Debug)]
pub struct Module {
    kernels: HashMap<String, Kernel>,
}

/// A kernel, decoded. Clones share the code.
#[derive(Clone, Debug)]
pub struct Kernel {
    pub(crate) code: Arc<Code>,
}

/// The instructions of a kernel and what they need.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) instructions: Vec<Instruction<Slot>>,
    /// The values that registers hold during a whole launch.
    pub(crate) fixed: Vec<(Class, Fixed, Slot)>,
    /// The numbers of registers: predicates, words and longs.
    pub(crate) slots: [usize; 3],
    /// The class and offset of each parameter.
    pub(crate) parameters: Vec<(Class, usize)>,
    /// The bytes of shared memory of a block, and of local memory of a thread.
    pub(crate) shared: usize,
    pub(crate) local: usize,
}

impl Module {
    /// Reads the text of a module.
    ///
    /// # Errors
    ///
    /// [`ParseError`] for everything outside the subset.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let pieces = pieces(text)?;
        let mut kernels = HashMap::new();
        let mut rest = &pieces[..];
        while let Some((header, body)) = rest.split_first() {
            if header.piece != Piece::Open {
                return Err(header.error("a statement outside of a kernel"));
            }
            let Some(length) = body.iter().position(|piece| piece.piece == Piece::Close) else {
                return Err(header.error("a kernel without an end"));
            };
            let (name, kernel) = read_kernel(header, &body[..length])?;
            if kernels.insert(name, kernel).is_some() {
                return Err(header.error("a second kernel of this name"));
            }
            rest = &body[length + 1..];
        }
        Ok(Self { kernels })
    }

    /// The kernel of a name.
    #[must_use]
    pub fn kernel(&self, name: &str) -> Option<&Kernel> {
        self.kernels.get(name)
    }
}

impl Kernel {
    /// The number of parameters.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.code.parameters.len()
    }

    /// The size of a parameter in bytes, 4 or 8.
    ///
    /// # Panics
    ///
    /// If there are not that many parameters.
    #[must_use]
    pub fn parameter_size(&self, index: usize) -> usize {
        self.code.parameters[index].0.size()
    }
}

fn read_kernel(header: &Located, body: &[Located]) -> Result<(String, Kernel), ParseError> {
    let (before, parameters) = header
        .text
        .split_once('(')
        .ok_or_else(|| header.error("no parameters"))?;
    let parameters = parameters
        .strip_suffix(')')
        .ok_or_else(|| header.error("a directive of a kernel"))?;
    let mut words = before.split_whitespace();
    let name = loop {
        match words.next() {
            Some(".version" | ".target" | ".address_size") => {
                words.next();
            }
            Some(".visible") => {}
            Some(".entry") => break words.next().unwrap_or_default().to_owned(),
            _ => return Err(header.error("not a kernel")),
        }
    };
    let mut names = Names::default();
    let mut layout = Vec::new();
    let mut end = 0_usize;
    for parameter in parameters.split(',').filter(|text| !text.trim().is_empty()) {
        let words: Vec<&str> = parameter.split_whitespace().collect();
        let (class, name) = match words[..] {
            [".param", ".u32", name] => (Class::Word, name),
            [".param", ".u64", name] => (Class::Long, name),
            _ => return Err(header.error("unknown parameter")),
        };
        let offset = end.next_multiple_of(class.size());
        end = offset + class.size();
        layout.push((class, offset));
        names.parameters.insert(name.to_owned(), (class, offset));
    }

    let (mut shared, mut local) = (0, 0);
    let mut statements = Vec::new();
    for piece in body {
        match piece.piece {
            Piece::Label => {
                let label = piece.text.clone();
                if names.labels.insert(label, statements.len()).is_some() {
                    return Err(piece.error("a second label of this name"));
                }
            }
            Piece::Statement if piece.text.starts_with('.') => {
                directive(piece, &mut names, &mut shared, &mut local)?;
            }
            Piece::Statement => statements.push(piece),
            Piece::Open | Piece::Close => return Err(piece.error("a block in a kernel")),
        }
    }
    let instructions: Result<Vec<_>, _> = statements.iter().map(|s| decode(s, &names)).collect();
    let mut instructions = instructions?;
    let ends = matches!(
        instructions.last(),
        Some(last) if last.guard.is_none()
            && matches!(last.operation, Operation::Return | Operation::Branch)
    );
    if !ends || names.labels.values().any(|&at| at >= instructions.len()) {
        return Err(header.error("a kernel that does not end with ret"));
    }
    pair(&mut instructions, &names);
    let allocated = allocate(&instructions, &names.classes);
    let code = Code {
        instructions: allocated.instructions,
        fixed: allocated.fixed,
        slots: allocated.slots,
        parameters: layout,
        shared,
        local,
    };
    Ok((
        name,
        Kernel {
            code: Arc::new(code),
        },
    ))
}

/// Declarations of registers and arrays.
fn directive(
    piece: &Located,
    names: &mut Names,
    shared: &mut usize,
    local: &mut usize,
) -> Result<(), ParseError> {
    let words: Vec<&str> = piece.text.split_whitespace().collect();
    match words[..] {
        [".pragma", "\"nounroll\""] => Ok(()),
        [".reg", class, name] => {
            let class = match class {
                ".pred" => Class::Predicate,
                ".b16" | ".b32" | ".u32" => Class::Word,
                ".b64" | ".u64" => Class::Long,
                _ => return Err(piece.error("unknown class of registers")),
            };
            let mut declare = |name: String| {
                let index = names.classes.len() as u32;
                names.classes.push(class);
                names.registers.insert(name, index);
            };
            match name.split_once('<') {
                None => declare(name.to_owned()),
                Some((name, count)) => {
                    let count: u32 = count
                        .strip_suffix('>')
                        .and_then(|count| count.parse().ok())
                        .filter(|&count| count <= 1 << 20)
                        .ok_or_else(|| piece.error("unknown number of registers"))?;
                    (0..count).for_each(|index| declare(format!("{name}{index}")));
                }
            }
            Ok(())
        }
        [
            space @ (".shared" | ".local"),
            ".align",
            align,
            ".b8",
            array,
        ] => {
            let parsed = array.split_once('[').and_then(|(name, length)| {
                let length: usize = length.strip_suffix(']')?.parse().ok()?;
                let align: usize = align.parse().ok()?;
                (length <= 1 << 20 && matches!(align, 1 | 2 | 4 | 8 | 16))
                    .then_some((name, length, align))
            });
            let (name, length, align) = parsed.ok_or_else(|| piece.error("unknown array"))?;
            let end = if space == ".shared" { shared } else { local };
            let offset = end.next_multiple_of(align);
            *end = offset + length;
            names.arrays.insert(name.to_owned(), offset as u64);
            Ok(())
        }
        _ => Err(piece.error("unknown directive")),
    }
}

/// Joins the low and high halves of multiply-add instructions that follow each other. The second
/// instruction stays in its place and is skipped.
fn pair(instructions: &mut [Instruction<crate::decode::Register>], names: &Names) {
    let targets: std::collections::HashSet<usize> = names.labels.values().copied().collect();
    for index in 1..instructions.len() {
        let (low, high) = (instructions[index - 1], instructions[index]);
        let Operation::MultiplyAddLow {
            carry_in,
            carry_out: true,
        } = low.operation
        else {
            continue;
        };
        let Operation::MultiplyAddHigh {
            carry_in: true,
            carry_out,
        } = high.operation
        else {
            continue;
        };
        let [d0, a, b, c0] = [0, 1, 2, 3].map(|at| low.operands[at]);
        let [d1, a1, b1, c1] = [0, 1, 2, 3].map(|at| high.operands[at]);
        let unguarded = low.guard.is_none() && high.guard.is_none();
        let same = a == a1 && b == b1 && d0 != a && d0 != b && d0 != c1 && d0 != d1;
        if unguarded && same && !targets.contains(&index) {
            let paired = &mut instructions[index - 1];
            paired.operation = Operation::MultiplyAddPair {
                carry_in,
                carry_out,
            };
            paired.operands = [d0, d1, a, b, c0, c1];
            paired.results = 2;
            paired.used = 6;
        }
    }
}
