//! The final exponentiation of eight products of Miller loops.
//!
//! The exponent is that of [`pairing::final_exponentiation`](crate::pairing), which has the source.
//! Here squares in the cyclotomic subgroup are not compressed, so that no element needs another method.

use super::super::field::LaneMask;
use super::fp12::Fp12;
use crate::curve::parameter::{DOUBLINGS, LAST_DOUBLINGS};

/// Returns the lanes in which the final exponentiation gives one. No element may be zero.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
pub(super) fn ones(f: &Fp12) -> LaneMask {
    let times = |a: Fp12, b: &Fp12| {
        let mut product = a;
        product.multiply(b);
        product
    };
    let unitary = times(f.conjugate(), &f.inverse());
    let f = times(unitary.frobenius(2), &unitary);
    // The inverse of a unitary element is its conjugate.
    let a = times(raised(&f), &f.conjugate());
    let a = times(raised(&a), &a.conjugate());
    let a = times(raised(&a), &a.frobenius(1));
    let b = times(a.frobenius(2), &a.conjugate());
    let a = times(raised(&raised(&a)), &b);
    let mut cube = f;
    cube.square_cyclotomic();
    times(times(a, &cube), &f).ones()
}

/// The power of a unitary element by the curve's parameter, which is negative.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi")]
fn raised(f: &Fp12) -> Fp12 {
    let mut power = *f;
    for doublings in DOUBLINGS {
        for _ in 0..doublings {
            power.square_cyclotomic();
        }
        power.multiply(f);
    }
    for _ in 0..LAST_DOUBLINGS {
        power.square_cyclotomic();
    }
    power.conjugate()
}
