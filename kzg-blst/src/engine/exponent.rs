//! Exponents in sliding windows, for powers of several elements by one exponent.

/// The largest number of bits in a window.
const WINDOW_BITS: u32 = 5;
/// Number of odd powers that a window can stand for: the first, the third, ..
pub(crate) const ODD_POWERS: usize = 1 << (WINDOW_BITS - 1);

/// A step of an exponentiation: squarings, then a multiplication by an odd power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) squarings: u32,
    /// The index of the odd power; `None` after the last window.
    pub(crate) odd_power: Option<usize>,
}

/// Returns the steps of an exponent that is not zero, least significant word first. The first step
/// has no squarings, because no power is known before it.
pub(crate) fn steps(exponent: &[u64; 6]) -> impl Iterator<Item = Step> {
    let bit = |i: u32| exponent[i as usize / 64] >> (i % 64) & 1;
    // The number of low bits that are left.
    let mut left = (0..384).rev().find(|&i| bit(i) == 1).map_or(0, |i| i + 1);
    let mut is_first = true;
    core::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let before = left;
        let Some(start) = (0..left).rev().find(|&i| bit(i) == 1) else {
            left = 0;
            return Some(Step {
                squarings: before,
                odd_power: None,
            });
        };
        // The longest window that begins at this bit and ends with a set bit.
        let ends = (start + 1).saturating_sub(WINDOW_BITS)..=start;
        left = ends.into_iter().find(|&end| bit(end) == 1).unwrap_or(start);
        let window = (left..=start)
            .rev()
            .fold(0, |window, i| window << 1 | bit(i));
        let squarings = if is_first { 0 } else { before - left };
        is_first = false;
        Some(Step {
            squarings,
            odd_power: Some(window as usize / 2),
        })
    })
}

/// A product of an exponentiation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Square,
    /// The product with an odd power.
    Multiply(usize),
}

/// Returns the index of the odd power with which an exponentiation begins, and the products after it, for an
/// exponent as in [`steps`].
pub(crate) fn operations(exponent: &[u64; 6]) -> (usize, impl Iterator<Item = Operation>) {
    let mut steps = steps(exponent);
    // The first step has no squarings.
    let first = steps.next().and_then(|step| step.odd_power).unwrap_or(0);
    let operations = steps.flat_map(|step| {
        let squarings = core::iter::repeat_n(Operation::Square, step.squarings as usize);
        squarings.chain(step.odd_power.map(Operation::Multiply))
    });
    (first, operations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_lead_to_the_exponent() {
        for low in (1..300).chain([u64::MAX, 1 << 63, 0xf0f0_0000_0000_0001]) {
            let mut reached = 0_u128;
            let exponent = [low, 0, 0, 0, 0, 0];
            for step in steps(&exponent) {
                reached <<= step.squarings;
                reached += step.odd_power.map_or(0, |i| 2 * i as u128 + 1);
            }
            assert_eq!(reached, u128::from(low));

            let (first, operations) = operations(&exponent);
            let reached =
                operations.fold(
                    2 * first as u128 + 1,
                    |reached, operation| match operation {
                        Operation::Square => 2 * reached,
                        Operation::Multiply(i) => reached + 2 * i as u128 + 1,
                    },
                );
            assert_eq!(reached, u128::from(low));
        }
    }

    #[test]
    fn windows_cross_the_words() {
        let steps: Vec<Step> = steps(&[1 << 63, 0b1111, 0, 0, 0, 0]).collect();
        let step = |squarings, odd_power| Step {
            squarings,
            odd_power,
        };
        assert_eq!(steps, [step(0, Some(15)), step(63, None)]);
    }
}
