//! The execution of a warp: 32 threads in lockstep.

mod access;
mod compute;
mod control;
mod lanes;

use core::array;

use crate::decode::Fixed;
use crate::error::LaunchError;
use crate::instruction::{Class, Operation};
use crate::launch::Launch;
use crate::memory::FILL;
use crate::module::Code;
use lanes::{LANES, Longs, Words};

/// The threads of a warp.
pub(crate) const WARP: u32 = LANES as u32;

/// The reason why a warp stopped.
pub(crate) enum Stop {
    /// All threads have ended.
    Ended,
    /// All threads are at a barrier.
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
    /// The threads that have begun, whether or not they have ended.
    begun: u32,
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
            begun: 0,
            waiting: Vec::new(),
            join: NOWHERE,
            branches: 0,
        }
    }

    /// Sets all threads to the first instruction. Registers of fixed value are written; the index
    /// of a thread is that of the first plus its lane. All other registers, the carry flag and local
    /// memory get a pattern: their values are not defined at the beginning of a block, and a kernel
    /// must not pass its tests because it reads zeros or values of an earlier block.
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
        self.begun = self.running;
        self.waiting.clear();
        self.join = NOWHERE;
        self.branches = launch.branches;
        // The predicates of every second thread are set.
        self.predicates.fill(0xaaaa_aaaa);
        self.words.fill(Words([FILL; LANES]));
        let long = u64::from(FILL) << 32 | u64::from(FILL);
        self.longs.fill(Longs([long; LANES]));
        self.local.fill(Words([FILL; LANES]));
        self.carry = Words([1; LANES]);
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
    }

    /// Runs until all threads have ended or are at a barrier.
    #[allow(
        unsafe_code,
        reason = "calls of functions that need features of the processor"
    )]
    pub(crate) fn run(
        &mut self,
        launch: &Launch<'_>,
        shared: &mut [u32],
    ) -> Result<Stop, LaunchError> {
        // The same code for several processors: the compiler makes vector instructions of the loops
        // over lanes.
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
            {
                // SAFETY: the processor has the features of the function, by the lines above.
                return unsafe { self.run_avx512(launch, shared) };
            }
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has the feature of the function, by the line above.
                return unsafe { self.run_avx2(launch, shared) };
            }
        }
        self.run_lanes(launch, shared)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl")]
    fn run_avx512(&mut self, launch: &Launch<'_>, shared: &mut [u32]) -> Result<Stop, LaunchError> {
        self.run_lanes(launch, shared)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn run_avx2(&mut self, launch: &Launch<'_>, shared: &mut [u32]) -> Result<Stop, LaunchError> {
        self.run_lanes(launch, shared)
    }

    #[inline(always)]
    fn run_lanes(&mut self, launch: &Launch<'_>, shared: &mut [u32]) -> Result<Stop, LaunchError> {
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
                    // Threads that wait elsewhere, have ended or are excluded by the guard are not
                    // at the barrier.
                    if mask != self.begun {
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
}
