//! Inversion in the base field, in variable time.
//!
//! A division step replaces `(f, g)`, with `f` odd, by `(f, (g + k·f)/2)`, where `k` is the parity of `g`, or
//! for an odd `g` by `(g, (g - f)/2)`. Both shrink and keep their greatest common divisor. The steps start with
//! the modulus and the value and end with `f = ±1` and `g = 0`. The lowest 62 bits determine the next 62 steps.
//! So these run on words and give a matrix, which is then applied to the whole of `f` and `g`, and to `d` and
//! `e` modulo `p`. These satisfy `d·value = f·R²` and `e·value = g·R²` modulo `p`, so that `d` ends as the
//! inverse in Montgomery form, or as its negative.
//!
//! All entries of a matrix are at most `2^62` in absolute value, because `|u| + |v|` and `|q| + |r|` at most
//! double in each step.
//!
//! Source: Bernstein and Yang, "Fast constant-time gcd computation and modular inversion", CHES 2019.
//! Several steps at once in variable time follow the documentation of libsecp256k1, `safegcd`.

use blst::blst_fp;

use super::base_field::{MODULUS, TO_MONTGOMERY};

/// Number of bits of a limb, and of the steps for each matrix.
const BITS: u32 = 62;
/// The lower bits of a word that belong to a limb.
const MASK: u64 = (1 << BITS) - 1;
/// Number of limbs.
const LIMBS: usize = 7;

/// A signed integer: all limbs but the highest are below `2^62` and not negative.
type Limbs = [i64; LIMBS];

/// The modulus.
const P: Limbs = to_limbs(&MODULUS);
/// The inverse of the modulus modulo `2^62`.
const P_INVERSE: u64 = inverse_of_word(MODULUS[0]) & MASK;
/// `R² = 2^768` modulo `p`.
const R_SQUARED: Limbs = to_limbs(&TO_MONTGOMERY.l);

/// The effect of 62 division steps: `2^62·(f', g') = (u·f + v·g, q·f + r·g)`.
struct Matrix {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// The inverse. That of zero is zero.
pub(crate) fn invert(value: &blst_fp) -> blst_fp {
    let (mut f, mut g) = (P, to_limbs(&value.l));
    let (mut d, mut e) = ([0; LIMBS], R_SQUARED);
    let mut delta = 1;
    let mut len = LIMBS;
    while g[..len].iter().any(|limb| *limb != 0) {
        let steps = divide(&mut delta, f[0], g[0]);
        steps.apply(&mut f[..len], &mut g[..len]);
        steps.apply_modulo_p(&mut d, &mut e);
        while len > 1 && is_sign(f[len - 1]) && is_sign(g[len - 1]) {
            // The sign moves into the limb below.
            len -= 1;
            f[len - 1] |= f[len] << BITS;
            g[len - 1] |= g[len] << BITS;
        }
    }
    // f is 1 or -1, or p for the value zero, and d is above -2p and below p.
    if d[LIMBS - 1] < 0 {
        d = add(&d, &P);
    }
    if f[len - 1] < 0 {
        d = carried(d.map(|limb| -limb));
    }
    while d[LIMBS - 1] < 0 {
        d = add(&d, &P);
    }
    blst_fp { l: to_words(&d) }
}

/// Returns the matrix of the next 62 steps, from the lowest words of `f` and `g`.
fn divide(delta: &mut i64, mut f: i64, mut g: i64) -> Matrix {
    let (mut u, mut v, mut q, mut r) = (1_i64, 0_i64, 0_i64, 1_i64);
    let (mut left, mut inverse) = (BITS, inverse_of_six_bits(f));
    loop {
        // Each factor of two of g is a step that only divides.
        let zeros = (g | -1 << left).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        *delta += i64::from(zeros);
        left -= zeros;
        if left == 0 {
            return Matrix { u, v, q, r };
        }
        if *delta > 0 {
            *delta = -*delta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, -u);
            (v, r) = (r, -v);
            inverse = inverse_of_six_bits(f);
        }
        // Until `delta` is positive again, each step adds f if g is odd. So up to six bits of g are
        // cleared by one multiple of f.
        let bits = left.min(6).min((1 - *delta).min(6) as u32);
        let factor = g.wrapping_neg().wrapping_mul(inverse) & ((1 << bits) - 1);
        g = g.wrapping_add(factor.wrapping_mul(f));
        q += factor * u;
        r += factor * v;
    }
}

impl Matrix {
    /// Replaces `f` and `g` by their values after the steps.
    fn apply(&self, f: &mut [i64], g: &mut [i64]) {
        let (mut of_f, mut of_g) = (0, 0);
        for i in 0..f.len() {
            of_f += product(self.u, f[i]) + product(self.v, g[i]);
            of_g += product(self.q, f[i]) + product(self.r, g[i]);
            if i > 0 {
                f[i - 1] = low(of_f);
                g[i - 1] = low(of_g);
            }
            of_f >>= BITS;
            of_g >>= BITS;
        }
        f[f.len() - 1] = of_f as i64;
        g[g.len() - 1] = of_g as i64;
    }

    /// Does [`apply`](Self::apply) modulo `p`, for values above `-2p` and below `p`.
    fn apply_modulo_p(&self, d: &mut Limbs, e: &mut Limbs) {
        let (sign_d, sign_e) = (d[LIMBS - 1] >> 63, e[LIMBS - 1] >> 63);
        // p is added to a negative d or e, so that both lie between -p and p. Then a multiple of p clears the
        // lowest limb.
        let clear = |multiple: i64, lowest: i128| {
            let odd = (lowest as u64)
                .wrapping_mul(P_INVERSE)
                .wrapping_add(multiple as u64);
            multiple - (odd & MASK) as i64
        };
        let lowest = product(self.u, d[0]) + product(self.v, e[0]);
        let of_p_in_d = clear((self.u & sign_d) + (self.v & sign_e), lowest);
        let lowest = product(self.q, d[0]) + product(self.r, e[0]);
        let of_p_in_e = clear((self.q & sign_d) + (self.r & sign_e), lowest);
        let (mut of_d, mut of_e) = (0, 0);
        for i in 0..LIMBS {
            of_d += product(self.u, d[i]) + product(self.v, e[i]) + product(of_p_in_d, P[i]);
            of_e += product(self.q, d[i]) + product(self.r, e[i]) + product(of_p_in_e, P[i]);
            if i > 0 {
                d[i - 1] = low(of_d);
                e[i - 1] = low(of_e);
            }
            of_d >>= BITS;
            of_e >>= BITS;
        }
        d[LIMBS - 1] = of_d as i64;
        e[LIMBS - 1] = of_e as i64;
    }
}

#[inline(always)]
fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// The lowest limb.
#[inline(always)]
fn low(sum: i128) -> i64 {
    (sum as u64 & MASK) as i64
}

/// Whether a highest limb contains nothing but the sign.
fn is_sign(limb: i64) -> bool {
    limb == 0 || limb == -1
}

fn add(a: &Limbs, b: &Limbs) -> Limbs {
    carried(core::array::from_fn(|i| a[i] + b[i]))
}

/// Carries between limbs of at most `2^63 - 2` in absolute value.
fn carried(mut limbs: Limbs) -> Limbs {
    for i in 0..LIMBS - 1 {
        limbs[i + 1] += limbs[i] >> BITS;
        limbs[i] &= MASK as i64;
    }
    limbs
}

/// The inverse of an odd number modulo 64.
#[inline(always)]
fn inverse_of_six_bits(odd: i64) -> i64 {
    // An odd number is its own inverse modulo eight, and one step of Newton's method doubles the bits.
    odd.wrapping_mul(2_i64.wrapping_sub(odd.wrapping_mul(odd)))
}

/// The inverse of an odd number modulo `2^64`.
const fn inverse_of_word(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut bits = 3;
    while bits < 64 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse
}

const fn to_limbs(words: &[u64; 6]) -> Limbs {
    let mut limbs = [0; LIMBS];
    let mut i = 0;
    while i < LIMBS {
        let bit = i * BITS as usize;
        let (word, shift) = (bit / 64, bit % 64);
        let mut limb = words[word] >> shift;
        if shift > 0 && word + 1 < words.len() {
            limb |= words[word + 1] << (64 - shift);
        }
        limbs[i] = (limb & MASK) as i64;
        i += 1;
    }
    limbs
}

/// The words of a number that is not negative and below `2^384`.
fn to_words(limbs: &Limbs) -> [u64; 6] {
    core::array::from_fn(|word| {
        let bit = word * 64;
        let (limb, shift) = (bit / BITS as usize, bit % BITS as usize);
        let mut bits = u128::from(limbs[limb] as u64) >> shift;
        for next in 1..3 {
            if let Some(limb) = limbs.get(limb + next) {
                bits |= u128::from(*limb as u64) << (next * BITS as usize - shift);
            }
        }
        bits as u64
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::base_field::{ONE, multiply, square};

    fn by_blst(value: &blst_fp) -> blst_fp {
        let mut inverse = blst_fp::default();
        // SAFETY: blst reads one field element and writes one.
        unsafe { blst::blst_fp_inverse(&mut inverse, value) };
        inverse
    }

    /// The factors of a matrix are at most `2^62` together; those of real inputs are much smaller.
    #[test]
    fn values_stay_in_their_range_for_the_largest_factors() {
        let minus = |a: &Limbs| carried(a.map(|limb| -limb));
        let (zero, mut one) = ([0; LIMBS], [0; LIMBS]);
        one[0] = 1;
        let largest = add(&P, &minus(&one));
        let least = minus(&add(&P, &largest));
        let values = [zero, one, minus(&one), largest, minus(&largest), least];
        let whole = 1_i64 << BITS;
        for (u, v) in [(whole, 0), (0, whole), (-whole, 0), (0, -whole)] {
            for d in &values {
                for e in &values {
                    let (q, r) = (v, u);
                    let (mut new_d, mut new_e) = (*d, *e);
                    Matrix { u, v, q, r }.apply_modulo_p(&mut new_d, &mut new_e);
                    for value in [new_d, new_e] {
                        assert!(add(&value, &minus(&P))[LIMBS - 1] < 0, "below p");
                        assert!(add(&value, &add(&P, &P))[LIMBS - 1] >= 0, "above -2p");
                    }
                }
            }
        }
    }

    #[test]
    fn inverses_equal_those_of_blst() {
        let mut words = vec![[0; 6]];
        // All powers of two, their neighbours, and the neighbours of the modulus.
        for bit in 0..381 {
            let mut power = [0_u64; 6];
            power[bit / 64] = 1 << (bit % 64);
            let mut ones = [0_u64; 6];
            ones[..bit / 64].fill(u64::MAX);
            ones[bit / 64] = power[bit / 64].wrapping_sub(1);
            let mut above = power;
            above[0] |= 1;
            words.extend([power, ones, above]);
        }
        for small in 1..200 {
            let mut below = MODULUS;
            below[0] -= small;
            words.extend([[small, 0, 0, 0, 0, 0], below]);
        }
        let mut seed = ONE;
        for k in 0..3000 {
            let mut next = seed;
            square(&mut next, &seed);
            next.l[0] ^= k;
            words.push(next.l);
            seed = next;
        }
        for l in words {
            let value = blst_fp { l };
            let inverse = invert(&value);
            assert_eq!(inverse.l, by_blst(&value).l, "{l:x?}");
            let mut product = blst_fp::default();
            multiply(&mut product, &value, &inverse);
            let expected = if l == [0; 6] { value } else { ONE };
            assert_eq!(product.l, expected.l, "{l:x?}");
        }
    }

    #[test]
    fn the_constants_are_those_of_the_modulus() {
        assert_eq!(to_words(&P), MODULUS);
        assert_eq!(P_INVERSE.wrapping_mul(MODULUS[0]) & MASK, 1);
        // R² in Montgomery form is R times itself: the square of R as an integer is that of one.
        let mut square_of_r = blst_fp::default();
        let r_squared = blst_fp {
            l: to_words(&R_SQUARED),
        };
        let integer_one = blst_fp {
            l: [1, 0, 0, 0, 0, 0],
        };
        multiply(&mut square_of_r, &r_squared, &integer_one);
        assert_eq!(square_of_r.l, ONE.l);
    }

    /// Run it with `cargo test --release -p kzg-blst print_the_times -- --ignored --nocapture`.
    #[test]
    #[ignore = "prints times, checks nothing"]
    fn print_the_times_of_inversions() {
        let time = |name: &str, inverse: &dyn Fn(&blst_fp) -> blst_fp| {
            let mut value = blst_fp {
                l: [9, 8, 7, 6, 5, 4],
            };
            let best = (0..2000).map(|_| {
                let start = std::time::Instant::now();
                for _ in 0..10 {
                    // The change of the lowest word gives another value each time.
                    value = inverse(&value);
                    value.l[0] ^= 0xff;
                }
                start.elapsed() / 10
            });
            println!("{name}: {:?}", best.min().unwrap());
        };
        time("ours", &invert);
        time("blst", &by_blst);
    }
}
