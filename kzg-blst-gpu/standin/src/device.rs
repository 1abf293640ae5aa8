//! The state of a device.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use kzg_ptx::{Kernel, Memory, Module};

use crate::script::{Effect, Script};

/// The number of devices.
pub const DEVICES: usize = 16;
/// The memory of a device.
const MEMORY: usize = 2 << 30;

/// A device with what was made on it.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) memory: Memory,
    pub(crate) state: Mutex<State>,
}

/// A kernel of a module.
#[derive(Debug)]
pub(crate) struct Function {
    /// The handle of the module.
    pub(crate) module: usize,
    pub(crate) name: String,
    pub(crate) kernel: Arc<Kernel>,
}

/// Handles of a device, and its faults.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) retained: u64,
    pub(crate) modules: HashMap<usize, Module>,
    pub(crate) functions: HashMap<usize, Function>,
    pub(crate) streams: HashMap<usize, ()>,
    /// Buffers of the host, with their allocations.
    pub(crate) host: HashMap<usize, Vec<u128>>,
    /// The error code of all calls, from the loss of the device to the end of its context.
    pub(crate) lost: Option<i32>,
    pub(crate) script: Script,
    next: usize,
}

impl State {
    /// A handle that was not given before.
    pub(crate) fn handle(&mut self) -> usize {
        self.next += 1;
        0x1000 + self.next
    }

    /// Counts a call; the effect that it has.
    pub(crate) fn enter(&mut self, call: &str) -> Result<Option<usize>, i32> {
        let effect = self.script.at(call);
        if let Some(code) = self.lost {
            return Err(code);
        }
        match effect {
            None => Ok(None),
            Some(Effect::Flip(bit)) => Ok(Some(bit)),
            Some(Effect::Error(code)) => Err(code),
            Some(Effect::Lost(code)) => {
                self.lost = Some(code);
                Err(code)
            }
        }
    }
}

impl Device {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The amount of memory and handles that were made and not freed: bytes of allocations on the
    /// device, plus the number of other handles.
    pub(crate) fn live(&self) -> u64 {
        let state = self.state();
        let handles = state.modules.len() + state.streams.len() + state.host.len();
        self.memory.used() as u64 + handles as u64 + state.retained
    }
}

/// The device with a number.
pub(crate) fn device(number: i32) -> Option<&'static Device> {
    static ALL: OnceLock<Vec<Device>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let device = || Device {
            memory: Memory::new(MEMORY),
            state: Mutex::default(),
        };
        (0..DEVICES).map(|_| device()).collect()
    });
    all.get(usize::try_from(number).ok()?)
}
