// The affine form of the fixed points' multiples, the second half of building a table.
#include "point.cuh"

/// Writes the affine form of `multiples[w·n + i]` to `table[w·n + i]`. One thread for each point
/// inverts the product of all its denominators. `prefixes` has room for as many elements.
extern "C" __global__ void table_affine(const xyzz *multiples, fp *prefixes, affine *table,
                                        uint32_t n, uint32_t windows) {
    uint32_t i = thread_index();
    if (i >= n) return;
    fp product = fp_one();
#pragma unroll 1
    for (uint32_t w = 0; w < windows; w++) {
        store(&prefixes[w * n + i], product);
        fp zzz = load(&multiples[w * n + i].zzz);
        if (!is_zero(zzz)) product = product * zzz;
    }
    fp inverted = inverse(product);
#pragma unroll 1
    for (uint32_t w = windows; w-- > 0;) {
        xyzz point = load(&multiples[w * n + i]);
        fp x = fp_zero(), y = fp_zero();
        if (!is_infinity(point)) {
            fp inverse_zzz = inverted * load(&prefixes[w * n + i]);
            inverted = inverted * point.zzz;
            // zz^3 = zzz^2, so 1/zz = (zz/zzz)^2.
            fp quotient = point.zz * inverse_zzz;
            x = point.x * (quotient * quotient);
            y = point.y * inverse_zzz;
        }
        store(&table[w * n + i].x, x);
        store(&table[w * n + i].y, y);
    }
}
