//! The errors of reading a module, of memory, and of a launch.

/// A part of the text that the interpreter does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}: {text}")]
pub struct ParseError {
    /// The line of the text, from 1.
    pub line: usize,
    /// The fault that the interpreter found.
    pub reason: &'static str,
    /// The statement.
    pub text: String,
}

/// An access to memory that is not allocated, or no room for an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// The memory is full.
    #[error("no room for {wanted} bytes: {used} of {capacity} are in use")]
    OutOfMemory {
        /// The bytes of the allocation.
        wanted: usize,
        /// The bytes in use.
        used: usize,
        /// The bytes of the memory.
        capacity: usize,
    },
    /// The bytes are not all in one allocation.
    #[error("{length} bytes at {address:#x} are not allocated")]
    OutOfBounds {
        /// The address of the first byte.
        address: u64,
        /// The number of bytes.
        length: usize,
    },
    /// The address of a kernel's access is no multiple of the access's length; or the address or the
    /// length of a copy is no multiple of 4.
    #[error("{length} bytes at {address:#x} are not aligned")]
    Misaligned {
        /// The address of the first byte.
        address: u64,
        /// The number of bytes.
        length: usize,
    },
    /// No allocation begins at the address.
    #[error("no allocation begins at {address:#x}")]
    NotAllocated {
        /// The address.
        address: u64,
    },
}

/// The reason why a launch stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LaunchError {
    /// The number of arguments is not that of the kernel's parameters.
    #[error("{actual} arguments, expected {expected}")]
    Arguments {
        /// The number of parameters.
        expected: usize,
        /// The number of arguments.
        actual: usize,
    },
    /// A block has no thread, or more than 1024.
    #[error("a block of {threads} threads")]
    BlockSize {
        /// The number of threads.
        threads: u32,
    },
    /// An access to memory failed.
    #[error("line {line}: {space} memory: {error}")]
    Memory {
        /// The line of the instruction, from 1.
        line: u32,
        /// The state space.
        space: &'static str,
        /// The reason why the access is refused.
        error: MemoryError,
    },
    /// Some threads of the block are at a barrier that others do not reach: these have taken another
    /// branch, are excluded by a guard, or have returned.
    #[error("line {line}: not all threads of the block reach the barrier")]
    Barrier {
        /// The line of the barrier, from 1.
        line: u32,
    },
    /// A division by zero, whose result PTX does not define.
    #[error("line {line}: division by zero")]
    DivisionByZero {
        /// The line of the instruction, from 1.
        line: u32,
    },
    /// A warp took more branches than the options allow.
    #[error("line {line}: more branches than the launch allows")]
    BranchLimit {
        /// The line of the branch, from 1.
        line: u32,
    },
}
