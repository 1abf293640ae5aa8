//! Launches of kernels over grids of blocks.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crate::decode::Fixed;
use crate::error::LaunchError;
use crate::memory::{FILL, Memory, View};
use crate::module::{Code, Kernel};
use crate::warp::{Stop, WARP, Warp};

/// The options of a launch.
#[derive(Clone, Copy, Debug)]
pub struct LaunchOptions {
    /// The threads of the machine that run blocks.
    pub threads: usize,
    /// The number of branches after which a warp is stopped.
    pub branches: u64,
}

impl Default for LaunchOptions {
    /// The calling thread alone, and branches for minutes.
    fn default() -> Self {
        Self {
            threads: 1,
            branches: 1 << 32,
        }
    }
}

/// The state that the warps of a launch share.
pub(crate) struct Launch<'a> {
    pub(crate) code: &'a Code,
    pub(crate) arguments: &'a [u8],
    pub(crate) grid: u32,
    pub(crate) block: u32,
    pub(crate) memory: View,
    pub(crate) branches: u64,
}

impl Kernel {
    /// Runs the kernel over `grid` blocks of `block` threads each. A parameter of four bytes takes
    /// the low half of its argument.
    ///
    /// # Errors
    ///
    /// [`LaunchError`]. The content of the memory is then unspecified.
    pub fn launch(
        &self,
        grid: u32,
        block: u32,
        arguments: &[u64],
        memory: &Memory,
        options: LaunchOptions,
    ) -> Result<(), LaunchError> {
        let code = &*self.code;
        if arguments.len() != code.parameters.len() {
            return Err(LaunchError::Arguments {
                expected: code.parameters.len(),
                actual: arguments.len(),
            });
        }
        if !(1..=1024).contains(&block) {
            return Err(LaunchError::BlockSize { threads: block });
        }
        let mut bytes = Vec::new();
        for (&(class, offset), argument) in code.parameters.iter().zip(arguments) {
            bytes.resize(offset, 0);
            bytes.extend_from_slice(&argument.to_le_bytes()[..class.size()]);
        }
        let launch = Launch {
            code,
            arguments: &bytes,
            grid,
            block,
            memory: memory.view(),
            branches: options.branches,
        };
        let next = AtomicU32::new(0);
        let failure = Mutex::new(None);
        let work = || {
            let mut warps: Vec<Warp> = (0..block.div_ceil(WARP)).map(|_| Warp::new(code)).collect();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= grid {
                    return;
                }
                if let Err(error) = launch.run_block(index, &mut warps) {
                    next.store(grid, Ordering::Relaxed);
                    let mut failure = failure.lock().unwrap_or_else(|lock| lock.into_inner());
                    failure.get_or_insert(error);
                    return;
                }
            }
        };
        let threads = options.threads.min(grid as usize);
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        match failure
            .into_inner()
            .unwrap_or_else(|lock| lock.into_inner())
        {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }
}

impl Launch<'_> {
    /// Runs the warps of a block from barrier to barrier.
    fn run_block(&self, index: u32, warps: &mut [Warp]) -> Result<(), LaunchError> {
        let mut shared = vec![FILL; self.code.shared.div_ceil(4)];
        for (number, warp) in warps.iter_mut().enumerate() {
            let first = number as u32 * WARP;
            let value = |fixed| match fixed {
                Fixed::Constant(value) => value,
                Fixed::ThreadIndex => u64::from(first),
                Fixed::BlockIndex => u64::from(index),
                Fixed::BlockSize => u64::from(self.block),
                Fixed::GridSize => u64::from(self.grid),
            };
            warp.begin(self.block - first, value, self);
        }
        loop {
            let mut barrier = None;
            let mut ended = false;
            for warp in warps.iter_mut() {
                match warp.run(self, &mut shared)? {
                    Stop::Ended => ended = true,
                    Stop::Barrier { line } => barrier = Some(line),
                }
            }
            match barrier {
                None => return Ok(()),
                // The threads of another warp have ended and never reach the barrier. `Warp::run`
                // refuses a barrier where some threads of the warp itself have ended.
                Some(line) if ended => return Err(LaunchError::Barrier { line }),
                Some(_) => {}
            }
        }
    }
}
