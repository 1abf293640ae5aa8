// Points to their compressed encoding, and their y coordinates.
#include "point.cuh"

/// Writes 96 bytes for point `i` to `out[24·i ..]`: the 48 bytes of the compressed ZCash format, big-endian x
/// with three flags in the highest bits, then big-endian y. Both coordinates of infinity are zero. One thread
/// for each point.
extern "C" __global__ void encode(const xyzz *points, uint32_t *out, uint32_t n) {
    uint32_t i = thread_index();
    if (i >= n) return;
    xyzz point = load(&points[i]);
    // zz^3 = zzz^2, so 1/zz = (zz/zzz)^2. The inverse of zero is zero, and so are x and y of infinity.
    fp inverse_zzz = inverse(point.zzz);
    fp quotient = point.zz * inverse_zzz;
    fp x = to_integer(point.x * (quotient * quotient));
    fp y = to_integer(point.y * inverse_zzz);
    uint32_t flags = 0x80000000u;
    if (is_infinity(point)) flags |= 0x40000000u;
    // The larger of y and p - y is above p/2: 2y is reduced by p, which is odd.
    flags |= ((y + y).l[0] & 1) << 29;
    x.l[11] |= flags;
    store_big_endian(out + 24 * i, x);
    store_big_endian(out + 24 * i + 12, y);
}
