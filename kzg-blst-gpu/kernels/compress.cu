// Points to their compressed encoding.
#include "point.cuh"

/// Writes the 48 bytes of point `i` to `out[12·i ..]`, in the ZCash format: big-endian x with three
/// flag bits. One thread for each point.
extern "C" __global__ void compress(const xyzz *points, uint32_t *out, uint32_t n) {
    uint32_t i = thread_index();
    if (i >= n) return;
    xyzz point = load(&points[i]);
    // zz^3 = zzz^2, so 1/zz = (zz/zzz)^2. The inverse of zero is zero.
    fp inverse_zzz = inverse(point.zzz);
    fp quotient = point.zz * inverse_zzz;
    fp x = to_integer(point.x * (quotient * quotient));
    fp y = to_integer(point.y * inverse_zzz);
    // y is the larger root if 2y does not stay below p, that is, if p - y < y.
    fp negative = fp_zero() - y;
    uint32_t borrow;
    asm volatile("sub.cc.u32 %0, %1, %2;" : "=r"(borrow) : "r"(negative.l[0]), "r"(y.l[0]));
#pragma unroll
    for (int limb = 1; limb < 12; limb++)
        asm volatile("subc.cc.u32 %0, %1, %2;"
                     : "=r"(borrow)
                     : "r"(negative.l[limb]), "r"(y.l[limb]));
    asm volatile("subc.u32 %0, 0, 0;" : "=r"(borrow));
    uint32_t flags = 0x80000000u;
    if (is_infinity(point)) flags |= 0x40000000u;
    else if (borrow) flags |= 0x20000000u;
    x.l[11] |= flags;
#pragma unroll
    for (int limb = 0; limb < 12; limb++) out[12 * i + limb] = swap_bytes(x.l[11 - limb]);
}
