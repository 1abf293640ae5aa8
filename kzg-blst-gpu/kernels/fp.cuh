// The base field Fp and the scalar field Fr of BLS12-381 in Montgomery form, in 32-bit limbs.
//
// Every value is canonical: below the modulus, least significant limb first. So a value is zero if
// and only if all its limbs are zero, and two values are equal if and only if their limbs are.
//
// Carries pass from one instruction to the next in the carry flag, which the compiler does not
// know. For this reason every instruction that reads or writes the flag is `asm volatile`: volatile
// statements are neither merged nor moved across each other. Instructions that the compiler puts
// between them do not write the flag.
#pragma once
#include <stdint.h>

#define DEVICE static __device__ __forceinline__

/// An element of Fp times 2^384 modulo p: 12 limbs. The alignment is that of the vectors as which
/// `load` and `store` access an element.
struct __align__(16) fp {
    uint32_t l[12];
};

/// An element of Fr times 2^256 modulo r: 8 limbs.
struct fr {
    uint32_t l[8];
};

/// The modulus p, and -1/p modulo 2^32. 2^384 is 9.8 p.
struct fp_modulus {
    static const int LIMBS = 12;
    static const uint32_t NEGATIVE_INVERSE = 0xfffcfffdu;
    DEVICE uint32_t limb(int i) {
        const uint32_t p[12] = {0xffffaaabu, 0xb9feffffu, 0xb153ffffu, 0x1eabfffeu,
                                0xf6b0f624u, 0x6730d2a0u, 0xf38512bfu, 0x64774b84u,
                                0x434bacd7u, 0x4b1ba7b6u, 0x397fe69au, 0x1a0111eau};
        return p[i];
    }
};

/// The modulus r, and -1/r modulo 2^32. 2^256 is 2.2 r.
struct fr_modulus {
    static const int LIMBS = 8;
    static const uint32_t NEGATIVE_INVERSE = 0xffffffffu;
    DEVICE uint32_t limb(int i) {
        const uint32_t r[8] = {0x00000001u, 0xffffffffu, 0xfffe5bfeu, 0x53bda402u,
                               0x09a1d805u, 0x3339d808u, 0x299d7d48u, 0x73eda753u};
        return r[i];
    }
};

/// `acc = a·b` in the limbs of even index of `a`: products of 64 bits side by side.
template <int N> DEVICE void multiply_even(uint32_t *acc, const uint32_t *a, uint32_t b) {
#pragma unroll
    for (int j = 0; j < N; j += 2)
        asm volatile("mul.lo.u32 %0, %2, %3;\n\tmul.hi.u32 %1, %2, %3;"
                     : "=r"(acc[j]), "=r"(acc[j + 1])
                     : "r"(a[j]), "r"(b));
}

/// `acc += a·b` in the limbs of even index of `a`. Leaves the carry out of the top in the flag.
template <int N> DEVICE void multiply_add_even(uint32_t *acc, const uint32_t *a, uint32_t b) {
    asm volatile("mad.lo.cc.u32 %0, %2, %3, %0;\n\tmadc.hi.cc.u32 %1, %2, %3, %1;"
                 : "+r"(acc[0]), "+r"(acc[1])
                 : "r"(a[0]), "r"(b));
#pragma unroll
    for (int j = 2; j < N; j += 2)
        asm volatile("madc.lo.cc.u32 %0, %2, %3, %0;\n\tmadc.hi.cc.u32 %1, %2, %3, %1;"
                     : "+r"(acc[j]), "+r"(acc[j + 1])
                     : "r"(a[j]), "r"(b));
}

/// `acc = (acc >> 64) + a·b + carry` in the limbs of even index of `a`. The sum does not overflow:
/// what is shifted down has two limbs less.
template <int N> DEVICE void shift_multiply_add(uint32_t *acc, const uint32_t *a, uint32_t b) {
#pragma unroll
    for (int j = 0; j < N - 2; j += 2)
        asm volatile("madc.lo.cc.u32 %0, %2, %3, %4;\n\tmadc.hi.cc.u32 %1, %2, %3, %5;"
                     : "=r"(acc[j]), "=r"(acc[j + 1])
                     : "r"(a[j]), "r"(b), "r"(acc[j + 2]), "r"(acc[j + 3]));
    asm volatile("madc.lo.cc.u32 %0, %2, %3, 0;\n\tmadc.hi.u32 %1, %2, %3, 0;"
                 : "=r"(acc[N - 2]), "=r"(acc[N - 1])
                 : "r"(a[N - 2]), "r"(b));
}

/// One row of the product: `even + 2^32·odd` becomes `(even + 2^32·odd + a·b + factor·m) / 2^32`,
/// with the two sums exchanged. `m` is the modulus, and `factor` makes the lowest limb zero.
///
/// Bound: if the sum is below 2·modulus before, it is below 2·modulus after. `a` is below the modulus,
/// and `b` and `factor` are at most 2^32 - 1. So the sum before the division is below
/// 2·modulus + 2·(2^32 - 1)·modulus = 2^33·modulus. That is below 2^(32·LIMBS + 32), because the
/// modulus is below 2^(32·LIMBS - 1): nothing is carried out of the highest limb of `odd`.
template <class M, bool FIRST>
DEVICE void row(uint32_t *even, uint32_t *odd, const uint32_t *a, const uint32_t *m, uint32_t b) {
    const int N = M::LIMBS;
    if (FIRST) {
        multiply_even<N>(odd, a + 1, b);
        multiply_even<N>(even, a, b);
    } else {
        asm volatile("add.cc.u32 %0, %0, %1;" : "+r"(even[0]) : "r"(odd[1]));
        shift_multiply_add<N>(odd, a + 1, b);
        multiply_add_even<N>(even, a, b);
        asm volatile("addc.u32 %0, %0, 0;" : "+r"(odd[N - 1]));
    }
    uint32_t factor = even[0] * M::NEGATIVE_INVERSE;
    multiply_add_even<N>(odd, m + 1, factor);
    multiply_add_even<N>(even, m, factor);
    asm volatile("addc.u32 %0, %0, 0;" : "+r"(odd[N - 1]));
}

/// `x - modulus` if that is not negative, otherwise `x`; for `x` below 2·modulus.
template <class M> DEVICE void reduce_once(uint32_t *x) {
    const int N = M::LIMBS;
    uint32_t difference[N], borrow;
    asm volatile("sub.cc.u32 %0, %1, %2;" : "=r"(difference[0]) : "r"(x[0]), "r"(M::limb(0)));
#pragma unroll
    for (int i = 1; i < N; i++)
        asm volatile("subc.cc.u32 %0, %1, %2;"
                     : "=r"(difference[i])
                     : "r"(x[i]), "r"(M::limb(i)));
    asm volatile("subc.u32 %0, 0, 0;" : "=r"(borrow));
#pragma unroll
    for (int i = 0; i < N; i++) x[i] = borrow ? x[i] : difference[i];
}

/// Montgomery multiplication, `x·y / 2^(32·LIMBS)` modulo the modulus. `x` must be below the modulus;
/// `y` may be any value of that many limbs.
///
/// Two accumulators hold the products at even and at odd limbs, so that each carry chain runs over
/// products of 64 bits side by side. Source: `mont_t` of sppark.
template <class M, class F> DEVICE F montgomery_multiply(const F &x, const F &y) {
    const int N = M::LIMBS;
    uint32_t a[N + 1], m[N + 1], even[N], odd[N + 1];
#pragma unroll
    for (int i = 0; i < N; i++) {
        a[i] = x.l[i];
        m[i] = M::limb(i);
    }
    a[N] = m[N] = odd[N] = 0;
    row<M, true>(even, odd, a, m, y.l[0]);
    row<M, false>(odd, even, a, m, y.l[1]);
#pragma unroll
    for (int i = 2; i < N; i += 2) {
        row<M, false>(even, odd, a, m, y.l[i]);
        row<M, false>(odd, even, a, m, y.l[i + 1]);
    }
    // The sum of the accumulators is below 2·modulus, so nothing is carried out of the top.
    asm volatile("add.cc.u32 %0, %0, %1;" : "+r"(even[0]) : "r"(odd[1]));
#pragma unroll
    for (int i = 1; i < N - 1; i++)
        asm volatile("addc.cc.u32 %0, %0, %1;" : "+r"(even[i]) : "r"(odd[i + 1]));
    asm volatile("addc.u32 %0, %0, 0;" : "+r"(even[N - 1]));
    reduce_once<M>(even);
    F product;
#pragma unroll
    for (int i = 0; i < N; i++) product.l[i] = even[i];
    return product;
}

DEVICE fp operator*(const fp &x, const fp &y) { return montgomery_multiply<fp_modulus>(x, y); }
DEVICE fr operator*(const fr &x, const fr &y) { return montgomery_multiply<fr_modulus>(x, y); }

/// The sum is below 2p, which fits in the limbs.
DEVICE fp operator+(const fp &x, const fp &y) {
    fp sum;
    asm volatile("add.cc.u32 %0, %1, %2;" : "=r"(sum.l[0]) : "r"(x.l[0]), "r"(y.l[0]));
#pragma unroll
    for (int i = 1; i < 11; i++)
        asm volatile("addc.cc.u32 %0, %1, %2;" : "=r"(sum.l[i]) : "r"(x.l[i]), "r"(y.l[i]));
    asm volatile("addc.u32 %0, %1, %2;" : "=r"(sum.l[11]) : "r"(x.l[11]), "r"(y.l[11]));
    reduce_once<fp_modulus>(sum.l);
    return sum;
}

/// Adds p if the difference is negative.
DEVICE fp operator-(const fp &x, const fp &y) {
    fp difference;
    uint32_t borrow;
    asm volatile("sub.cc.u32 %0, %1, %2;" : "=r"(difference.l[0]) : "r"(x.l[0]), "r"(y.l[0]));
#pragma unroll
    for (int i = 1; i < 12; i++)
        asm volatile("subc.cc.u32 %0, %1, %2;" : "=r"(difference.l[i]) : "r"(x.l[i]), "r"(y.l[i]));
    asm volatile("subc.u32 %0, 0, 0;" : "=r"(borrow));
    asm volatile("add.cc.u32 %0, %0, %1;"
                 : "+r"(difference.l[0])
                 : "r"(borrow & fp_modulus::limb(0)));
#pragma unroll
    for (int i = 1; i < 11; i++)
        asm volatile("addc.cc.u32 %0, %0, %1;"
                     : "+r"(difference.l[i])
                     : "r"(borrow & fp_modulus::limb(i)));
    asm volatile("addc.u32 %0, %0, %1;"
                 : "+r"(difference.l[11])
                 : "r"(borrow & fp_modulus::limb(11)));
    return difference;
}

DEVICE fp fp_zero() {
    fp zero;
#pragma unroll
    for (int i = 0; i < 12; i++) zero.l[i] = 0;
    return zero;
}

/// One in Montgomery form: 2^384 modulo p.
DEVICE fp fp_one() {
    return {{0x0002fffdu, 0x76090000u, 0xc40c0002u, 0xebf4000bu, 0x53c758bau, 0x5f489857u,
             0x70525745u, 0x77ce5853u, 0xa256ec6du, 0x5c071a97u, 0xfa80e493u, 0x15f65ec3u}};
}

DEVICE bool is_zero(const fp &x) {
    uint32_t any = 0;
#pragma unroll
    for (int i = 0; i < 12; i++) any |= x.l[i];
    return any == 0;
}

/// The integer of a Montgomery form: a Montgomery multiplication by the integer one.
DEVICE fp to_integer(const fp &x) {
    fp one = fp_zero();
    one.l[0] = 1;
    return x * one;
}

/// The Montgomery form of an integer below p: a Montgomery multiplication by 2^768 modulo p.
DEVICE fp from_integer(const fp &x) {
    const fp square = {{0x1c341746u, 0xf4df1f34u, 0x09d104f1u, 0x0a76e6a6u, 0x4c95b6d5u,
                        0x8de5476cu, 0x939d83c0u, 0x67eb88a9u, 0xb519952du, 0x9a793e85u,
                        0x92cae3aau, 0x11988fe5u}};
    return x * square;
}

/// The inverse, by the exponent p - 2; zero for zero.
DEVICE fp inverse(const fp &x) {
    const uint32_t lowest = fp_modulus::limb(0) - 2;
    fp power = x;
#pragma unroll 1
    for (int bit = 379; bit >= 0; bit--) {
        power = power * power;
        uint32_t limb = 0;
#pragma unroll
        for (int i = 0; i < 12; i++)
            limb = (bit >> 5) == i ? (i == 0 ? lowest : fp_modulus::limb(i)) : limb;
        if (limb >> (bit & 31) & 1) power = power * x;
    }
    return power;
}

/// Reverses the bytes of a word.
DEVICE uint32_t swap_bytes(uint32_t word) { return __byte_perm(word, 0, 0x0123); }

/// Reads 12 words of big-endian bytes.
DEVICE fp load_big_endian(const uint32_t *words) {
    fp x;
#pragma unroll
    for (int i = 0; i < 12; i++) x.l[i] = swap_bytes(words[11 - i]);
    return x;
}

/// Writes an integer as 12 words of big-endian bytes.
DEVICE void store_big_endian(uint32_t *words, const fp &x) {
#pragma unroll
    for (int i = 0; i < 12; i++) words[i] = swap_bytes(x.l[11 - i]);
}

/// Reads an element as three vectors of 16 bytes.
DEVICE fp load(const fp *address) {
    const uint4 *words = (const uint4 *)address;
    fp x;
#pragma unroll
    for (int i = 0; i < 3; i++) {
        uint4 w = words[i];
        x.l[4 * i] = w.x, x.l[4 * i + 1] = w.y, x.l[4 * i + 2] = w.z, x.l[4 * i + 3] = w.w;
    }
    return x;
}

/// Writes an element as three vectors of 16 bytes.
DEVICE void store(fp *address, const fp &x) {
    uint4 *words = (uint4 *)address;
#pragma unroll
    for (int i = 0; i < 3; i++)
        words[i] = make_uint4(x.l[4 * i], x.l[4 * i + 1], x.l[4 * i + 2], x.l[4 * i + 3]);
}

/// The index of the calling thread in the launch.
DEVICE uint32_t thread_index() { return blockIdx.x * blockDim.x + threadIdx.x; }
