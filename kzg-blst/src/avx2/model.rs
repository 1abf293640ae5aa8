//! A model of the kernels: the same operations in the same order within a column, for one element, in
//! plain Rust. It is compared with blst on every target, and the kernels are compared with it to the
//! last bit.

use super::radix48::{HIGH, LIMBS, LOW, P, P_INVERSE, RADIX};

const COLUMNS: usize = 2 * LIMBS;

/// The two accumulators of a column.
#[derive(Clone, Copy)]
struct Column {
    high: f64,
    low: f64,
}

impl Column {
    /// Adds `x·y` exactly.
    fn accumulate(&mut self, x: f64, y: f64) {
        let high = x.mul_add(y, self.high);
        self.low += x.mul_add(y, self.high - high);
        self.high = high;
    }
}

/// `a·b/R + c`.
pub(super) fn multiply_add(a: &[f64; LIMBS], b: &[f64; LIMBS], c: &[f64; LIMBS]) -> [f64; LIMBS] {
    reduce(LOW, c, |k, column| {
        for i in k.saturating_sub(LIMBS - 1)..=k.min(LIMBS - 1) {
            column.accumulate(a[i], b[k - i]);
        }
    })
}

/// `(a·b + d·e)/R + c`.
pub(super) fn multiply_two_add([a, b, d, e]: &[[f64; LIMBS]; 4], c: &[f64; LIMBS]) -> [f64; LIMBS] {
    reduce(0.0, c, |k, column| {
        for i in k.saturating_sub(LIMBS - 1)..=k.min(LIMBS - 1) {
            column.accumulate(a[i], b[k - i]);
            column.accumulate(d[i], e[k - i]);
        }
    })
}

/// `a·a/R + c`.
pub(super) fn square_add(a: &[f64; LIMBS], c: &[f64; LIMBS]) -> [f64; LIMBS] {
    reduce(LOW, c, |k, column| {
        for i in k.saturating_sub(LIMBS - 1)..k.div_ceil(2) {
            column.accumulate(a[i] + a[i], a[k - i]);
        }
        if k % 2 == 0 {
            column.accumulate(a[k / 2], a[k / 2]);
        }
    })
}

/// The low accumulators begin with `low`: `LOW`, or zero where they may become too large with it. Then `HIGH`
/// is subtracted from the carry.
fn reduce(low: f64, c: &[f64; LIMBS], products: impl Fn(usize, &mut Column)) -> [f64; LIMBS] {
    let in_carry = if low == LOW { 0.0 } else { HIGH };
    let mut q = [0.0; LIMBS];
    let mut out = [0.0; LIMBS];
    // The column before the first has no carry.
    let mut carry = HIGH;
    for k in 0..COLUMNS {
        let mut column = Column { high: HIGH, low };
        if k < COLUMNS - 1 {
            products(k, &mut column);
            for i in k.saturating_sub(LIMBS - 1)..k.min(LIMBS) {
                column.accumulate(q[i], -P[k - i]);
            }
        }
        let t = (carry - in_carry).mul_add(1.0 / RADIX, column.low);
        if k < LIMBS {
            let high = t.mul_add(P_INVERSE, HIGH);
            q[k] = t.mul_add(P_INVERSE, -(high - HIGH));
            carry = column.high + q[k].mul_add(-P[0], t);
        } else {
            let t = t + c[k - LIMBS];
            carry = column.high + t;
            out[k - LIMBS] = if k == COLUMNS - 1 {
                t
            } else {
                t + (column.high - carry)
            };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::limbs_at_the_bounds::{Operands, value};
    use super::*;
    use blst::blst_fp;

    #[test]
    fn the_model_multiplies_as_blst_does() {
        for operands in Operands::many(20_000) {
            let Operands { a, b, c, s, two } = operands;
            let (mut product, mut square) = (blst_fp::default(), blst_fp::default());
            let mut sum = [blst_fp::default(); 2];
            // SAFETY: blst reads two field elements and writes one in each call, which may be
            // among those read.
            unsafe {
                blst::blst_fp_mul(&mut product, &value(&a), &value(&b));
                blst::blst_fp_add(&mut product, &product, &value(&c));
                blst::blst_fp_sqr(&mut square, &value(&s));
                blst::blst_fp_add(&mut square, &square, &value(&c));
                blst::blst_fp_mul(&mut sum[0], &value(&two[0]), &value(&two[1]));
                blst::blst_fp_mul(&mut sum[1], &value(&two[2]), &value(&two[3]));
                blst::blst_fp_add(&mut sum[0], &sum[0], &sum[1]);
                blst::blst_fp_add(&mut sum[0], &sum[0], &value(&c));
            }
            assert_eq!(value(&multiply_two_add(&two, &c)), sum[0]);
            assert_eq!(value(&multiply_add(&a, &b, &c)), product);
            assert_eq!(value(&square_add(&s, &c)), square);
        }
    }
}
