//! The floating point mode of a thread, for the engine that calculates with floats.

use core::arch::asm;

/// The exceptions' masks and the rounding, in the control and status register.
const MASKS_AND_ROUNDING: u32 = 0x7f80;
/// All exceptions masked, and rounding to the nearest.
pub(crate) const USUAL: u32 = 0x1f80;

/// Whether the processor rounds to the nearest and has all floating point exceptions masked, as
/// every program starts.
pub(crate) fn mode_is_usual() -> bool {
    mode() & MASKS_AND_ROUNDING == USUAL
}

/// Runs `f` in the usual mode, on a thread that may have another one.
pub(crate) fn in_usual_mode<R>(f: impl FnOnce() -> R) -> R {
    in_mode(USUAL, f)
}

pub(crate) fn in_mode<R>(temporary: u32, f: impl FnOnce() -> R) -> R {
    /// Puts the mode back, after a panic as well.
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
    // SAFETY: writes four bytes to a variable of four.
    unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut mode, options(nostack, preserves_flags)) };
    mode
}

fn set_mode(mode: u32) {
    // SAFETY: reads four bytes from a variable of four.
    unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const mode, options(nostack)) };
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWARDS_ZERO: u32 = USUAL | 0x6000;

    #[test]
    fn the_usual_mode_is_had_for_a_while() {
        let during = in_mode(TOWARDS_ZERO, || {
            let during = in_usual_mode(mode_is_usual);
            assert!(!mode_is_usual());
            during
        });
        assert!(during && mode_is_usual());
    }
}
