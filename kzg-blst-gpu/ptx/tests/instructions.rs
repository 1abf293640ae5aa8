//! Instructions, branches, barriers and memory, each against its definition.

use kzg_ptx::{LaunchError, LaunchOptions, Memory, MemoryError, Module};

/// Runs statements for each thread of a block. `%r1` has the thread's index, `%rd1` the address of
/// the thread's four words, which are `inputs` before; returns the words after.
fn run(statements: &str, inputs: &[[u32; 4]]) -> Result<Vec<[u32; 4]>, LaunchError> {
    let text = format!(
        ".version 6.4\n.target sm_70\n.address_size 64\n.visible .entry f(\n.param .u64 words\n)\n{{
        .reg .pred %p<10>; .reg .b16 %rs<10>; .reg .b32 %r<40>; .reg .b64 %rd<20>;
        .shared .align 4 .b8 shared[256]; .local .align 16 .b8 local[32];
        ld.param.u64 %rd1, [words]; mov.u32 %r1, %tid.x; mul.wide.u32 %rd2, %r1, 16;
        add.s64 %rd1, %rd1, %rd2; ld.global.v4.u32 {{%r2, %r3, %r4, %r5}}, [%rd1];
        {statements}
        $end: st.global.v4.u32 [%rd1], {{%r2, %r3, %r4, %r5}};
        ret;\n}}"
    );
    let module = Module::parse(&text).expect("a module of the subset");
    let memory = Memory::new(1 << 20);
    let words = memory.allocate(16 * inputs.len()).expect("room");
    let bytes: Vec<u8> = inputs
        .as_flattened()
        .iter()
        .flat_map(|w| w.to_le_bytes())
        .collect();
    memory.write(words, &bytes).expect("allocated");
    let kernel = module.kernel("f").expect("the kernel of the text");
    let options = LaunchOptions {
        threads: 1,
        branches: 10_000,
    };
    kernel.launch(1, inputs.len() as u32, &[words], &memory, options)?;
    let mut bytes = bytes;
    memory.read(words, &mut bytes).expect("allocated");
    let (words, _) = bytes.as_chunks::<4>();
    let words: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
    Ok(words.as_chunks::<4>().0.to_vec())
}

const EDGES: [u32; 8] = [
    0,
    1,
    2,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_0000,
    0xffff_fffe,
    u32::MAX,
];

/// Every pair of edges as the first two words, and two mixed ones.
fn edges() -> Vec<[u32; 4]> {
    let pairs = EDGES
        .iter()
        .flat_map(|&a| EDGES.iter().map(move |&b| (a, b)));
    pairs
        .map(|(a, b)| [a, b, a ^ 0x1234_5678, b.rotate_left(7)])
        .collect()
}

fn check(statements: &str, expected: impl Fn([u32; 4]) -> [u32; 4]) {
    let inputs = edges();
    let outputs = run(statements, &inputs).expect("a launch without faults");
    for (input, output) in inputs.into_iter().zip(outputs) {
        assert_eq!(output, expected(input), "{statements} of {input:x?}");
    }
}

fn long(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

fn words(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

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
            let index = edges()
                .iter()
                .position(|e| *e == [a, b, c, d])
                .expect("an edge") as u8;
            let permuted = [sign(bytes[0]), sign(bytes[1]), bytes[0], index];
            [a / 7, b % 10, c.swap_bytes(), u32::from_le_bytes(permuted)]
        },
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

#[test]
fn threads_part_and_meet_again() {
    // Each thread counts up to its own limit, by loops of different lengths, with an exit from
    // the middle; afterwards all threads run the same instructions together.
    let inputs: Vec<[u32; 4]> = (0..40).map(|i| [i % 7, i % 3, 0, 5]).collect();
    let outputs = run(
        "mov.u32 %r6, 0;
         $outer: setp.ge.u32 %p1, %r6, %r2; @%p1 bra $done; mov.u32 %r7, 0;
         $inner: setp.ge.u32 %p2, %r7, %r6; @%p2 bra $next; add.s32 %r4, %r4, 1; add.s32 %r7, %r7, 1;
         setp.eq.s32 %p3, %r3, 1; @%p3 bra $next; bra.uni $inner;
         $next: add.s32 %r6, %r6, 1; bra $outer;
         $done: add.s32 %r5, %r5, %r4;",
        &inputs,
    )
    .expect("a launch without faults");
    for ([limit, kind, ..], output) in inputs.into_iter().zip(outputs) {
        let turns = if kind == 1 {
            limit.saturating_sub(1)
        } else {
            limit * limit.saturating_sub(1) / 2
        };
        assert_eq!(output, [limit, kind, turns, 5 + turns]);
    }
}

#[test]
fn shared_memory_is_exchanged_at_barriers() {
    // 64 threads, two warps: each reads what the thread opposite wrote.
    let inputs: Vec<[u32; 4]> = (0..64).map(|i| [i * i, 0, 0, 0]).collect();
    let outputs = run(
        "mov.u32 %r6, shared; shl.b32 %r7, %r1, 2; add.s32 %r8, %r6, %r7; st.shared.u32 [%r8], %r2;
         bar.sync 0; mov.u32 %r9, 63; sub.s32 %r9, %r9, %r1; shl.b32 %r9, %r9, 2; add.s32 %r9, %r9, %r6;
         ld.shared.u32 %r3, [%r9];",
        &inputs,
    )
    .expect("a launch without faults");
    for (index, output) in outputs.iter().enumerate() {
        assert_eq!(output[1], inputs[63 - index][0]);
    }
}

#[test]
fn local_memory_belongs_to_a_thread() {
    check(
        "mov.u64 %rd3, local; st.local.v4.u32 [%rd3+16], {%r2, %r3, %r4, %r5}; and.b32 %r6, %r1, 3;
         mul.wide.u32 %rd4, %r6, 4; add.u64 %rd5, %rd3, %rd4; ld.local.u32 %r3, [%rd5+16];",
        |input| {
            let index = edges().iter().position(|e| *e == input).expect("an edge");
            [input[0], input[index % 4], input[2], input[3]]
        },
    );
}

#[test]
fn atomic_additions_give_each_thread_its_own_former_value() {
    let text = ".visible .entry f(.param .u64 counter, .param .u32 step, .param .u64 out) {
        .reg .b32 %r<9>; .reg .b64 %rd<9>;
        ld.param.u64 %rd1, [counter]; ld.param.u32 %r1, [step]; ld.param.u64 %rd2, [out];
        atom.global.add.u32 %r2, [%rd1], %r1; mov.u32 %r3, %ctaid.x; mov.u32 %r4, %ntid.x;
        mov.u32 %r5, %tid.x; mad.lo.s32 %r6, %r3, %r4, %r5; mul.wide.u32 %rd3, %r6, 4;
        add.s64 %rd4, %rd2, %rd3; st.global.u32 [%rd4], %r2; ret; }";
    let module = Module::parse(text).expect("a module of the subset");
    let memory = Memory::new(1 << 20);
    let counter = memory.allocate(4).expect("room");
    memory.fill(counter, 0, 1).expect("allocated");
    let out = memory.allocate(4 * 500).expect("room");
    let kernel = module.kernel("f").expect("the kernel of the text");
    assert_eq!(
        [0, 1, 2].map(|index| kernel.parameter_size(index)),
        [8, 4, 8]
    );
    let options = LaunchOptions {
        threads: 3,
        ..LaunchOptions::default()
    };
    kernel
        .launch(10, 50, &[counter, 3, out], &memory, options)
        .expect("no faults");
    let mut bytes = vec![0; 4 * 500];
    memory.read(out, &mut bytes).expect("allocated");
    let (words, _) = bytes.as_chunks::<4>();
    let mut former: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
    former.sort_unstable();
    assert!(former.iter().copied().eq((0..500).map(|count| 3 * count)));
    let refused = kernel.launch(1, 1, &[counter], &memory, options);
    assert_eq!(
        refused,
        Err(LaunchError::Arguments {
            expected: 3,
            actual: 1
        })
    );
    let refused = kernel.launch(1, 1025, &[counter, 3, out], &memory, options);
    assert_eq!(refused, Err(LaunchError::BlockSize { threads: 1025 }));
}

#[test]
fn accesses_outside_of_an_allocation_are_refused() {
    for (access, is_bounds) in [
        ("ld.global.u32 %r2, [%rd1+16];", true),
        ("st.global.u32 [%rd1+-4], %r2;", true),
        ("ld.global.u32 %r2, [0];", true),
        ("ld.global.v4.u32 {%r2, %r3, %r4, %r5}, [%rd1+4];", false),
        ("st.shared.u32 [256], %r2;", true),
        ("mov.u64 %rd3, local; ld.local.u32 %r2, [%rd3+32];", true),
        ("atom.global.add.u32 %r2, [%rd1+2], 1;", false),
    ] {
        let outcome = run(access, &[[0; 4]]);
        let Err(LaunchError::Memory { line, error, .. }) = outcome else {
            panic!("{access}: {outcome:?}");
        };
        assert_eq!(line, 12, "{access}");
        assert_eq!(
            matches!(error, MemoryError::OutOfBounds { .. }),
            is_bounds,
            "{access}"
        );
    }
}

#[test]
fn launches_that_cannot_go_on_are_refused() {
    let outcome = run("$again: bra.uni $again;", &[[0; 4]]);
    assert_eq!(outcome, Err(LaunchError::BranchLimit { line: 12 }));
    let outcome = run("div.u32 %r2, %r2, %r3;", &[[1, 0, 0, 0]]);
    assert_eq!(outcome, Err(LaunchError::DivisionByZero { line: 12 }));
    let outcome = run(
        "setp.eq.s32 %p1, %r1, 0; @%p1 bra $end; bar.sync 0;",
        &[[0; 4]; 2],
    );
    assert_eq!(outcome, Err(LaunchError::Barrier { line: 12 }));
    let outcome = run(
        "setp.lt.u32 %p1, %r1, 32; @%p1 bra $end; bar.sync 0;",
        &[[0; 4]; 64],
    );
    assert_eq!(outcome, Err(LaunchError::Barrier { line: 12 }));
}

#[test]
fn what_is_not_known_is_refused_with_its_line() {
    let kernel = |statement: &str| {
        format!(
            ".version 6.4\n.visible .entry f(.param .u64 a)\n{{\n.reg .b32 %r<4>;\n.reg .b64 %rd<4>;\n\
             {statement}\nret;\n}}"
        )
    };
    for statement in [
        "add.f32 %r1, %r2, %r3;",
        "shf.l.wrap.b32 %r1, %r2, %r3, 3;",
        "add.s32 %r1, %r2;",
        "add.s32 %r1, %r2, %r4;",
        "add.s32 %r1, %r2, %rd1;",
        "add.s32 5, %r2, %r1;",
        "mov.u32 %r1, %laneid;",
        "setp.lt.s16 %r1, %r2, %r3;",
        "ld.u32 %r1, [%rd1];",
        "ld.global.v4.u32 {%r1, %r2}, [%rd1];",
        "ld.param.u32 %r1, [a];",
        "ld.global.u32 %r1, [%r2];",
        "bra $nowhere;",
        "bar.sync 1;",
        "@%r1 ret;",
        "call f, ();",
        ".reg .f32 %f<2>;",
        ".global .b32 x;",
    ] {
        let error = Module::parse(&kernel(statement)).expect_err(statement);
        assert_eq!(error.line, 6, "{error}");
    }
    for text in [
        "ret;",
        ".visible .func f(.param .u32 a) { ret; }",
        ".entry f() { ret;",
        &kernel("").replace("ret;", ""),
    ] {
        assert!(Module::parse(text).is_err(), "{text}");
    }
    assert!(Module::parse(&kernel("")).is_ok());
}

#[test]
fn memory_is_bounded_and_freed() {
    let memory = Memory::new(1000);
    let first = memory.allocate(600).expect("room");
    let full = MemoryError::OutOfMemory {
        wanted: 500,
        used: 600,
        capacity: 1000,
    };
    assert_eq!(memory.allocate(500), Err(full));
    assert_eq!((memory.used(), memory.capacity()), (600, 1000));
    let mut bytes = [0; 8];
    memory.read(first, &mut bytes).expect("allocated");
    assert_eq!(bytes, [0xcd; 8]);
    assert_eq!(
        memory.write(first, &[1; 7]),
        Err(MemoryError::Misaligned {
            address: first,
            length: 7
        })
    );
    let beyond = first + 596;
    assert_eq!(
        memory.write(beyond, &[1; 8]),
        Err(MemoryError::OutOfBounds {
            address: beyond,
            length: 8
        })
    );
    assert_eq!(memory.free(first), Ok(()));
    assert_eq!(
        memory.free(first),
        Err(MemoryError::NotAllocated { address: first })
    );
    assert_eq!(
        memory.fill(first, 0, 1),
        Err(MemoryError::OutOfBounds {
            address: first,
            length: 4
        })
    );
}
