//! Kernels of a few statements, and inputs for them.

use kzg_ptx::{LaunchError, LaunchOptions, Memory, Module};

/// Runs statements for each thread of a block. `%r1` has the thread's index, `%rd1` the address of
/// the thread's four words, which are `inputs` before; returns the words after.
pub(crate) fn run(statements: &str, inputs: &[[u32; 4]]) -> Result<Vec<[u32; 4]>, LaunchError> {
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

pub(crate) const EDGES: [u32; 8] = [
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
pub(crate) fn edges() -> Vec<[u32; 4]> {
    let pairs = EDGES
        .iter()
        .flat_map(|&a| EDGES.iter().map(move |&b| (a, b)));
    pairs
        .map(|(a, b)| [a, b, a ^ 0x1234_5678, b.rotate_left(7)])
        .collect()
}

pub(crate) fn check(statements: &str, expected: impl Fn([u32; 4]) -> [u32; 4]) {
    let inputs = edges();
    let outputs = run(statements, &inputs).expect("a launch without faults");
    for (input, output) in inputs.into_iter().zip(outputs) {
        assert_eq!(output, expected(input), "{statements} of {input:x?}");
    }
}

pub(crate) fn long(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

pub(crate) fn words(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}
