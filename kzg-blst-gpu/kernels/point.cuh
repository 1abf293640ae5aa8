// Points of G1 in the coordinates (x, y, zz, zzz) with X = x/zz, Y = y/zzz and zz^3 = zzz^2.
//
// Additions are exact in every case: both points equal, one the negative of the other, and infinity
// on either side. Source of the formulas: the Explicit-Formulas Database, "XYZZ coordinates", for
// curves y^2 = x^3 + b.
#pragma once
#include "fp.cuh"

/// An affine point. Infinity is (0, 0), which is not on the curve.
struct affine {
    fp x, y;
};

/// A point; infinity has zz = zzz = 0. 192 bytes.
struct xyzz {
    fp x, y, zz, zzz;
};

DEVICE affine load(const affine *address) { return {load(&address->x), load(&address->y)}; }

DEVICE xyzz load(const xyzz *address) {
    return {load(&address->x), load(&address->y), load(&address->zz), load(&address->zzz)};
}

DEVICE void store(xyzz *address, const xyzz &point) {
    store(&address->x, point.x);
    store(&address->y, point.y);
    store(&address->zz, point.zz);
    store(&address->zzz, point.zzz);
}

DEVICE xyzz infinity() { return {fp_zero(), fp_zero(), fp_zero(), fp_zero()}; }

DEVICE bool is_infinity(const xyzz &point) { return is_zero(point.zz); }
DEVICE bool is_infinity(const affine &point) { return is_zero(point.x) && is_zero(point.y); }

/// The third point of a line through `a`, negated. `dx` and `dy` are the denominator and the
/// numerator of the slope: the differences of the coordinates for a chord, times zz and zzz of
/// `a`; or 2·y and 3·x^2 for the tangent.
DEVICE void intersect(xyzz &a, const fp &dx, const fp &dy, bool tangent) {
    fp dx2 = dx * dx;
    fp dx3 = dx * dx2;
    fp q = a.x * dx2;
    fp x = dy * dy - (q + q);
    // On a chord, the other point's x times dx2 is q + dx3; on a tangent it is q.
    a.x = tangent ? x : x - dx3;
    a.y = dy * (q - a.x) - a.y * dx3;
    a.zz = a.zz * dx2;
    a.zzz = a.zzz * dx3;
}

/// The slope of the tangent at `a`.
DEVICE void tangent(const xyzz &a, fp &dx, fp &dy) {
    dx = a.y + a.y;
    fp square = a.x * a.x;
    dy = square + square + square;
}

/// Adds to `a`, which is not infinity, the point with the given differences of coordinates.
DEVICE void add_difference(xyzz &a, fp dx, fp dy) {
    bool equal = false;
    if (is_zero(dx)) {
        if (!is_zero(dy)) {
            a = infinity();
            return;
        }
        equal = true;
        tangent(a, dx, dy);
    }
    intersect(a, dx, dy, equal);
}

/// Adds an affine point: 10 products, 11 if both points are equal.
DEVICE void add(xyzz &a, const affine &b) {
    if (is_infinity(b)) return;
    if (is_infinity(a)) {
        a = {b.x, b.y, fp_one(), fp_one()};
        return;
    }
    add_difference(a, b.x * a.zz - a.x, b.y * a.zzz - a.y);
}

/// Brings `a` to the product of the denominators of two points, and gives the differences of the
/// coordinates over that denominator. Neither point is infinity.
DEVICE void to_common_denominator(xyzz &a, const xyzz &b, fp &dx, fp &dy) {
    fp x = b.x * a.zz, y = b.y * a.zzz;
    a.x = a.x * b.zz;
    a.y = a.y * b.zzz;
    a.zz = a.zz * b.zz;
    a.zzz = a.zzz * b.zzz;
    dx = x - a.x;
    dy = y - a.y;
}

/// Adds a point: 14 products, 15 if both points are equal.
DEVICE void add(xyzz &a, const xyzz &b) {
    if (is_infinity(b)) return;
    if (is_infinity(a)) {
        a = b;
        return;
    }
    fp dx, dy;
    to_common_denominator(a, b, dx, dy);
    add_difference(a, dx, dy);
}
