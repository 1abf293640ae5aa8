//! The kernels' PTX on the interpreter, each against its definition: field products at edges and at
//! random against big integers, and additions of points in every exceptional case against kzg-blst.

use std::fs;
use std::thread;

use kzg_blst::{Fr, G1};
use kzg_ptx::{Kernel, LaunchOptions, Memory, Module};
use kzg_traits::{Fr as _, Group};
use num_bigint::BigUint;

const P: &str = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
const R: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
/// The number of products that are compared.
const PRODUCTS: usize = 100_000;

fn number(hexadecimal: &str) -> BigUint {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16).expect("hexadecimal digits")
}

/// A kernel of a file. `KZG_GPU_PTX` names another folder of PTX, for seeded bugs.
fn kernel(file: &str, name: &str) -> Kernel {
    let folder = std::env::var("KZG_GPU_PTX").unwrap_or_else(|_| "kernels/ptx".to_owned());
    let text = fs::read_to_string(format!("{folder}/{file}.ptx")).expect("the checked-in PTX");
    let module = Module::parse(&text).expect("the interpreter knows all instructions");
    module
        .kernel(name)
        .expect("the kernel of this name")
        .clone()
}

/// Buffers of a device, and launches on it.
struct Device(Memory);

impl Device {
    fn new() -> Self {
        Self(Memory::new(1 << 30))
    }

    fn upload(&self, bytes: &[u8]) -> u64 {
        let address = self.0.allocate(bytes.len()).expect("room");
        self.0.write(address, bytes).expect("allocated");
        address
    }

    fn empty(&self, length: usize) -> u64 {
        self.0.allocate(length).expect("room")
    }

    fn download(&self, address: u64, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read(address, &mut bytes).expect("allocated");
        bytes
    }

    fn launch(&self, kernel: &Kernel, threads: usize, arguments: &[u64]) {
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

/// A generator of numbers that are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, modulus: &BigUint, bytes: usize) -> BigUint {
        let words: Vec<u8> = (0..bytes / 8)
            .flat_map(|_| self.next().to_le_bytes())
            .collect();
        BigUint::from_bytes_le(&words) % modulus
    }
}

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
    let mut random = Random(24);
    let mut choose = |position: usize| {
        if random.next().is_multiple_of(3) || position < 2 * edges.len() {
            edges[random.next() as usize % edges.len()].clone()
        } else {
            random.below(modulus, bytes)
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

fn little_endian(value: &BigUint, bytes: usize) -> Vec<u8> {
    let mut encoded = value.to_bytes_le();
    encoded.resize(bytes, 0);
    encoded
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
    let values: Vec<BigUint> = (0..64).map(|i| Random(i).below(&p, 48)).collect();
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

/// The multiple of the generator.
fn point(k: i64) -> G1 {
    let point = G1::generator().mul(&Fr::from_u64(k.unsigned_abs()));
    if k < 0 { -point } else { point }
}

/// The coordinates of a point in Montgomery form; zeros for infinity.
fn affine(point: &G1) -> [BigUint; 2] {
    if point.is_identity() {
        return [BigUint::ZERO, BigUint::ZERO];
    }
    let (p, bytes) = (number(P), point.to_affine_bytes());
    [&bytes[..48], &bytes[48..]].map(|half| (BigUint::from_bytes_be(half) << 384) % &p)
}

/// A point in the kernels' coordinates, with the denominators `z^2` and `z^3`.
fn with_denominator(point: &G1, z: &BigUint) -> Vec<u8> {
    let p = number(P);
    let [x, y] = affine(point);
    let (zz, zzz) = (z * z % &p, z * z % &p * z % &p);
    let montgomery = |value: &BigUint| (value << 384) % &p;
    let coordinates = if point.is_identity() {
        // The other coordinates of infinity are arbitrary.
        [z.clone(), zz, BigUint::ZERO, BigUint::ZERO]
    } else {
        [
            x * &zz % &p,
            y * &zzz % &p,
            montgomery(&zz),
            montgomery(&zzz),
        ]
    };
    coordinates
        .iter()
        .flat_map(|value| little_endian(value, 48))
        .collect()
}

/// The encodings of points in the kernels' coordinates.
fn encodings(device: &Device, points: u64, n: usize) -> Vec<[u8; 48]> {
    let out = device.empty(48 * n);
    device.launch(&kernel("compress", "compress"), n, &[points, out, n as u64]);
    device.download(out, 48 * n).as_chunks().0.to_vec()
}

/// Pairs whose sums and differences have every exceptional case.
const PAIRS: [(i64, i64); 14] = [
    (1, 2),
    (5, 5),
    (5, -5),
    (0, 7),
    (7, 0),
    (0, 0),
    (-3, 3),
    (-3, -3),
    (100, 1),
    (2, 1),
    (9, -4),
    (1, 1),
    (-1, -1),
    (12345, 54321),
];

#[test]
fn sums_and_differences_of_points_in_every_case() {
    let (device, p) = (Device::new(), number(P));
    let mut random = Random(5);
    let n = PAIRS.len();
    let halves = [PAIRS.map(|pair| pair.0), PAIRS.map(|pair| pair.1)];
    let mut bytes = Vec::new();
    for half in halves {
        for k in half {
            // Denominators differ, so that equal points have different coordinates.
            bytes.extend(with_denominator(&point(k), &(random.below(&p, 48) + 1_u32)));
        }
    }
    let (points, out) = (device.upload(&bytes), device.empty(bytes.len()));
    let pairs = kernel("pairs", "pairs");
    device.launch(&pairs, 2 * n, &[points, out, 2 * n as u64, n as u64]);
    let made = encodings(&device, out, 2 * n);
    for (index, (a, b)) in PAIRS.into_iter().enumerate() {
        assert_eq!(made[index], point(a + b).to_bytes(), "{a} + {b}");
        assert_eq!(made[n + index], point(a - b).to_bytes(), "{a} - {b}");
    }
    // The sums alone.
    let sums = device.empty(bytes.len() / 2);
    device.launch(&pairs, n, &[points, sums, n as u64, n as u64]);
    assert_eq!(encodings(&device, sums, n), made[..n]);
}

#[test]
fn encodings_have_the_sign_and_infinity() {
    let device = Device::new();
    let multiples: Vec<i64> = (-20..20).collect();
    let z = BigUint::from(0x1234_5678_u32);
    let bytes: Vec<u8> = multiples
        .iter()
        .flat_map(|&k| with_denominator(&point(k), &z))
        .collect();
    let points = device.upload(&bytes);
    let expected: Vec<[u8; 48]> = multiples.iter().map(|&k| point(k).to_bytes()).collect();
    assert_eq!(encodings(&device, points, multiples.len()), expected);
}

/// Buckets with duplicates, cancellations, points at infinity and nothing at all.
#[test]
fn sums_of_segments_in_every_case() {
    const SEGMENT: usize = 4;
    let device = Device::new();
    let table: Vec<i64> = vec![0, 1, 2, 3, 1, 5, 700, 0];
    let bytes: Vec<u8> = table
        .iter()
        .flat_map(|&k| affine(&point(k)))
        .flat_map(|coordinate| little_endian(&coordinate, 48))
        .collect();
    // Entries of the table, negative ones (minus one) subtracted.
    let buckets: [&[i64]; 10] = [
        &[],
        &[1],
        &[1, 4],
        &[1, -2],
        &[1, -5],
        &[0, 0, 7],
        &[0, 3, 3, 3],
        &[1, -5, 2, 2, 2, -3, 6],
        &[2, -3, 2, -3, 2, 2, -3, -3, 5],
        &[6, 6, -7, 6, 5],
    ];
    let (mut items, mut starts, mut segments) = (Vec::new(), vec![0_u32], vec![0_u32]);
    for bucket in buckets {
        for &entry in bucket {
            items.push(if entry < 0 {
                (-entry - 1) << 1 | 1
            } else {
                entry << 1
            } as u32);
        }
        starts.push(items.len() as u32);
        segments.push(segments[segments.len() - 1] + bucket.len().div_ceil(SEGMENT) as u32);
    }
    let words = |words: &[u32]| {
        words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let slots = segments[buckets.len()] as usize + 3;
    let partials = device.empty(192 * slots);
    device.0.fill(partials, 0, 48 * slots).expect("allocated");
    let arguments = [
        device.upload(&bytes),
        device.upload(&words(&items)),
        device.upload(&words(&starts)),
        device.upload(&words(&segments)),
        partials,
        1,
        buckets.len() as u64,
        slots as u64,
        SEGMENT as u64,
        items.len() as u64,
    ];
    device.launch(&kernel("accumulate", "accumulate"), slots, &arguments);
    let made = encodings(&device, partials, slots);
    let mut slot = 0;
    let sum = |entries: &[i64]| -> i64 {
        let value = |&entry: &i64| match entry {
            entry if entry < 0 => -table[(-entry - 1) as usize],
            entry => table[entry as usize],
        };
        entries.iter().map(value).sum()
    };
    for bucket in buckets {
        for segment in bucket.chunks(SEGMENT) {
            assert_eq!(made[slot], point(sum(segment)).to_bytes(), "{segment:?}");
            slot += 1;
        }
    }
    assert!(
        made[slot..].iter().all(|rest| *rest == point(0).to_bytes()),
        "no segment is left"
    );

    // The weighted sum of all buckets but the first two, by four chunks and then by one.
    let arguments =
        |chunks: u64, out: u64| [partials, arguments[3] + 8, out, 1, 8, chunks, slots as u64];
    let weighted: i64 = (0..8).map(|b| (b as i64 + 1) * sum(buckets[b + 2])).sum();
    let bucket_sums = kernel("bucket_sums", "bucket_sums");
    for chunks in [1, 2, 4, 8] {
        let out = device.empty(192 * chunks);
        device.launch(&bucket_sums, chunks, &arguments(chunks as u64, out));
        let shares = encodings(&device, out, chunks);
        let total = shares.iter().fold(G1::identity(), |sum, share| {
            sum + G1::from_bytes(share).expect("a point of the group")
        });
        assert_eq!(total, point(weighted), "{chunks} chunks");
    }
}
