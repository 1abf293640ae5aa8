// The weighted sum of a job's buckets, in chunks: the sum of (b + 1)·bucket[b].
#include "point.cuh"

/// Thread `chunk·jobs + job` writes the share of its chunk of `buckets / chunks` buckets to
/// `sums[chunk·jobs + job]`. The sum of a bucket is in the place of the bucket's first segment; a
/// bucket without segments is empty.
///
/// From the last bucket of the chunk to the first, `RUN` is the sum of the buckets so far and `SUM`
/// the sum of these sums, so that each bucket counts by its position in the chunk. At the end the
/// chunk's first bucket index times `RUN` is added, by doubling and adding in `MULTIPLE`.
///
/// The loop does one addition in each turn, so that the kernel has the code of one. The three sums
/// are in local memory, because the operands of the turns differ.
extern "C" __global__ void bucket_sums(const xyzz *partials, const uint32_t *segments, xyzz *sums,
                                       uint32_t jobs, uint32_t buckets, uint32_t chunks,
                                       uint32_t slots) {
    enum { RUN, SUM, MULTIPLE, PARTIAL };
    uint32_t t = thread_index();
    if (t >= jobs * chunks) return;
    uint32_t job = t % jobs, first = t / jobs * (buckets / chunks);
    segments += job * (buckets + 1);
    partials += job * slots;
    xyzz state[3];
    for (int k = 0; k < 3; k++) store(&state[k], infinity());

    uint32_t bucket = first + buckets / chunks; // `SUM` has the buckets from here on
    uint32_t segment = segments[bucket];        // the first segment of the buckets in `RUN`
    int bit = 32 - __clz(first);                // `MULTIPLE` has the bits of `first` from here on
    bool doubled = false, finished = false;
#pragma unroll 1
    while (!finished) {
        int from = PARTIAL, to;
        if (bucket > first) {
            uint32_t begin = segments[bucket - 1];
            if (segment > begin) {
                segment = begin, to = RUN;
            } else {
                bucket--, from = RUN, to = SUM;
            }
        } else if (bit > 0) {
            to = MULTIPLE;
            doubled = !doubled;
            if (doubled) {
                from = MULTIPLE;
            } else {
                bit--, from = RUN;
                if (!(first >> bit & 1)) continue;
            }
        } else {
            finished = true, from = MULTIPLE, to = SUM;
        }
        xyzz operand = from == PARTIAL ? load(&partials[segment]) : load(&state[from]);
        xyzz sum = load(&state[to]);
        add(sum, operand);
        store(&state[to], sum);
    }
    store(&sums[t], load(&state[SUM]));
}
