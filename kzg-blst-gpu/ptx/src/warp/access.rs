//! Instructions that read and write memory.

use super::Warp;
use super::lanes::{LANES, halves, lanes};
use crate::allocation::Slot;
use crate::error::{LaunchError, MemoryError};
use crate::instruction::{Class, Instruction, Operation, Space};
use crate::launch::Launch;

impl Warp {
    pub(super) fn access(
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
        let length = class.size() * count;
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
        let size = class.size();
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
