// Points times fixed scalars: the twiddle factors of the transforms of FK20.
#include "point.cuh"

/// Multiplies the points of some positions by the scalars of these positions: point
/// `positions[t]·blobs + blob` by the scalar of `programs[t·steps ..]`. One thread for each.
///
/// A scalar k is a + b·λ with a and b of half the length, and λ·P is φ(P) = (β·x, y). The host
/// writes k as a program over the points of a small table: P, φ(P), P + φ(P) and P - φ(P).
/// Step 0 doubles the sum; 1 to 4 add and 5 to 8 subtract an entry of the table; 9 and 10 move the
/// sum to the last entries of the table and begin again with P or with infinity; 11 does nothing.
/// Threads of a warp have the same scalar, if there are as many blobs.
extern "C" __global__ void scale(xyzz *points, const uint32_t *positions, const uint32_t *programs,
                                 uint32_t n, uint32_t blobs, uint32_t steps) {
    uint32_t t = thread_index();
    if (t >= n * blobs) return;
    xyzz *address = points + positions[t / blobs] * blobs + t % blobs;
    programs += t / blobs * steps;
    // A cube root of unity in Fp, in Montgomery form: the one for which φ multiplies by λ.
    const fp beta = {{0x8671f071u, 0xcd03c9e4u, 0x1fcda5d2u, 0x5dab2246u, 0xd3851b95u, 0x587042afu,
                      0x01bacb9eu, 0x8eb60ebeu, 0x83d050d2u, 0x03f97d6eu, 0x54638741u,
                      0x18f02065u}};
    xyzz table[4];
    xyzz sum = load(address);
    store(&table[0], sum);
    sum.x = sum.x * beta;
    store(&table[1], sum);
    sum = load(address);
#pragma unroll 1
    for (uint32_t i = 0; i < steps; i++) {
        uint32_t step = programs[i];
        if (step > 10) continue;
        if (step > 8) {
            store(&table[step - 7], sum);
            sum = step == 9 ? load(address) : infinity();
            continue;
        }
        fp dx, dy;
        bool is_tangent = step == 0;
        if (!is_tangent) {
            xyzz entry = load(&table[(step - 1) & 3]);
            if (step > 4) entry.y = fp_zero() - entry.y;
            if (is_infinity(entry)) continue;
            if (is_infinity(sum)) {
                sum = entry;
                continue;
            }
            to_common_denominator(sum, entry, dx, dy);
            is_tangent = is_zero(dx) && is_zero(dy);
            if (is_zero(dx) && !is_tangent) {
                sum = infinity();
                continue;
            }
        }
        // The tangent at infinity gives infinity again, because zz and zzz stay zero.
        if (is_tangent) tangent(sum, dx, dy);
        intersect(sum, dx, dy, is_tangent);
    }
    store(address, sum);
}
