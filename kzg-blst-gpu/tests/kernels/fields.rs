//! Products, sums and differences of field elements against big integers.

use kzg_testing::Seeded;
use num_bigint::BigUint;

use crate::device::{Device, P, below, kernel, little_endian, number};

/// The modulus of the scalar field.
const R: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
/// The number of products that are compared.
const PRODUCTS: usize = 100_000;

/// Values at which carries begin and end: near zero and near the modulus, powers of two, limbs of
/// zeros and of ones, and the constants of the Montgomery form.
fn edges(modulus: &BigUint, bytes: usize) -> Vec<BigUint> {
    let one = BigUint::from(1_u32);
    let radix = &one << (8 * bytes);
    let mut edges = vec![
        BigUint::ZERO,
        one.clone(),
        BigUint::from(2_u32),
        modulus - 1_u32,
        modulus - 2_u32,
        (modulus - 1_u32) / 2_u32,
        (modulus + 1_u32) / 2_u32,
        &radix % modulus,
        (&radix * &radix) % modulus,
    ];
    for bit in 0..8 * bytes {
        edges.push((&one << bit) % modulus);
        edges.push(((&one << bit) - 1_u32) % modulus);
    }
    for limb in 0..bytes / 4 {
        // One limb of ones, and all limbs of ones but one.
        let ones = BigUint::from(u32::MAX) << (32 * limb);
        edges.push(&ones % modulus);
        edges.push((&radix - 1_u32 - &ones) % modulus);
    }
    edges
}

/// Pairs of edges and random values, as little-endian bytes too.
fn operands(modulus: &BigUint, bytes: usize) -> [(Vec<BigUint>, Vec<u8>); 2] {
    let edges = edges(modulus, bytes);
    let mut seeded = Seeded::new(24);
    let mut choose = |position: usize| {
        if seeded.next_u64().is_multiple_of(3) || position < 2 * edges.len() {
            edges[seeded.next_u64() as usize % edges.len()].clone()
        } else {
            below(&mut seeded, modulus, bytes)
        }
    };
    [0, 1].map(|_| {
        let values: Vec<BigUint> = (0..PRODUCTS).map(&mut choose).collect();
        let encoded = values
            .iter()
            .flat_map(|value| little_endian(value, bytes))
            .collect();
        (values, encoded)
    })
}

fn check_products(name: &str, modulus: &BigUint, bytes: usize) {
    let device = Device::new();
    let [(a, a_bytes), (b, b_bytes)] = operands(modulus, bytes);
    let (first, second) = (device.upload(&a_bytes), device.upload(&b_bytes));
    let out = device.empty(bytes * PRODUCTS);
    let kernel = kernel("field_products", name);
    device.launch(&kernel, PRODUCTS, &[first, second, out, PRODUCTS as u64]);
    let products = device.download(out, bytes * PRODUCTS);
    let radix: BigUint = BigUint::from(1_u32) << (8 * bytes);
    let inverse = radix.modinv(modulus).expect("odd modulus");
    for ((a, b), product) in a.iter().zip(&b).zip(products.chunks_exact(bytes)) {
        let expected = a * b * &inverse % modulus;
        assert_eq!(
            BigUint::from_bytes_le(product),
            expected,
            "{a:x} times {b:x}"
        );
    }
}

#[test]
fn products_of_the_base_field() {
    check_products("fp_products", &number(P), 48);
}

#[test]
fn products_of_the_scalar_field() {
    check_products("fr_products", &number(R), 32);
}

#[test]
fn sums_and_differences_of_the_base_field() {
    let (device, p) = (Device::new(), number(P));
    let [(a, a_bytes), (b, b_bytes)] = operands(&p, 48);
    let (first, second) = (device.upload(&a_bytes), device.upload(&b_bytes));
    let (sums, differences) = (device.empty(48 * PRODUCTS), device.empty(48 * PRODUCTS));
    let kernel = kernel("field_products", "fp_sums");
    device.launch(
        &kernel,
        PRODUCTS,
        &[first, second, sums, differences, PRODUCTS as u64],
    );
    let sums = device.download(sums, 48 * PRODUCTS);
    let differences = device.download(differences, 48 * PRODUCTS);
    let made = sums.chunks_exact(48).zip(differences.chunks_exact(48));
    for ((a, b), (sum, difference)) in a.iter().zip(&b).zip(made) {
        assert_eq!(BigUint::from_bytes_le(sum), (a + b) % &p, "{a:x} + {b:x}");
        assert_eq!(
            BigUint::from_bytes_le(difference),
            (a + &p - b) % &p,
            "{a:x} - {b:x}"
        );
    }
}

#[test]
fn repeated_squarings() {
    let (device, p) = (Device::new(), number(P));
    let values: Vec<BigUint> = (0..64)
        .map(|i| below(&mut Seeded::new(i), &p, 48))
        .collect();
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| little_endian(value, 48))
        .collect();
    let address = device.upload(&bytes);
    device.launch(
        &kernel("field_products", "fp_squarings"),
        64,
        &[address, 5, 64],
    );
    let radix: BigUint = BigUint::from(1_u32) << 384;
    let inverse = radix.modinv(&p).expect("odd modulus");
    for (value, made) in values
        .iter()
        .zip(device.download(address, 48 * 64).chunks_exact(48))
    {
        let expected = (0..5).fold(value.clone(), |x, _| &x * &x * &inverse % &p);
        assert_eq!(BigUint::from_bytes_le(made), expected);
    }
}
