//! Branches, barriers, shared and local memory, and atomic additions.

use kzg_ptx::{LaunchError, LaunchOptions, Memory, Module};

use crate::run::{check, edges, run};

#[test]
fn threads_diverge_and_reconverge() {
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

/// The registers and the local memory of a thread begin with a pattern in every block. They hold neither
/// zeros nor values of an earlier block.
#[test]
fn registers_and_local_memory_begin_with_a_pattern() {
    let text = ".visible .entry f(.param .u64 out) {
        .reg .pred %p<3>; .reg .b32 %r<20>; .reg .b64 %rd<9>; .local .align 4 .b8 local[4];
        ld.param.u64 %rd1, [out]; addc.u32 %r1, 0, 0; selp.u32 %r2, 1, 0, %p1;
        mov.u64 %rd3, local; ld.local.u32 %r4, [%rd3]; mov.u32 %r5, %r3; cvt.u32.u64 %r6, %rd2;
        mov.u32 %r7, %ctaid.x; mov.u32 %r8, %ntid.x; mov.u32 %r9, %tid.x;
        mad.lo.s32 %r10, %r7, %r8, %r9; mul.wide.u32 %rd4, %r10, 32; add.s64 %rd5, %rd1, %rd4;
        st.global.v4.u32 [%rd5], {%r1, %r2, %r4, %r5}; st.global.u32 [%rd5+16], %r6;
        sub.cc.u32 %r11, 1, 0; mov.u32 %r3, 0; mov.u64 %rd2, 0; mov.pred %p1, 0;
        st.local.u32 [%rd3], %r3; ret; }";
    let module = Module::parse(text).expect("a module of the subset");
    let memory = Memory::new(1 << 20);
    let (blocks, threads) = (3, 40);
    let out = memory.allocate(32 * blocks * threads).expect("room");
    let kernel = module.kernel("f").expect("the kernel of the text");
    kernel
        .launch(
            blocks as u32,
            threads as u32,
            &[out],
            &memory,
            LaunchOptions::default(),
        )
        .expect("no faults");
    for index in 0..blocks * threads {
        let mut bytes = [0; 20];
        memory
            .read(out + 32 * index as u64, &mut bytes)
            .expect("allocated");
        let words: Vec<u32> = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|word| u32::from_le_bytes(*word))
            .collect();
        // Predicates alternate from thread to thread.
        let predicate = (index % threads % 2) as u32;
        let fill = 0xcdcd_cdcd;
        assert_eq!(words, [1, predicate, fill, fill, fill], "thread {index}");
    }
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
