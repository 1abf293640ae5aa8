// The positions of buckets and of their segments, from the numbers of items.
#include <stdint.h>

/// For each job, replaces the number of items of each bucket in `counters` by the position of the
/// bucket's first item, and writes `starts` (the same, and the number of items at the end) and
/// `segments` (the same for segments of at most `segment` items). Both have `buckets + 1` elements
/// for each job. One block of threads for each job; `buckets` is a multiple of the block's size.
extern "C" __global__ void scan(uint32_t *counters, uint32_t *starts, uint32_t *segments,
                                uint32_t buckets, uint32_t segment) {
    __shared__ uint32_t item_sums[128], segment_sums[128];
    uint32_t job = blockIdx.x, thread = threadIdx.x, threads = blockDim.x;
    uint32_t each = buckets / threads;
    uint32_t *mine = counters + job * buckets + thread * each;
    uint32_t items = 0, pieces = 0;
    for (uint32_t b = 0; b < each; b++) {
        items += mine[b];
        pieces += (mine[b] + segment - 1) / segment;
    }
    item_sums[thread] = items;
    segment_sums[thread] = pieces;
    __syncthreads();
    // Inclusive sums over the threads, by steps of doubling distance.
    for (uint32_t distance = 1; distance < threads; distance *= 2) {
        uint32_t more_items = 0, more_segments = 0;
        if (thread >= distance) {
            more_items = item_sums[thread - distance];
            more_segments = segment_sums[thread - distance];
        }
        __syncthreads();
        item_sums[thread] += more_items;
        segment_sums[thread] += more_segments;
        __syncthreads();
    }
    uint32_t item = item_sums[thread] - items, piece = segment_sums[thread] - pieces;
    uint32_t row = job * (buckets + 1) + thread * each;
    for (uint32_t b = 0; b < each; b++) {
        uint32_t count = mine[b];
        mine[b] = item;
        starts[row + b] = item;
        segments[row + b] = piece;
        item += count;
        piece += (count + segment - 1) / segment;
    }
    if (thread == threads - 1) {
        starts[row + each] = item;
        segments[row + each] = piece;
    }
}
