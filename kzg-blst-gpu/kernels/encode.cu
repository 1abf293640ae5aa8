// Points to their encoding by both coordinates.
#include "point.cuh"

/// Writes the 96 bytes of point `i` to `out[24·i ..]`, in the ZCash format without compression: big-endian
/// x, then y; for infinity zeros, but for a flag in the first byte. One thread for each point.
extern "C" __global__ void encode(const xyzz *points, uint32_t *out, uint32_t n) {
    uint32_t i = thread_index();
    if (i >= n) return;
    xyzz point = load(&points[i]);
    // zz^3 = zzz^2, so 1/zz = (zz/zzz)^2. The inverse of zero is zero, and so are x and y of infinity.
    fp inverse_zzz = inverse(point.zzz);
    fp quotient = point.zz * inverse_zzz;
    fp x = to_integer(point.x * (quotient * quotient));
    fp y = to_integer(point.y * inverse_zzz);
    if (is_infinity(point)) x.l[11] = 0x40000000u;
    store_big_endian(out + 24 * i, x);
    store_big_endian(out + 24 * i + 12, y);
}
