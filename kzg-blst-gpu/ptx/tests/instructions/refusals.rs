//! Launches and texts that are refused, and the bounds of memory.

use kzg_ptx::{LaunchError, Memory, MemoryError, Module};

use crate::run::run;

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
    // One thread of a warp has returned.
    let outcome = run(
        "setp.eq.s32 %p1, %r1, 0; @%p1 ret; bar.sync 0;",
        &[[0; 4]; 2],
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
        "ld %r1, [%rd1];",
        "st [%rd1], %r1;",
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
