//! Kernels, buffers and launches on the interpreter, and numbers for them.

use std::fs;
use std::thread;

use kzg_ptx::{Kernel, LaunchOptions, Memory, Module};
use kzg_testing::Seeded;
use num_bigint::BigUint;

/// The modulus of the base field.
pub(crate) const P: &str = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

pub(crate) fn number(hexadecimal: &str) -> BigUint {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16).expect("hexadecimal digits")
}

/// A kernel of a file. `KZG_GPU_PTX` names another folder of PTX, for seeded bugs.
pub(crate) fn kernel(file: &str, name: &str) -> Kernel {
    let folder = std::env::var("KZG_GPU_PTX").unwrap_or_else(|_| "kernels/ptx".to_owned());
    let text = fs::read_to_string(format!("{folder}/{file}.ptx")).expect("the checked-in PTX");
    let module = Module::parse(&text).expect("the interpreter knows all instructions");
    module
        .kernel(name)
        .expect("the kernel of this name")
        .clone()
}

/// Buffers of a device, and launches on it.
pub(crate) struct Device(pub(crate) Memory);

impl Device {
    pub(crate) fn new() -> Self {
        Self(Memory::new(1 << 30))
    }

    pub(crate) fn upload(&self, bytes: &[u8]) -> u64 {
        let address = self.0.allocate(bytes.len()).expect("room");
        self.0.write(address, bytes).expect("allocated");
        address
    }

    pub(crate) fn empty(&self, length: usize) -> u64 {
        self.0.allocate(length).expect("room")
    }

    pub(crate) fn download(&self, address: u64, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read(address, &mut bytes).expect("allocated");
        bytes
    }

    pub(crate) fn launch(&self, kernel: &Kernel, threads: usize, arguments: &[u64]) {
        let options = LaunchOptions {
            threads: thread::available_parallelism().map_or(1, |threads| threads.get()),
            ..LaunchOptions::default()
        };
        let grid = threads.div_ceil(128) as u32;
        kernel
            .launch(grid, 128, arguments, &self.0, options)
            .expect("no faults");
    }
}

/// A number below a modulus, from a number of `bytes` bytes.
pub(crate) fn below(seeded: &mut Seeded, modulus: &BigUint, bytes: usize) -> BigUint {
    let words: Vec<u8> = (0..bytes / 8)
        .flat_map(|_| seeded.next_u64().to_le_bytes())
        .collect();
    BigUint::from_bytes_le(&words) % modulus
}

pub(crate) fn little_endian(value: &BigUint, bytes: usize) -> Vec<u8> {
    let mut encoded = value.to_bytes_le();
    encoded.resize(bytes, 0);
    encoded
}
