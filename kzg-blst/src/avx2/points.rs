//! Conversion of eight affine points in memory to lanes and back.

use core::arch::x86_64::{
    _mm256_loadu_si256, _mm256_permute2x128_si256, _mm256_storeu_si256, _mm256_unpackhi_epi64,
    _mm256_unpacklo_epi64,
};

use super::elements::{Fp8, LANES, WIDTH, Word, Words8};
use crate::curve::affine::G1Affine;

/// The x coordinates: unsigned limbs, of up to two units.
#[target_feature(enable = "avx2,fma")]
#[inline]
pub(super) fn load_x(points: &[&G1Affine; WIDTH]) -> Fp8 {
    let [first, second] = halves(points);
    Fp8::from_words(&[load_x_words(first), load_x_words(second)])
}

/// Both coordinates: unsigned limbs, of up to two units.
#[target_feature(enable = "avx2,fma")]
#[inline]
pub(super) fn load_xy(points: &[&G1Affine; WIDTH]) -> [Fp8; 2] {
    let [first, second] = halves(points);
    let ([x0, y0], [x1, y1]) = (load_words(first), load_words(second));
    [Fp8::from_words(&[x0, x1]), Fp8::from_words(&[y0, y1])]
}

/// Stores points. The coordinates become canonical, under the bounds of [`Fp8::words`].
///
/// # Safety
///
/// Every pointer points to a point that may be written.
#[target_feature(enable = "avx2,fma")]
#[inline]
pub(super) unsafe fn store_xy(x: &Fp8, y: &Fp8, out: [*mut G1Affine; WIDTH]) {
    let (x, y): (Words8, Words8) = (x.words(), y.words());
    for (v, out) in out.chunks_exact(LANES).enumerate() {
        let (x, y) = (&x[v], &y[v]);
        let parts = [
            transpose([x[0], x[1], x[2], x[3]]),
            transpose([x[4], x[5], y[0], y[1]]),
            transpose([y[2], y[3], y[4], y[5]]),
        ];
        for (lane, point) in out.iter().enumerate() {
            for (part, words) in parts.iter().enumerate() {
                // SAFETY: a point has three times four words, and the caller guarantees that the
                // pointer points to a point that may be written.
                unsafe { _mm256_storeu_si256(point.cast::<Word>().add(part), words[lane]) };
            }
        }
    }
}

fn halves<'a>(points: &[&'a G1Affine; WIDTH]) -> [[&'a G1Affine; LANES]; 2] {
    [0, LANES].map(|start| core::array::from_fn(|lane| points[start + lane]))
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn load_x_words(points: [&G1Affine; LANES]) -> [Word; 6] {
    let (a, b) = (load_part::<0>(points), load_part::<1>(points));
    [a[0], a[1], a[2], a[3], b[0], b[1]]
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn load_words(points: [&G1Affine; LANES]) -> [[Word; 6]; 2] {
    let [a, b, c] = [
        load_part::<0>(points),
        load_part::<1>(points),
        load_part::<2>(points),
    ];
    [
        [a[0], a[1], a[2], a[3], b[0], b[1]],
        [b[2], b[3], c[0], c[1], c[2], c[3]],
    ]
}

/// Four of the twelve words of each of four points.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn load_part<const PART: usize>([a, b, c, d]: [&G1Affine; LANES]) -> [Word; 4] {
    const { assert!(PART < 3, "a point has three parts") };
    let read = |point: &G1Affine| {
        let words = core::ptr::from_ref(point).cast::<Word>();
        // SAFETY: a point has three times four words and `PART` is below three, so the four words are in the point.
        // This load needs no alignment.
        unsafe { _mm256_loadu_si256(words.add(PART)) }
    };
    transpose([read(a), read(b), read(c), read(d)])
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn transpose([a, b, c, d]: [Word; 4]) -> [Word; 4] {
    let (ab_low, ab_high) = (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    let (cd_low, cd_high) = (_mm256_unpacklo_epi64(c, d), _mm256_unpackhi_epi64(c, d));
    [
        _mm256_permute2x128_si256::<0x20>(ab_low, cd_low),
        _mm256_permute2x128_si256::<0x20>(ab_high, cd_high),
        _mm256_permute2x128_si256::<0x31>(ab_low, cd_low),
        _mm256_permute2x128_si256::<0x31>(ab_high, cd_high),
    ]
}
