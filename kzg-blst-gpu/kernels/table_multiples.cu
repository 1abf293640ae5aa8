// The multiples 2^(window_bits·w)·P of the fixed points, the first half of building a table.
#include "point.cuh"

/// Reads `n` points of 96 big-endian bytes, all zeros for infinity, and writes the multiple of point
/// `i` for window `w` to `multiples[w·n + i]`. One thread for each point.
extern "C" __global__ void table_multiples(const uint32_t *points, xyzz *multiples, uint32_t n,
                                           uint32_t windows, uint32_t window_bits) {
    uint32_t i = thread_index();
    if (i >= n) return;
    xyzz multiple = infinity();
    affine point = {load_big_endian(points + 24 * i), load_big_endian(points + 24 * i + 12)};
    if (!is_infinity(point))
        multiple = {from_integer(point.x), from_integer(point.y), fp_one(), fp_one()};
    uint32_t next = 0;
#pragma unroll 1
    for (uint32_t doublings = 0;; doublings++) {
        if (doublings == next * window_bits) {
            store(&multiples[next * n + i], multiple);
            next++;
            if (next == windows) break;
        }
        // The tangent at infinity gives infinity again, because zz and zzz stay zero.
        fp dx, dy;
        tangent(multiple, dx, dy);
        intersect(multiple, dx, dy, true);
    }
}
