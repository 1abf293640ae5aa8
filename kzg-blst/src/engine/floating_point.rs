//! The floating point mode of a thread, on which the AVX2 engine depends.

use core::arch::asm;

/// The bits of the control and status register for the masks of exceptions and the rounding.
const MASKS_AND_ROUNDING: u32 = 0x7f80;
/// All exceptions masked, and rounding to the nearest.
pub(crate) const USUAL: u32 = 0x1f80;

/// Whether this thread rounds to the nearest and masks all floating point exceptions. Every program
/// starts in this mode.
pub(crate) fn mode_is_usual() -> bool {
    mode() & MASKS_AND_ROUNDING == USUAL
}

/// Runs `f` in the usual mode, whatever the mode of the thread.
pub(crate) fn in_usual_mode<R>(f: impl FnOnce() -> R) -> R {
    in_mode(USUAL, f)
}

pub(crate) fn in_mode<R>(temporary: u32, f: impl FnOnce() -> R) -> R {
    /// Restores the mode, after a panic too.
    struct Restore(u32);
    impl Drop for Restore {
        fn drop(&mut self) {
            set_mode(self.0);
        }
    }
    let _restore = Restore(mode());
    set_mode(temporary);
    f()
}

fn mode() -> u32 {
    let mut mode = 0_u32;
    // SAFETY: the instruction writes four bytes, the size of the variable.
    unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut mode, options(nostack, preserves_flags)) };
    mode
}

fn set_mode(mode: u32) {
    // SAFETY: the instruction reads four bytes, the size of the variable.
    unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const mode, options(nostack)) };
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWARDS_ZERO: u32 = USUAL | 0x6000;

    #[test]
    fn the_usual_mode_is_temporary() {
        let during = in_mode(TOWARDS_ZERO, || {
            let during = in_usual_mode(mode_is_usual);
            assert!(!mode_is_usual());
            during
        });
        assert!(during && mode_is_usual());
    }
}
