//! Lines of Miller loops with a fixed point of G2.
//!
//! Every step of a Miller loop multiplies by the value of a line at a point `(x_P, y_P)` of G1. In
//! blst's form this is `l₀ - 2x_P·l₁·w² + 2y_P·l₂·w³` over `Fp2`. The final exponentiation maps the
//! nonzero elements of `Fp2` to one, so that a line may be divided by its coefficient of `w³`. Then it
//! is `x·(1/y_P) + y·(x_P/y_P)·w² + w³` with `x = l₀/2l₂` and `y = -l₁/l₂`: two products with elements
//! of `Fp`, and a multiplication with one coefficient less.

use blst::{blst_fp, blst_fp2};

use super::parameter::{DOUBLINGS, LAST_DOUBLINGS};

/// Number of lines in a Miller loop: one for each doubling and each addition by the curve's parameter.
pub(crate) const LINES: usize = 68;

/// For each line of a Miller loop in order, whether a square comes before the line: before the line of each
/// doubling, except the first one, where the square is that of one.
pub(crate) const SQUARE_BEFORE: [bool; LINES] = {
    let mut squares = [false; LINES];
    let (mut line, mut group) = (0, 0);
    while group <= DOUBLINGS.len() {
        let last = group == DOUBLINGS.len();
        let doublings = if last {
            LAST_DOUBLINGS
        } else {
            DOUBLINGS[group]
        };
        let mut doubling = 0;
        while doubling < doublings {
            squares[line] = line > 0;
            line += 1;
            doubling += 1;
        }
        if !last {
            // The line of the addition.
            line += 1;
        }
        group += 1;
    }
    assert!(line == LINES, "one line for each doubling and addition");
    squares
};

/// A line through points of G2, without the coordinates of a point of G1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line {
    pub(crate) x: blst_fp2,
    pub(crate) y: blst_fp2,
}

/// A finite point of G1 in the form in which lines are evaluated.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LinePoint {
    /// `1/y_P`.
    pub(crate) inverse_y: blst_fp,
    /// `x_P/y_P`.
    pub(crate) x_over_y: blst_fp,
}

/// The lines of a finite point of G2, and the finite point of G1 with which it is paired.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MillerPair<'a> {
    /// [`LINES`] lines.
    pub(crate) lines: &'a [Line],
    pub(crate) point: LinePoint,
}
