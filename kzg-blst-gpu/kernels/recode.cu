// Scalars to signed digits, sorted by bucket: counting, and then placing.
#include "fp.cuh"

/// Digits of `window_bits` bits in -2^(window_bits-1) .. 2^(window_bits-1); windows·window_bits is
/// above 255, so that nothing is carried out of the last window.
///
/// Job `k·blobs + blob` multiplies the points of column `k` by the scalars of a blob. A scalar is 32
/// big-endian bytes, an integer below r, and is multiplied by the column's factor first. `factors`
/// are in Montgomery form.
///
/// A digit d of point i in window w adds table entry `w·columns·points + k·points + i` to bucket
/// |d| - 1, with the digit's sign. Without `items`, the kernel counts the entries of each bucket in
/// `counters`. With `items`, `counters` has the position of the next item of each bucket in the
/// job's items; an item is twice the table entry, plus one if it is subtracted.
///
/// One thread for each scalar.
extern "C" __global__ void recode(const uint32_t *scalars, const fr *factors, uint32_t *counters,
                                  uint32_t *items, uint32_t blobs, uint32_t columns,
                                  uint32_t points, uint32_t windows, uint32_t window_bits) {
    uint32_t t = thread_index();
    if (t >= blobs * columns * points) return;
    uint32_t i = t % points, k = t / points % columns, blob = t / points / columns;
    uint32_t job = k * blobs + blob, buckets = 1u << (window_bits - 1);
    fr scalar;
#pragma unroll
    for (int limb = 0; limb < 8; limb++) scalar.l[limb] = swap_bytes(scalars[8 * t + 7 - limb]);
    scalar = factors[k] * scalar;

    uint32_t carry = 0;
#pragma unroll 1
    for (uint32_t w = 0; w < windows; w++) {
        // The lowest window_bits bits, and the scalar shifted down by as many.
        uint32_t digit = (scalar.l[0] & ((1u << window_bits) - 1)) + carry;
#pragma unroll
        for (int limb = 0; limb < 7; limb++)
            scalar.l[limb] = scalar.l[limb] >> window_bits | scalar.l[limb + 1] << (32 - window_bits);
        scalar.l[7] >>= window_bits;
        carry = digit > buckets;
        uint32_t size = carry ? 2 * buckets - digit : digit;
        if (size == 0) continue;
        uint32_t position = atomicAdd(&counters[job * buckets + size - 1], 1);
        if (items)
            items[job * windows * points + position] =
                (w * columns * points + k * points + i) << 1 | carry;
    }
}
