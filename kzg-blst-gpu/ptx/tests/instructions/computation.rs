//! Instructions that compute, at the edges of words.

use crate::run::{check, long, words};

#[test]
fn carries_and_borrows_pass_to_the_next_instruction() {
    check(
        "add.cc.u32 %r6, %r2, %r4; addc.cc.u32 %r7, %r3, %r5; addc.u32 %r8, 0, 0;
         mov.u32 %r2, %r6; mov.u32 %r3, %r7; mov.u32 %r4, %r8;",
        |[a, b, c, d]| {
            let (sum, carry) = long(a, b).overflowing_add(long(c, d));
            let [low, high] = words(sum);
            [low, high, u32::from(carry), d]
        },
    );
    check(
        "sub.cc.u32 %r6, %r2, %r4; subc.cc.u32 %r7, %r3, %r5; subc.u32 %r8, 0, 0;
         mov.u32 %r2, %r6; mov.u32 %r3, %r7; mov.u32 %r4, %r8;",
        |[a, b, c, d]| {
            let (difference, borrow) = long(a, b).overflowing_sub(long(c, d));
            let [low, high] = words(difference);
            [low, high, u32::from(borrow).wrapping_neg(), d]
        },
    );
}

#[test]
fn multiply_add_chains_are_those_of_long_integers() {
    let expected = |[a, b, c, d]: [u32; 4]| {
        let sum = u128::from(a) * u128::from(b) + u128::from(long(c, d));
        let [low, high] = words(sum as u64);
        [low, high, (sum >> 64) as u32, d]
    };
    // As a pair of the same factors, and apart.
    for between in ["", "mov.u32 %r9, 7;"] {
        check(
            &format!(
                "mad.lo.cc.u32 %r6, %r2, %r3, %r4; {between} madc.hi.cc.u32 %r7, %r2, %r3, %r5;
                 addc.u32 %r4, 0, 0; mov.u32 %r2, %r6; mov.u32 %r3, %r7;"
            ),
            expected,
        );
    }
    // The carry is that of the last instruction that writes one: here, of the low half.
    for between in ["", "mov.u32 %r9, 7;"] {
        check(
            &format!(
                "mad.lo.cc.u32 %r6, %r2, %r3, %r4; {between} madc.hi.u32 %r7, %r2, %r3, %r5;
                 addc.u32 %r4, 0, 0; mov.u32 %r2, %r6; mov.u32 %r3, %r7;"
            ),
            |[a, b, c, d]| {
                let [low, high, _, _] = expected([a, b, c, d]);
                let (_, carry) = a.wrapping_mul(b).overflowing_add(c);
                [low, high, u32::from(carry), d]
            },
        );
    }
    // With a carry in, and a result that is a factor.
    check(
        "add.cc.u32 %r6, %r4, -1; madc.lo.cc.u32 %r2, %r2, %r3, %r4; madc.hi.u32 %r3, %r2, %r3, %r5;",
        |[a, b, c, d]| {
            let carry = u64::from(c != 0);
            let low = u64::from(a.wrapping_mul(b)) + u64::from(c) + carry;
            let factor = low as u32;
            let high = (u64::from(factor) * u64::from(b)) >> 32;
            [factor, (high + u64::from(d) + (low >> 32)) as u32, c, d]
        },
    );
}

#[test]
fn instructions_on_words() {
    check(
        "mul.lo.s32 %r6, %r2, %r3; mul.hi.u32 %r3, %r2, %r3; mov.u32 %r2, %r6;",
        |[a, b, c, d]| {
            let [low, high] = words(u64::from(a) * u64::from(b));
            [low, high, c, d]
        },
    );
    check(
        "and.b32 %r2, %r2, %r3; or.b32 %r3, %r4, %r5; xor.b32 %r4, %r4, 255; not.b32 %r5, %r5;",
        |[a, b, c, d]| [a & b, c | d, c ^ 255, !d],
    );
    check(
        "shl.b32 %r2, %r2, 31; shr.u32 %r3, %r3, 5; shr.s32 %r4, %r4, 40; shl.b32 %r5, %r5, 32;",
        |[a, b, c, _]| [a << 31, b >> 5, ((c as i32) >> 31) as u32, 0],
    );
    check(
        "neg.s32 %r2, %r2; min.u32 %r6, %r3, %r4; max.u32 %r4, %r3, %r4; mov.u32 %r3, %r6; clz.b32 %r5, %r5;",
        |[a, b, c, d]| [a.wrapping_neg(), b.min(c), b.max(c), d.leading_zeros()],
    );
    check(
        "div.u32 %r2, %r2, 7; rem.u32 %r3, %r3, 10; prmt.b32 %r4, %r4, 0, 0x0123; prmt.b32 %r5, %r5, %r1, 0x4098;",
        |[a, b, c, d]| {
            let bytes = d.to_le_bytes();
            let sign = |byte: u8| if byte & 0x80 == 0 { 0 } else { 0xff };
            // The thread's index is the second source, byte 4 of both.
            let index = crate::run::edges()
                .iter()
                .position(|e| *e == [a, b, c, d])
                .expect("an edge") as u8;
            let permuted = [sign(bytes[0]), sign(bytes[1]), bytes[0], index];
            [a / 7, b % 10, c.swap_bytes(), u32::from_le_bytes(permuted)]
        },
    );
}

/// Registers of 16 bits are kept extended by zeros, so a negative constant is one of 16 bits too.
#[test]
fn constants_of_16_bits() {
    check(
        "mov.b16 %rs1, -1; setp.eq.s16 %p1, %rs1, 65535; selp.u32 %r2, 1, 0, %p1;
         selp.b16 %rs2, -2, 7, %p1; setp.eq.b16 %p2, %rs2, -2; setp.lt.u16 %p3, %rs2, -1;
         and.pred %p4, %p2, %p3; selp.u32 %r3, 1, 0, %p4; xor.b16 %rs3, %rs2, -1;
         setp.eq.s16 %p5, %rs3, 1; selp.u32 %r4, 1, 0, %p5;",
        |[_, _, _, d]| [1, 1, 1, d],
    );
}

#[test]
fn comparisons_and_predicates() {
    for (name, holds) in [
        ("eq.s32", (|a, b| a == b) as fn(u32, u32) -> bool),
        ("ne.b32", |a, b| a != b),
        ("lt.u32", |a, b| a < b),
        ("le.s32", |a, b| a as i32 <= b as i32),
        ("gt.s32", |a, b| a as i32 > b as i32),
        ("ge.u32", |a, b| a >= b),
    ] {
        check(
            &format!(
                "setp.{name} %p1, %r2, %r3; not.pred %p2, %p1; mov.pred %p3, -1; xor.pred %p4, %p1, %p3;
                 and.pred %p5, %p2, %p4; or.pred %p6, %p1, %p5; selp.b32 %r2, %r4, %r5, %p1;
                 selp.u16 %rs1, 3, 4, %p5; setp.eq.s16 %p7, %rs1, 3; selp.u32 %r3, 1, 0, %p7;
                 selp.u32 %r4, 1, 0, %p6; @%p1 mov.u32 %r5, 9; @!%p1 add.s32 %r5, %r5, 1;"
            ),
            |[a, b, c, d]| {
                let yes = holds(a, b);
                [if yes { c } else { d }, u32::from(!yes), 1, if yes { 9 } else { d.wrapping_add(1) }]
            },
        );
    }
}

#[test]
fn instructions_on_long_words() {
    check(
        "cvt.u64.u32 %rd3, %r2; shl.b64 %rd3, %rd3, 32; cvt.u64.u32 %rd4, %r3; add.s64 %rd5, %rd3, %rd4;
         mul.lo.s64 %rd6, %rd5, %rd5; sub.s64 %rd6, %rd6, %rd4; setp.lt.u64 %p1, %rd5, %rd6;
         selp.b64 %rd7, %rd5, %rd6, %p1; shr.u64 %rd8, %rd7, 32; cvt.u32.u64 %r2, %rd7;
         cvt.u32.u64 %r3, %rd8; mul.wide.u32 %rd9, %r4, %r5; cvt.u32.u64 %r4, %rd9;",
        |[a, b, c, d]| {
            let value = long(b, a);
            let square = value.wrapping_mul(value).wrapping_sub(u64::from(b));
            let [low, high] = words(value.min(square));
            [low, high, c.wrapping_mul(d), d]
        },
    );
}
