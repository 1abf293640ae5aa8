/*
 * A program with two copies of blst: its own, and the one inside of libkzg. The commitment to a blob
 * whose field elements are all k is k times the generator, which the program's copy computes.
 */
#include "blst.h"
#include "kzg.h"

#include <stdio.h>
#include <string.h>

static Blob blob;

int main(void) {
    const uint64_t factors[4] = {0x0123456789abcdef, 42, 0, 0};
    blst_scalar scalar;
    blst_p1 point;
    Bytes48 expected, commitment;
    KZGSettings settings;

    blst_scalar_from_uint64(&scalar, factors);
    blst_p1_mult(&point, blst_p1_generator(), scalar.b, 256);
    blst_p1_compress(expected.bytes, &point);

    for (size_t i = 0; i < FIELD_ELEMENTS_PER_BLOB; i++) {
        for (size_t byte = 0; byte < 32; byte++) {
            blob.bytes[32 * i + byte] = scalar.b[31 - byte];
        }
    }
    if (kzg_load_mainnet_trusted_setup(&settings, 0) != C_KZG_OK ||
        blob_to_kzg_commitment(&commitment, &blob, &settings) != C_KZG_OK) {
        fprintf(stderr, "%s\n", kzg_last_error());
        return 1;
    }
    free_trusted_setup(&settings);
    if (memcmp(&commitment, &expected, sizeof(expected)) != 0) {
        fprintf(stderr, "the two libraries disagree\n");
        return 1;
    }
    printf("both copies of blst give the same commitment\n");
    return 0;
}
