//! Instructions that compute: registers to registers.

use core::array;

use super::Warp;
use super::lanes::{LANES, bits, blend, halves, lanes, pick};
use crate::allocation::Slot;
use crate::error::LaunchError;
use crate::instruction::{Comparison, Instruction, Operation};

impl Warp {
    /// A result and a carry of each thread, from three words and the carry flag.
    #[inline(always)]
    fn with_carry(
        &mut self,
        i: &Instruction<Slot>,
        mask: u32,
        (carry_in, carry_out): (bool, bool),
        f: impl Fn(u32, u32, u32, u32) -> (u32, u32),
    ) {
        let (a, b, c) = (
            self.word(i.operands[1]),
            self.word(i.operands[2]),
            self.word(i.operands[3]),
        );
        let mut results = [0; LANES];
        let mut carries = [0; LANES];
        for lane in 0..LANES {
            let carry = if carry_in { self.carry.0[lane] } else { 0 };
            (results[lane], carries[lane]) = f(a[lane], b[lane], c[lane], carry);
        }
        self.set_words(i.operands[0], mask, results);
        if carry_out {
            blend(&mut self.carry.0, mask, carries);
        }
    }

    #[inline(always)]
    pub(super) fn multiply_add_pair(
        &mut self,
        i: &Instruction<Slot>,
        mask: u32,
        carry_in: bool,
        carry_out: bool,
    ) {
        let [_, _, a, b, c0, c1] = i.operands.map(|slot| self.word(slot));
        let mut low = [0; LANES];
        let mut high = [0; LANES];
        let mut carries = [0; LANES];
        for lane in 0..LANES {
            let carry = if carry_in { self.carry.0[lane] } else { 0 };
            let product = u64::from(a[lane]) * u64::from(b[lane]);
            let sum = (product & 0xffff_ffff) + u64::from(c0[lane]) + u64::from(carry);
            low[lane] = sum as u32;
            let low_carry = (sum >> 32) as u32;
            let sum = (product >> 32) + u64::from(c1[lane]) + u64::from(low_carry);
            high[lane] = sum as u32;
            // Without a carry out, the carry of the low half stays.
            carries[lane] = if carry_out {
                (sum >> 32) as u32
            } else {
                low_carry
            };
        }
        self.set_words(i.operands[0], mask, low);
        self.set_words(i.operands[1], mask, high);
        blend(&mut self.carry.0, mask, carries);
    }

    #[inline(always)]
    fn words_of(&mut self, i: &Instruction<Slot>, mask: u32, f: impl Fn(u32, u32) -> u32) {
        let (a, b) = (self.word(i.operands[1]), self.word(i.operands[2]));
        let results = array::from_fn(|lane| f(a[lane], b[lane]));
        self.set_words(i.operands[0], mask, results);
    }

    #[inline(always)]
    fn longs_of(&mut self, i: &Instruction<Slot>, mask: u32, f: impl Fn(u64, u64) -> u64) {
        let (a, b) = (self.long(i.operands[1]), self.long(i.operands[2]));
        let results = array::from_fn(|lane| f(a[lane], b[lane]));
        self.set_longs(i.operands[0], mask, results);
    }

    #[inline(always)]
    pub(super) fn compute(&mut self, i: &Instruction<Slot>, mask: u32) {
        use Operation::*;
        let [_, a, b, c, ..] = i.operands;
        match i.operation {
            Add {
                carry_in,
                carry_out,
            } => {
                self.with_carry(i, mask, (carry_in, carry_out), |a, b, _, carry| {
                    halves(u64::from(a) + u64::from(b) + u64::from(carry))
                });
            }
            Subtract {
                carry_in,
                carry_out,
            } => {
                self.with_carry(i, mask, (carry_in, carry_out), |a, b, _, borrow| {
                    let difference = u64::from(a)
                        .wrapping_sub(u64::from(b))
                        .wrapping_sub(u64::from(borrow));
                    let (low, high) = halves(difference);
                    (low, high & 1)
                });
            }
            MultiplyAddLow {
                carry_in,
                carry_out,
            } => {
                self.with_carry(i, mask, (carry_in, carry_out), |a, b, c, carry| {
                    halves(u64::from(a.wrapping_mul(b)) + u64::from(c) + u64::from(carry))
                });
            }
            MultiplyAddHigh {
                carry_in,
                carry_out,
            } => {
                self.with_carry(i, mask, (carry_in, carry_out), |a, b, c, carry| {
                    let product = u64::from(a) * u64::from(b);
                    halves((product >> 32) + u64::from(c) + u64::from(carry))
                });
            }
            MultiplyLow => self.words_of(i, mask, u32::wrapping_mul),
            MultiplyHigh => {
                self.words_of(i, mask, |a, b| ((u64::from(a) * u64::from(b)) >> 32) as u32)
            }
            And => self.words_of(i, mask, |a, b| a & b),
            Or => self.words_of(i, mask, |a, b| a | b),
            Xor => self.words_of(i, mask, |a, b| a ^ b),
            Not => self.words_of(i, mask, |a, _| !a),
            Negate => self.words_of(i, mask, |a, _| a.wrapping_neg()),
            ShiftLeft => self.words_of(i, mask, |a, b| a.checked_shl(b).unwrap_or(0)),
            ShiftRight => self.words_of(i, mask, |a, b| a.checked_shr(b).unwrap_or(0)),
            ShiftRightSigned => {
                self.words_of(i, mask, |a, b| ((a as i32) >> b.min(31)) as u32);
            }
            Minimum => self.words_of(i, mask, u32::min),
            Maximum => self.words_of(i, mask, u32::max),
            CountLeadingZeros => self.words_of(i, mask, |a, _| a.leading_zeros()),
            PermuteBytes => {
                self.with_carry(i, mask, (false, false), |a, b, c, _| (permute(a, b, c), 0));
            }
            Move => self.words_of(i, mask, |a, _| a),
            Select => {
                let predicate = self.predicates[c as usize];
                let (a, b) = (self.word(a), self.word(b));
                let results = array::from_fn(|lane| pick(predicate, lane, a[lane], b[lane]));
                self.set_words(i.operands[0], mask, results);
            }
            Compare { comparison, signed } => {
                // A signed comparison is an unsigned one with the sign bits flipped.
                let flip = if signed { 1 << 31 } else { 0 };
                let (a, b) = (self.word(a), self.word(b));
                let result = bits(|lane| holds(comparison, a[lane] ^ flip, b[lane] ^ flip));
                self.set_predicate(i.operands[0], mask, result);
            }
            AddLong => self.longs_of(i, mask, u64::wrapping_add),
            SubtractLong => self.longs_of(i, mask, u64::wrapping_sub),
            MultiplyLowLong => self.longs_of(i, mask, u64::wrapping_mul),
            MultiplyWide => {
                let (a, b) = (self.word(a), self.word(b));
                let results = array::from_fn(|lane| u64::from(a[lane]) * u64::from(b[lane]));
                self.set_longs(i.operands[0], mask, results);
            }
            ShiftLeftLong => {
                let (a, b) = (self.long(a), self.word(b));
                let results = array::from_fn(|lane| a[lane].checked_shl(b[lane]).unwrap_or(0));
                self.set_longs(i.operands[0], mask, results);
            }
            ShiftRightLong => {
                let (a, b) = (self.long(a), self.word(b));
                let results = array::from_fn(|lane| a[lane].checked_shr(b[lane]).unwrap_or(0));
                self.set_longs(i.operands[0], mask, results);
            }
            MoveLong => {
                let results = *self.long(a);
                self.set_longs(i.operands[0], mask, results);
            }
            SelectLong => {
                let predicate = self.predicates[c as usize];
                let (a, b) = (self.long(a), self.long(b));
                let results = array::from_fn(|lane| pick(predicate, lane, a[lane], b[lane]));
                self.set_longs(i.operands[0], mask, results);
            }
            CompareLong { comparison, signed } => {
                let flip = if signed { 1 << 63 } else { 0 };
                let (a, b) = (self.long(a), self.long(b));
                let result = bits(|lane| holds(comparison, a[lane] ^ flip, b[lane] ^ flip));
                self.set_predicate(i.operands[0], mask, result);
            }
            Extend => {
                let a = self.word(a);
                let results = array::from_fn(|lane| u64::from(a[lane]));
                self.set_longs(i.operands[0], mask, results);
            }
            Truncate => {
                let a = self.long(a);
                let results = array::from_fn(|lane| a[lane] as u32);
                self.set_words(i.operands[0], mask, results);
            }
            AndPredicate | OrPredicate | XorPredicate | NotPredicate | MovePredicate => {
                let first = self.predicates[a as usize];
                let second = || self.predicates[b as usize];
                let result = match i.operation {
                    AndPredicate => first & second(),
                    OrPredicate => first | second(),
                    XorPredicate => first ^ second(),
                    NotPredicate => !first,
                    _ => first,
                };
                self.set_predicate(i.operands[0], mask, result);
            }
            MultiplyAddPair { .. }
            | Divide
            | Remainder
            | Load { .. }
            | Store { .. }
            | LoadParameter { .. }
            | AtomicAdd
            | Branch
            | Barrier
            | Return => unreachable!("executed by `run`"),
        }
    }

    pub(super) fn divide(&mut self, i: &Instruction<Slot>, mask: u32) -> Result<(), LaunchError> {
        let (a, b) = (self.word(i.operands[1]), self.word(i.operands[2]));
        let mut results = [0; LANES];
        for lane in lanes(mask) {
            if b[lane] == 0 {
                return Err(LaunchError::DivisionByZero { line: i.line });
            }
            results[lane] = match i.operation {
                Operation::Divide => a[lane] / b[lane],
                _ => a[lane] % b[lane],
            };
        }
        self.set_words(i.operands[0], mask, results);
        Ok(())
    }
}

#[inline(always)]
fn holds<T: Ord>(comparison: Comparison, a: T, b: T) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessOrEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterOrEqual => a >= b,
    }
}

/// The four bytes of `(a, b)` that the four lowest digits of the selector name; bit 3 of a digit
/// repeats the sign of the byte.
#[inline(always)]
fn permute(a: u32, b: u32, selector: u32) -> u32 {
    let bytes = u64::from(a) | u64::from(b) << 32;
    (0..4).fold(0, |word, place| {
        let digit = selector >> (4 * place) & 0xf;
        let byte = (bytes >> (8 * (digit & 7))) as u8;
        let byte = if digit & 8 == 0 {
            byte
        } else {
            ((byte as i8) >> 7) as u8
        };
        word | u32::from(byte) << (8 * place)
    })
}
