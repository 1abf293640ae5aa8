// The segments of buckets. The items of a bucket are divided into segments, whose sums are computed
// by a thread each.
#pragma once
#include "fp.cuh"

/// The bucket of segment `s` of a job: the last bucket that begins at or before `s`. `segments` has
/// the first segment of each bucket, and then the number of segments, which is above `s`.
DEVICE uint32_t bucket_of(const uint32_t *segments, uint32_t buckets, uint32_t s) {
    uint32_t low = 0, high = buckets;
    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;
        if (segments[middle] <= s) low = middle;
        else high = middle;
    }
    return low;
}
