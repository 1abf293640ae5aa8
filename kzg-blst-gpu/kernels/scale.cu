// Points times fixed scalars: the twiddle factors of the transforms of FK20.
#include "point.cuh"

/// Multiplies the points of some positions by the scalars of these positions: point
/// `positions[t]·blobs + blob` by the scalar of `programs[t·steps ..]`. One thread for each.
///
/// A scalar k is a + b·z^2 with a and b of half the length, where z is the parameter of the curve,
/// and z^2·P is ψ(P) = (β·x, -y). The host writes k as a program over the points of a small table:
/// P, ψ(P), P + ψ(P) and P - ψ(P).
/// Step 0 doubles the sum; 1 to 4 add and 5 to 8 subtract an entry of the table; 9 and 10 move the
/// sum to the last entries of the table and begin again with P or with infinity; 11 does nothing.
/// Threads of a warp have the same scalar, if there are as many blobs.
extern "C" __global__ void scale(xyzz *points, const uint32_t *positions, const uint32_t *programs,
                                 uint32_t n, uint32_t blobs, uint32_t steps) {
    uint32_t t = thread_index();
    if (t >= n * blobs) return;
    xyzz *address = points + positions[t / blobs] * blobs + t % blobs;
    programs += t / blobs * steps;
    // The cube root of unity β in Fp for which ψ multiplies by z^2, in Montgomery form.
    const fp beta = {{0x798a64e8u, 0x30f1361bu, 0x7ece5a2au, 0xf3b8ddabu, 0xc61577f7u, 0x16a8ca3au,
                      0x74fd029bu, 0xc26a2ff8u, 0x60701c6eu, 0x3636b766u, 0x241b6160u,
                      0x051ba4abu}};
    xyzz table[4];
    xyzz sum = load(address);
    store(&table[0], sum);
    sum.x = sum.x * beta;
    sum.y = fp_zero() - sum.y;
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
