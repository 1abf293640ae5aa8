//! The decoded form of instructions.

/// A kind of register. Registers of 16 bits are kept in those of 32 bits, extended by zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Class {
    Predicate,
    Word,
    Long,
}

impl Class {
    /// The bytes that a register of words or long words takes in memory. Predicates are never in
    /// memory.
    pub(crate) fn size(self) -> usize {
        if self == Self::Long { 8 } else { 4 }
    }
}

/// A comparison, of unsigned or signed integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A state space that is read and written by address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    Global,
    Shared,
    Local,
}

/// The operation of an instruction. The operands are registers by position: results first, then
/// sources in the order of PTX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// `d = a + b`, with the carry flag as asked.
    Add {
        carry_in: bool,
        carry_out: bool,
    },
    /// `d = a - b`, with the borrow in the carry flag as asked.
    Subtract {
        carry_in: bool,
        carry_out: bool,
    },
    /// `d = low(a·b)`.
    MultiplyLow,
    /// `d = high(a·b)`, unsigned.
    MultiplyHigh,
    /// `d = low(a·b) + c`.
    MultiplyAddLow {
        carry_in: bool,
        carry_out: bool,
    },
    /// `d = high(a·b) + c`, unsigned.
    MultiplyAddHigh {
        carry_in: bool,
        carry_out: bool,
    },
    /// `MultiplyAddLow` with a carry out and the `MultiplyAddHigh` with a carry in that follows it,
    /// of the same factors: `(d0, d1) = a·b + (c0, c1)`. Skips the second instruction.
    MultiplyAddPair {
        carry_in: bool,
        carry_out: bool,
    },
    And,
    Or,
    Xor,
    Not,
    Negate,
    ShiftLeft,
    ShiftRight,
    ShiftRightSigned,
    Divide,
    Remainder,
    Minimum,
    Maximum,
    CountLeadingZeros,
    /// Picks bytes of `(a, b)` by the selector `c`.
    PermuteBytes,
    Move,
    /// `d = a` if `p`, else `b`.
    Select,
    /// `p = a ? b`.
    Compare {
        comparison: Comparison,
        signed: bool,
    },

    AddLong,
    SubtractLong,
    MultiplyLowLong,
    /// `d = a·b`, words to a long, unsigned.
    MultiplyWide,
    ShiftLeftLong,
    ShiftRightLong,
    MoveLong,
    SelectLong,
    CompareLong {
        comparison: Comparison,
        signed: bool,
    },
    /// A word extended by zeros.
    Extend,
    /// The low word.
    Truncate,

    AndPredicate,
    OrPredicate,
    XorPredicate,
    NotPredicate,
    MovePredicate,

    /// Reads `count` registers at an address and an offset.
    Load {
        space: Space,
        class: Class,
        count: u8,
    },
    /// Writes `count` registers at an address and an offset.
    Store {
        space: Space,
        class: Class,
        count: u8,
    },
    /// Reads a parameter at an offset.
    LoadParameter {
        class: Class,
    },
    /// Adds to a word of global memory; the result is the former value.
    AtomicAdd,

    /// Continues at the instruction with the index in `offset`.
    Branch,
    /// Waits for all threads of the block.
    Barrier,
    /// Ends the thread.
    Return,
}

/// The largest number of registers of an instruction.
pub(crate) const OPERANDS: usize = 6;

/// An instruction; `R` names a register.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instruction<R> {
    pub(crate) operation: Operation,
    /// The predicate under which the instruction is executed, and whether it is negated.
    pub(crate) guard: Option<(R, bool)>,
    /// Results, then sources.
    pub(crate) operands: [R; OPERANDS],
    /// The number of results, and of operands.
    pub(crate) results: u8,
    pub(crate) used: u8,
    /// The offset of an access, or the target of a branch.
    pub(crate) offset: i64,
    /// The line of the text, from 1.
    pub(crate) line: u32,
}

impl<R: Copy> Instruction<R> {
    /// The registers that are written.
    pub(crate) fn results(&self) -> &[R] {
        &self.operands[..self.results as usize]
    }

    /// The registers that are read, without the guard.
    pub(crate) fn sources(&self) -> &[R] {
        &self.operands[self.results as usize..self.used as usize]
    }
}
