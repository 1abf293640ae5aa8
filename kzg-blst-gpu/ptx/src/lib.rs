//! An interpreter of the integer subset of PTX, for testing CUDA kernels on a machine without a GPU.
//!
//! A [`Module`] is read from the text that nvcc writes. A [`Kernel`] of it is launched over a grid of
//! blocks; its pointers are addresses of a [`Memory`]. Warps of 32 threads run in lockstep: each
//! instruction is executed for all threads that have reached it, the threads that are furthest
//! behind first, so that threads meet again after a branch.
//!
//! What is not known is refused: an instruction, a directive or an operand outside the subset is a
//! [`ParseError`] with its line. An access outside an allocation, or one that is not aligned, is a
//! [`LaunchError`] with the line of the instruction. Memory is filled with a pattern when it is
//! allocated, and registers and local memory when a block begins, so that a kernel does not read zeros
//! by luck.
//!
//! ```
//! use kzg_ptx::{LaunchOptions, Memory, Module};
//!
//! let module = Module::parse(
//!     ".version 6.4 .target sm_70 .address_size 64
//!      .visible .entry triple(.param .u64 numbers) {
//!          .reg .b32 %r<3>; .reg .b64 %rd<3>;
//!          ld.param.u64 %rd1, [numbers];
//!          mov.u32 %r1, %tid.x;
//!          mul.wide.u32 %rd2, %r1, 4;
//!          add.s64 %rd1, %rd1, %rd2;
//!          ld.global.u32 %r2, [%rd1];
//!          mul.lo.s32 %r2, %r2, 3;
//!          st.global.u32 [%rd1], %r2;
//!          ret;
//!      }",
//! )?;
//! let memory = Memory::new(1 << 20);
//! let numbers = memory.allocate(8)?;
//! memory.write(numbers, &[5, 0, 0, 0, 7, 0, 0, 0])?;
//! let kernel = module.kernel("triple").expect("declared above");
//! kernel.launch(1, 2, &[numbers], &memory, LaunchOptions::default())?;
//! let mut tripled = [0; 8];
//! memory.read(numbers, &mut tripled)?;
//! assert_eq!(tripled, [15, 0, 0, 0, 21, 0, 0, 0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The modules import downwards only: `launch`, `warp`, `module`, `allocation`, `decode`, `source`,
//! `instruction`, `memory`, `error`.

#![deny(unsafe_code)]

mod allocation;
mod decode;
mod error;
mod instruction;
mod launch;
mod memory;
mod module;
mod source;
mod warp;

pub use error::{LaunchError, MemoryError, ParseError};
pub use launch::LaunchOptions;
pub use memory::Memory;
pub use module::{Kernel, Module};
