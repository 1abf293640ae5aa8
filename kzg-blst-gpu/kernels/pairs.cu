// Sums and differences of pairs of points: the butterflies of transforms, and sums of many points.
#include "point.cuh"

/// The pairs are the points `i` and `i + distance` with `i % (2·distance)` below `distance`.
/// `out[i]` receives their sum and `out[i + distance]` the first minus the second. One thread for
/// each of `n` results. With `n` equal to `distance`, there are only the sums of two halves.
extern "C" __global__ void pairs(const xyzz *points, xyzz *out, uint32_t n, uint32_t distance) {
    uint32_t t = thread_index();
    if (t >= n) return;
    bool is_difference = t / distance & 1;
    const xyzz *first = points + t - (is_difference ? distance : 0);
    xyzz sum = load(first), other = load(first + distance);
    if (is_difference) other.y = fp_zero() - other.y;
    add(sum, other);
    store(&out[t], sum);
}
