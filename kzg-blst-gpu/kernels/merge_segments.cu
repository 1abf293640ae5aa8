// One pass of adding the sums of a bucket's segments.
#include "point.cuh"
#include "segments.cuh"

/// Within each bucket, adds the partial sums in groups of `group`, in place. Before the pass, the sums
/// that count are `distance` apart, from the bucket's first one on; after the pass they are
/// `distance·group` apart. Passes with the distances 1, `group`, `group^2`, .. leave the sum of a
/// bucket in the place of its first segment, so that no choice of scalars gives one thread more than
/// `group - 1` additions in a pass. One thread for each of the `slots` segments of a job; a thread
/// whose segment is not the first of a group does nothing.
extern "C" __global__ void merge_segments(xyzz *partials, const uint32_t *segments, uint32_t jobs,
                                          uint32_t buckets, uint32_t slots, uint32_t distance,
                                          uint32_t group) {
    uint32_t t = thread_index();
    if (t >= jobs * slots) return;
    uint32_t job = t / slots, s = t % slots;
    segments += job * (buckets + 1);
    if (s >= segments[buckets]) return;
    uint32_t bucket = bucket_of(segments, buckets, s);
    uint32_t place = s - segments[bucket], count = segments[bucket + 1] - segments[bucket];
    uint32_t end = min(place + distance * group, count);
    if (place % (distance * group) != 0 || place + distance >= end) return;
    xyzz sum = load(&partials[t]);
#pragma unroll 1
    for (uint32_t other = place + distance; other < end; other += distance)
        add(sum, load(&partials[t + (other - place)]));
    store(&partials[t], sum);
}
