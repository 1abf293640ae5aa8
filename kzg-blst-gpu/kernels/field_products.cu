// Products of field elements, for tests, for counting instructions and for measuring rates.
#include "fp.cuh"

/// `out[i] = a[i]·b[i]` in Fp; Montgomery forms.
extern "C" __global__ void fp_products(const fp *a, const fp *b, fp *out, uint32_t n) {
    uint32_t i = thread_index();
    if (i < n) store(&out[i], load(&a[i]) * load(&b[i]));
}

/// `out[i] = a[i]·b[i]` in Fr; Montgomery forms.
extern "C" __global__ void fr_products(const fr *a, const fr *b, fr *out, uint32_t n) {
    uint32_t i = thread_index();
    if (i < n) out[i] = a[i] * b[i];
}

/// `sums[i] = a[i] + b[i]` and `differences[i] = a[i] - b[i]` in Fp.
extern "C" __global__ void fp_sums(const fp *a, const fp *b, fp *sums, fp *differences,
                                   uint32_t n) {
    uint32_t i = thread_index();
    if (i >= n) return;
    fp x = load(&a[i]), y = load(&b[i]);
    store(&sums[i], x + y);
    store(&differences[i], x - y);
}

/// `a[i] = a[i]^(2^rounds)` in Fp: the rate of products without memory.
extern "C" __global__ void fp_squarings(fp *a, uint32_t rounds, uint32_t n) {
    uint32_t i = thread_index();
    if (i >= n) return;
    fp x = load(&a[i]);
#pragma unroll 1
    for (uint32_t round = 0; round < rounds; round++) x = x * x;
    store(&a[i], x);
}
