// The sums of the buckets' segments: most of the work of a multi-scalar multiplication.
#include "point.cuh"
#include "segments.cuh"

/// One thread for each segment: at most `segment` items of one bucket, so that no choice of scalars
/// gives one thread more work than that. `slots` is the largest number of segments of a job.
/// `partials[job·slots + s]` receives the sum of the items of segment `s`.
extern "C" __global__ void accumulate(const affine *table, const uint32_t *items,
                                      const uint32_t *starts, const uint32_t *segments,
                                      xyzz *partials, uint32_t jobs, uint32_t buckets,
                                      uint32_t slots, uint32_t segment, uint32_t items_per_job) {
    uint32_t t = thread_index();
    if (t >= jobs * slots) return;
    uint32_t job = t / slots, s = t % slots;
    starts += job * (buckets + 1);
    segments += job * (buckets + 1);
    items += job * items_per_job;
    if (s >= segments[buckets]) return;
    uint32_t bucket = bucket_of(segments, buckets, s);
    uint32_t from = starts[bucket] + (s - segments[bucket]) * segment;
    uint32_t to = min(from + segment, starts[bucket + 1]);
    xyzz sum = infinity();
#pragma unroll 1
    for (uint32_t i = from; i < to; i++) {
        uint32_t item = items[i];
        affine point = load(&table[item >> 1]);
        if (item & 1) point.y = fp_zero() - point.y;
        add(sum, point);
    }
    store(&partials[t], sum);
}
