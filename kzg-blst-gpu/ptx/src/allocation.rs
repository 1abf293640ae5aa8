//! Registers of the text to a small number of slots.
//!
//! nvcc writes thousands of registers, each assigned once or twice. All threads of a warp keep
//! theirs, so that a slot for each would not fit in a processor's cache. Registers whose values are
//! not needed at the same time share a slot: each register has one interval of instructions, from a
//! data-flow analysis over the branches, and intervals are given slots in the order in which they
//! begin.

use std::collections::{BTreeSet, HashMap};

use crate::decode::{Fixed, Register};
use crate::instruction::{Class, Instruction, Operation};

/// The index of a register among those of its class.
pub(crate) type Slot = u16;

/// Instructions over slots.
pub(crate) struct Allocated {
    pub(crate) instructions: Vec<Instruction<Slot>>,
    pub(crate) fixed: Vec<(Class, Fixed, Slot)>,
    pub(crate) slots: [usize; 3],
}

/// Gives every register a slot.
///
/// # Panics
///
/// If a kernel needs more than 65536 registers of a class at the same time.
pub(crate) fn allocate(instructions: &[Instruction<Register>], classes: &[Class]) -> Allocated {
    let mut slots = [0_usize; 3];
    let mut fixed_slots: HashMap<(Class, Fixed), Slot> = HashMap::new();
    let mut fixed = Vec::new();
    for register in instructions.iter().flat_map(sources) {
        if let Register::Fixed(class, value) = register {
            fixed_slots.entry((class, value)).or_insert_with(|| {
                let slot = next(&mut slots[class as usize]);
                fixed.push((class, value, slot));
                slot
            });
        }
    }
    let declared = assign(&intervals(instructions, classes.len()), classes, &mut slots);
    let slot = |register: Register| match register {
        Register::Declared(index) => declared[index as usize],
        // Places after the last operand hold a constant that may have no slot.
        Register::Fixed(class, value) => fixed_slots.get(&(class, value)).copied().unwrap_or(0),
    };
    let instructions = instructions
        .iter()
        .map(|instruction| Instruction {
            operation: instruction.operation,
            guard: instruction
                .guard
                .map(|(guard, negated)| (slot(guard), negated)),
            operands: instruction.operands.map(slot),
            results: instruction.results,
            used: instruction.used,
            offset: instruction.offset,
            line: instruction.line,
        })
        .collect();
    Allocated {
        instructions,
        fixed,
        slots,
    }
}

fn next(slots: &mut usize) -> Slot {
    let slot = Slot::try_from(*slots).expect("fewer than 65536 registers at the same time");
    *slots += 1;
    slot
}

/// The registers that an instruction reads.
fn sources(instruction: &Instruction<Register>) -> impl Iterator<Item = Register> {
    let guard = instruction.guard.map(|(guard, _)| guard);
    instruction.sources().iter().copied().chain(guard)
}

/// A set of declared registers.
#[derive(Clone, Default, PartialEq, Eq)]
struct Set(Vec<u64>);

impl Set {
    fn new(registers: usize) -> Self {
        Self(vec![0; registers.div_ceil(64)])
    }

    fn insert(&mut self, index: u32) {
        self.0[index as usize / 64] |= 1 << (index % 64);
    }

    fn remove(&mut self, index: u32) {
        self.0[index as usize / 64] &= !(1 << (index % 64));
    }

    fn union(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, &word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| 64 * at + bit)
        })
    }
}

/// The first and the last instruction at which the value of each register is needed or written, in
/// the order of the text. `None` for a register that is not used.
fn intervals(
    instructions: &[Instruction<Register>],
    registers: usize,
) -> Vec<Option<(usize, usize)>> {
    // Blocks begin at targets of branches and after branches.
    let mut begins = BTreeSet::from([0]);
    for (index, instruction) in instructions.iter().enumerate() {
        if instruction.operation == Operation::Branch {
            begins.insert(instruction.offset as usize);
            begins.insert(index + 1);
        }
    }
    let begins: Vec<usize> = begins
        .into_iter()
        .filter(|&at| at < instructions.len())
        .collect();
    let end = |block: usize| begins.get(block + 1).copied().unwrap_or(instructions.len());

    let mut live_in = vec![Set::new(registers); begins.len()];
    let mut live_out = live_in.clone();
    let mut changed = true;
    while changed {
        changed = false;
        for block in (0..begins.len()).rev() {
            let last = &instructions[end(block) - 1];
            let mut live = Set::new(registers);
            if last.operation == Operation::Branch {
                let target = begins.partition_point(|&at| at < last.offset as usize);
                live.union(&live_in[target]);
            }
            let falls_through = last.guard.is_some()
                || !matches!(last.operation, Operation::Branch | Operation::Return);
            if falls_through && block + 1 < begins.len() {
                live.union(&live_in[block + 1]);
            }
            live_out[block].clone_from(&live);
            for instruction in instructions[begins[block]..end(block)].iter().rev() {
                // A guarded instruction may leave the former value in place.
                if instruction.guard.is_none() {
                    for result in instruction.results() {
                        if let Register::Declared(index) = result {
                            live.remove(*index);
                        }
                    }
                }
                for source in sources(instruction) {
                    if let Register::Declared(index) = source {
                        live.insert(index);
                    }
                }
            }
            if live != live_in[block] {
                live_in[block] = live;
                changed = true;
            }
        }
    }

    let mut intervals: Vec<Option<(usize, usize)>> = vec![None; registers];
    let mut touch = |index: usize, at: usize| {
        let (first, last) = intervals[index].unwrap_or((at, at));
        intervals[index] = Some((first.min(at), last.max(at)));
    };
    for block in 0..begins.len() {
        live_in[block]
            .iter()
            .for_each(|index| touch(index, begins[block]));
        live_out[block]
            .iter()
            .for_each(|index| touch(index, end(block) - 1));
    }
    for (at, instruction) in instructions.iter().enumerate() {
        for register in sources(instruction).chain(instruction.results().iter().copied()) {
            if let Register::Declared(index) = register {
                touch(index as usize, at);
            }
        }
    }
    intervals
}

/// Slots for intervals: intervals that overlap have different ones.
fn assign(
    intervals: &[Option<(usize, usize)>],
    classes: &[Class],
    slots: &mut [usize; 3],
) -> Vec<Slot> {
    let mut order: Vec<usize> = (0..intervals.len()).collect();
    order.retain(|&index| intervals[index].is_some());
    order.sort_by_key(|&index| intervals[index]);
    let mut assigned = vec![0; intervals.len()];
    let mut free: [Vec<Slot>; 3] = Default::default();
    // The ends of the intervals that have begun.
    let mut active: BTreeSet<(usize, usize)> = BTreeSet::new();
    for index in order {
        let Some((first, last)) = intervals[index] else {
            continue;
        };
        while let Some(&(ended, other)) = active.first() {
            if ended >= first {
                break;
            }
            active.pop_first();
            free[classes[other] as usize].push(assigned[other]);
        }
        let class = classes[index] as usize;
        assigned[index] = free[class].pop().unwrap_or_else(|| next(&mut slots[class]));
        active.insert((last, index));
    }
    assigned
}
