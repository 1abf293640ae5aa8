//! Additions of points, bucket sums and encodings against kzg-blst.

use kzg_blst::{Fr, G1};
use kzg_testing::Seeded;
use kzg_traits::{Fr as _, Group};
use num_bigint::BigUint;

use crate::device::{Device, P, below, kernel, little_endian, number};

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

/// The compressed encoding of a point, and its y coordinate, as the kernel `encode` writes them.
fn encoding(point: &G1) -> [u8; 96] {
    let mut bytes = point.to_affine_bytes();
    bytes[..48].copy_from_slice(&point.to_bytes());
    bytes
}

/// The encodings of points in the kernels' coordinates.
fn encodings(device: &Device, points: u64, n: usize) -> Vec<[u8; 96]> {
    let out = device.empty(96 * n);
    device.launch(&kernel("encode", "encode"), n, &[points, out, n as u64]);
    device.download(out, 96 * n).as_chunks().0.to_vec()
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
    let mut seeded = Seeded::new(5);
    let n = PAIRS.len();
    let halves = [PAIRS.map(|pair| pair.0), PAIRS.map(|pair| pair.1)];
    let mut bytes = Vec::new();
    for half in halves {
        for k in half {
            // Denominators differ, so that equal points have different coordinates.
            let z = below(&mut seeded, &p, 48) + 1_u32;
            bytes.extend(with_denominator(&point(k), &z));
        }
    }
    let (points, out) = (device.upload(&bytes), device.empty(bytes.len()));
    let pairs = kernel("pairs", "pairs");
    device.launch(&pairs, 2 * n, &[points, out, 2 * n as u64, n as u64]);
    let made = encodings(&device, out, 2 * n);
    for (index, (a, b)) in PAIRS.into_iter().enumerate() {
        assert_eq!(made[index], encoding(&point(a + b)), "{a} + {b}");
        assert_eq!(made[n + index], encoding(&point(a - b)), "{a} - {b}");
    }
    // The sums alone.
    let sums = device.empty(bytes.len() / 2);
    device.launch(&pairs, n, &[points, sums, n as u64, n as u64]);
    assert_eq!(encodings(&device, sums, n), made[..n]);
}

#[test]
fn encodings_have_flags_and_both_coordinates() {
    let device = Device::new();
    let multiples: Vec<i64> = (-20..20).collect();
    let z = BigUint::from(0x1234_5678_u32);
    let bytes: Vec<u8> = multiples
        .iter()
        .flat_map(|&k| with_denominator(&point(k), &z))
        .collect();
    let points = device.upload(&bytes);
    let expected = multiples.iter().map(|&k| encoding(&point(k)));
    let expected: Vec<[u8; 96]> = expected.collect();
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
            assert_eq!(made[slot], encoding(&point(sum(segment))), "{segment:?}");
            slot += 1;
        }
    }
    assert!(
        made[slot..].iter().all(|rest| *rest == encoding(&point(0))),
        "no segment is left"
    );

    // The sums of the buckets, in the places of their first segments.
    let merge_segments = kernel("merge_segments", "merge_segments");
    for distance in [1, 2] {
        let arguments = [
            partials,
            arguments[3],
            1,
            buckets.len() as u64,
            slots as u64,
            distance,
            2,
        ];
        device.launch(&merge_segments, slots, &arguments);
    }
    let made = encodings(&device, partials, slots);
    for (bucket, first) in buckets.iter().zip(&segments) {
        if !bucket.is_empty() {
            let expected = encoding(&point(sum(bucket)));
            assert_eq!(made[*first as usize], expected, "{bucket:?}");
        }
    }

    // The weighted sum of all buckets but the first two, by different numbers of chunks.
    let arguments =
        |chunks: u64, out: u64| [partials, arguments[3] + 8, out, 1, 8, chunks, slots as u64];
    let weighted: i64 = (0..8).map(|b| (b as i64 + 1) * sum(buckets[b + 2])).sum();
    let bucket_sums = kernel("bucket_sums", "bucket_sums");
    for chunks in [1, 2, 4, 8] {
        let out = device.empty(192 * chunks);
        device.launch(&bucket_sums, chunks, &arguments(chunks as u64, out));
        let shares = encodings(&device, out, chunks);
        let points = shares.iter().map(|share| {
            let compressed = share.first_chunk().expect("48 bytes");
            G1::from_bytes(compressed).expect("a point of the group")
        });
        let total = points.fold(G1::identity(), |sum, share| sum + share);
        assert_eq!(total, point(weighted), "{chunks} chunks");
    }
}
