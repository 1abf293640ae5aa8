//! The execution of a warp: 32 threads in lockstep.

use core::array;

use crate::allocation::Slot;
use crate::decode::Fixed;
use crate::error::{LaunchError, MemoryError};
use crate::instruction::{Class, Comparison, Instruction, Operation, Space};
use crate::launch::Launch;
use crate::module::Code;

/// The threads of a warp.
pub(crate) const WARP: u32 = 32;
const LANES: usize = WARP as usize;

/// A word of each thread.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Words([u32; LANES]);

/// Two words of each thread.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Longs([u64; LANES]);

/// Why a warp stopped running.
pub(crate) enum Stop {
    /// All threads have ended.
    Ended,
    /// All threads that have not ended are at a barrier.
    Barrier { line: u32 },
}

/// The state of a warp's threads.
pub(crate) struct Warp {
    /// One bit for each thread.
    predicates: Vec<u32>,
    words: Vec<Words>,
    longs: Vec<Longs>,
    /// The carry flag, 0 or 1.
    carry: Words,
    /// The local memory of each thread, word by word.
    local: Vec<Words>,
    /// The running threads are at `at`; others wait at later instructions.
    at: usize,
    running: u32,
    waiting: Vec<(usize, u32)>,
    /// The first instruction at which threads wait.
    join: usize,
    branches: u64,
}

const NOWHERE: usize = usize::MAX;

impl Warp {
    pub(crate) fn new(code: &Code) -> Self {
        let [predicates, words, longs] = code.slots;
        Self {
            predicates: vec![0; predicates],
            words: vec![Words([0; LANES]); words],
            longs: vec![Longs([0; LANES]); longs],
            carry: Words([0; LANES]),
            local: vec![Words([0; LANES]); code.local.div_ceil(4)],
            at: 0,
            running: 0,
            waiting: Vec::new(),
            join: NOWHERE,
            branches: 0,
        }
    }

    /// Sets all threads to the first instruction. Registers of fixed value are written; the index
    /// of a thread is that of the first plus its lane.
    pub(crate) fn begin(
        &mut self,
        threads: u32,
        value: impl Fn(Fixed) -> u64,
        launch: &Launch<'_>,
    ) {
        self.at = 0;
        self.running = if threads >= WARP {
            u32::MAX
        } else {
            (1 << threads) - 1
        };
        self.waiting.clear();
        self.join = NOWHERE;
        self.branches = launch.branches;
        for &(class, fixed, slot) in &launch.code.fixed {
            let value = value(fixed);
            let slot = slot as usize;
            match class {
                Class::Predicate => self.predicates[slot] = if value == 1 { u32::MAX } else { 0 },
                Class::Word => {
                    let step = u32::from(fixed == Fixed::ThreadIndex);
                    self.words[slot].0 = array::from_fn(|lane| value as u32 + step * lane as u32);
                }
                Class::Long => self.longs[slot].0 = [value; LANES],
            }
        }
        // Local memory and registers keep what an earlier block left there: no kernel may rely on it.
    }

    /// Runs until all threads have ended or are at a barrier.
    pub(crate) fn run(
        &mut self,
        launch: &Launch<'_>,
        shared: &mut [u32],
    ) -> Result<Stop, LaunchError> {
        let instructions = &launch.code.instructions[..];
        if self.running == 0 {
            return Ok(Stop::Ended);
        }
        loop {
            if self.at >= self.join {
                self.meet();
            }
            let instruction = &instructions[self.at];
            let mask = match instruction.guard {
                None => self.running,
                Some((guard, negated)) => {
                    let guard = self.predicates[guard as usize];
                    self.running & if negated { !guard } else { guard }
                }
            };
            match instruction.operation {
                Operation::Branch => {
                    let line = instruction.line;
                    self.branches = self
                        .branches
                        .checked_sub(1)
                        .ok_or(LaunchError::BranchLimit { line })?;
                    self.branch(instruction.offset as usize, mask);
                    continue;
                }
                Operation::Return => {
                    self.running &= !mask;
                    if self.running == 0 {
                        if !self.resume() {
                            return Ok(Stop::Ended);
                        }
                        continue;
                    }
                }
                Operation::Barrier => {
                    let line = instruction.line;
                    if !self.waiting.is_empty() || mask != self.running {
                        return Err(LaunchError::Barrier { line });
                    }
                    self.at += 1;
                    return Ok(Stop::Barrier { line });
                }
                Operation::MultiplyAddPair {
                    carry_in,
                    carry_out,
                } => {
                    self.multiply_add_pair(instruction, mask, carry_in, carry_out);
                    self.at += 2;
                    continue;
                }
                Operation::Load { .. }
                | Operation::Store { .. }
                | Operation::LoadParameter { .. }
                | Operation::AtomicAdd => {
                    if mask != 0 {
                        self.access(instruction, mask, launch, shared)?;
                    }
                }
                Operation::Divide | Operation::Remainder => self.divide(instruction, mask)?,
                _ => self.compute(instruction, mask),
            }
            self.at += 1;
        }
    }

    /// Lets the running threads that `taken` names continue at `target`, the others after the
    /// branch.
    fn branch(&mut self, target: usize, taken: u32) {
        let passed = self.running & !taken;
        let after = self.at + 1;
        if passed == 0 {
            self.at = target;
        } else if taken == 0 {
            self.at = after;
        } else {
            let (first, second) = if target < after {
                ((target, taken), (after, passed))
            } else {
                ((after, passed), (target, taken))
            };
            (self.at, self.running) = first;
            self.wait(second);
        }
    }

    fn wait(&mut self, group: (usize, u32)) {
        match self.waiting.iter_mut().find(|waiting| waiting.0 == group.0) {
            Some(waiting) => waiting.1 |= group.1,
            None => self.waiting.push(group),
        }
        self.join = self.join.min(group.0);
    }

    /// Joins the threads that wait here, or lets those that wait further behind run first.
    fn meet(&mut self) {
        if self.at > self.join {
            self.wait((self.at, self.running));
            self.running = 0;
        }
        let running = self.running;
        self.resume();
        self.running |= running;
    }

    /// Makes the threads that are furthest behind the running ones; false if none waits.
    fn resume(&mut self) -> bool {
        let first = (0..self.waiting.len()).min_by_key(|&index| self.waiting[index].0);
        let Some(first) = first else {
            return false;
        };
        (self.at, self.running) = self.waiting.swap_remove(first);
        let join = self.waiting.iter().map(|waiting| waiting.0).min();
        self.join = join.unwrap_or(NOWHERE);
        true
    }

    fn word(&self, slot: Slot) -> &[u32; LANES] {
        &self.words[slot as usize].0
    }

    fn long(&self, slot: Slot) -> &[u64; LANES] {
        &self.longs[slot as usize].0
    }

    /// Writes the words of the threads of the mask.
    #[inline(always)]
    fn set_words(&mut self, slot: Slot, mask: u32, values: [u32; LANES]) {
        blend(&mut self.words[slot as usize].0, mask, values);
    }

    #[inline(always)]
    fn set_longs(&mut self, slot: Slot, mask: u32, values: [u64; LANES]) {
        blend(&mut self.longs[slot as usize].0, mask, values);
    }

    fn set_predicate(&mut self, slot: Slot, mask: u32, values: u32) {
        let predicate = &mut self.predicates[slot as usize];
        *predicate = *predicate & !mask | values & mask;
    }

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

    fn multiply_add_pair(
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
            let sum = (product >> 32) + u64::from(c1[lane]) + (sum >> 32);
            high[lane] = sum as u32;
            carries[lane] = (sum >> 32) as u32;
        }
        self.set_words(i.operands[0], mask, low);
        self.set_words(i.operands[1], mask, high);
        if carry_out {
            blend(&mut self.carry.0, mask, carries);
        }
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

    fn compute(&mut self, i: &Instruction<Slot>, mask: u32) {
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

    fn divide(&mut self, i: &Instruction<Slot>, mask: u32) -> Result<(), LaunchError> {
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

    fn access(
        &mut self,
        i: &Instruction<Slot>,
        mask: u32,
        launch: &Launch<'_>,
        shared: &mut [u32],
    ) -> Result<(), LaunchError> {
        use core::sync::atomic::Ordering::Relaxed;
        let (space, class, count, is_load) = match i.operation {
            Operation::LoadParameter { class } => {
                self.load_parameter(i, mask, class, launch.arguments);
                return Ok(());
            }
            Operation::Load {
                space,
                class,
                count,
            } => (space, class, count as usize, true),
            Operation::Store {
                space,
                class,
                count,
            } => (space, class, count as usize, false),
            _ => (Space::Global, Class::Word, 1, true),
        };
        let base = i.operands[count];
        let each = if class == Class::Long { 2 } else { 1 };
        let length = 4 * each * count;
        for lane in lanes(mask) {
            let base = match space {
                Space::Shared => u64::from(self.word(base)[lane]),
                Space::Global | Space::Local => self.long(base)[lane],
            };
            let address = base.wrapping_add_signed(i.offset);
            let error = |error| LaunchError::Memory {
                line: i.line,
                space: name(space),
                error,
            };
            let mut values = [0; 4];
            match space {
                Space::Global => {
                    let words = launch.memory.access(address, length).map_err(error)?;
                    if i.operation == Operation::AtomicAdd {
                        let addend = self.word(i.operands[2])[lane];
                        let former = words[0].fetch_add(addend, Relaxed);
                        self.words[i.operands[0] as usize].0[lane] = former;
                        continue;
                    }
                    if is_load {
                        for (value, word) in values.iter_mut().zip(words) {
                            *value = word.load(Relaxed);
                        }
                    } else {
                        self.gather(i, class, lane, &mut values);
                        for (value, word) in values.iter().zip(words) {
                            word.store(*value, Relaxed);
                        }
                    }
                }
                Space::Shared => {
                    let at = within(address, length, shared.len()).map_err(error)?;
                    let words = &mut shared[at..][..length / 4];
                    if is_load {
                        values[..words.len()].copy_from_slice(words);
                    } else {
                        self.gather(i, class, lane, &mut values);
                        words.copy_from_slice(&values[..length / 4]);
                    }
                }
                Space::Local => {
                    let at = within(address, length, self.local.len()).map_err(error)?;
                    if is_load {
                        for (value, words) in
                            values.iter_mut().zip(&self.local[at..]).take(length / 4)
                        {
                            *value = words.0[lane];
                        }
                    } else {
                        self.gather(i, class, lane, &mut values);
                        for (value, words) in
                            values.iter().zip(&mut self.local[at..]).take(length / 4)
                        {
                            words.0[lane] = *value;
                        }
                    }
                }
            }
            if is_load {
                self.scatter(i, class, lane, &values);
            }
        }
        Ok(())
    }

    /// The values that a store writes.
    fn gather(&self, i: &Instruction<Slot>, class: Class, lane: usize, values: &mut [u32; 4]) {
        let registers = &i.operands[..i.used as usize - 1];
        if class == Class::Long {
            let value = self.long(registers[0])[lane];
            (values[0], values[1]) = halves(value);
        } else {
            for (value, register) in values.iter_mut().zip(registers) {
                *value = self.word(*register)[lane];
            }
        }
    }

    /// Gives a load's registers their values.
    fn scatter(&mut self, i: &Instruction<Slot>, class: Class, lane: usize, values: &[u32; 4]) {
        if class == Class::Long {
            let value = u64::from(values[0]) | u64::from(values[1]) << 32;
            self.longs[i.operands[0] as usize].0[lane] = value;
        } else {
            for (value, register) in values.iter().zip(&i.operands[..i.results as usize]) {
                self.words[*register as usize].0[lane] = *value;
            }
        }
    }

    fn load_parameter(&mut self, i: &Instruction<Slot>, mask: u32, class: Class, arguments: &[u8]) {
        let at = i.offset as usize;
        let mut bytes = [0; 8];
        let size = if class == Class::Long { 8 } else { 4 };
        bytes[..size].copy_from_slice(&arguments[at..][..size]);
        let value = u64::from_le_bytes(bytes);
        if class == Class::Long {
            self.set_longs(i.operands[0], mask, [value; LANES]);
        } else {
            self.set_words(i.operands[0], mask, [value as u32; LANES]);
        }
    }
}

/// The words of an access to shared or local memory of a number of words.
fn within(address: u64, length: usize, words: usize) -> Result<usize, MemoryError> {
    let end = usize::try_from(address)
        .ok()
        .and_then(|at| at.checked_add(length));
    if end.is_none_or(|end| end > 4 * words) {
        return Err(MemoryError::OutOfBounds { address, length });
    }
    if !address.is_multiple_of(length as u64) {
        return Err(MemoryError::Misaligned { address, length });
    }
    Ok(address as usize / 4)
}

fn name(space: Space) -> &'static str {
    match space {
        Space::Global => "global",
        Space::Shared => "shared",
        Space::Local => "local",
    }
}

#[inline(always)]
fn blend<T: Copy>(to: &mut [T; LANES], mask: u32, values: [T; LANES]) {
    if mask == u32::MAX {
        *to = values;
    } else {
        for lane in lanes(mask) {
            to[lane] = values[lane];
        }
    }
}

/// The lanes whose bits are set.
fn lanes(mut mask: u32) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let lane = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (lane < LANES).then_some(lane)
    })
}

fn bits(f: impl Fn(usize) -> bool) -> u32 {
    (0..LANES).fold(0, |mask, lane| mask | u32::from(f(lane)) << lane)
}

#[inline(always)]
fn pick<T>(predicate: u32, lane: usize, first: T, second: T) -> T {
    if predicate >> lane & 1 == 1 {
        first
    } else {
        second
    }
}

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

fn halves(value: u64) -> (u32, u32) {
    (value as u32, (value >> 32) as u32)
}

/// The four bytes of `(a, b)` that the four lowest digits of the selector name; bit 3 of a digit
/// repeats the sign of the byte.
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
