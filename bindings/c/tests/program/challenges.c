/* The functions that the tests of a Go binding use. The official vectors check the values there. */
#include "program.h"

void test_challenges(const Inputs *in) {
    g1_t point;
    fr_t element, again;
    Bytes32 bytes;
    bool differs;

    EXPECT(C_KZG_OK, bytes_to_kzg_commitment(&point, &in->commitment));
    memset(&element, 0, sizeof(element));
    compute_challenge(&element, &in->blob, &point);
    CHECK(kzg_last_error()[0] == '\0');
    bytes_from_bls_field(&bytes, &element);
    differs = memcmp(&bytes, &group_order, 32) < 0 && bytes.bytes[1] + bytes.bytes[2] != 0;
    CHECK(differs);
    compute_challenge(&again, &in->blob, &point);
    CHECK(memcmp(&element, &again, sizeof(element)) == 0);
    compute_challenge(NULL, &in->blob, &point);
    CHECK(error_names("NULL"));
    compute_challenge(&element, NULL, &point);
    compute_challenge(&element, &in->blob, NULL);
    CHECK(memcmp(&element, &again, sizeof(element)) == 0);

    for (size_t i = 0; i < BAD_POINTS; i++) {
        EXPECT(C_KZG_BADARGS, bytes_to_kzg_commitment(&point, &bad_points[i]));
    }
    EXPECT(C_KZG_BADARGS, bytes_to_kzg_commitment(NULL, &in->commitment));
    EXPECT(C_KZG_BADARGS, bytes_to_kzg_commitment(&point, NULL));
    bytes_from_bls_field(NULL, &element);
    bytes_from_bls_field(&bytes, NULL);

    const uint64_t zeros[3] = {0};
#define CHALLENGE(commitments, count, cells, n) \
    compute_verify_cell_kzg_proof_batch_challenge( \
        &element, commitments, count, zeros, in->indices, cells, in->proofs, n \
    )
    EXPECT(C_KZG_OK, CHALLENGE(&in->commitment, 1, in->cells, 3));
    CHECK(memcmp(&element, &again, sizeof(element)) != 0);
    EXPECT(C_KZG_OK, CHALLENGE(NULL, 0, NULL, 0));
    EXPECT(C_KZG_BADARGS, CHALLENGE(NULL, 1, in->cells, 3));
    EXPECT(C_KZG_BADARGS, CHALLENGE(&in->commitment, 1, NULL, 3));
    EXPECT(C_KZG_BADARGS, CHALLENGE(&in->commitment, 1, in->cells, UINT64_MAX));
    EXPECT(C_KZG_BADARGS, CHALLENGE(&in->commitment, UINT64_MAX, in->cells, 3));
#undef CHALLENGE
    /* Numbers that are not aligned are copied after the other lists are checked. */
    char shifted[sizeof(zeros) + 1] = {0};
    const uint64_t *unaligned = (const uint64_t *)(shifted + 1);
    EXPECT(
        C_KZG_BADARGS,
        compute_verify_cell_kzg_proof_batch_challenge(
            &element, &in->commitment, 1, unaligned, in->indices, in->cells, in->proofs, (uint64_t)1 << 52
        )
    );
    EXPECT(
        C_KZG_BADARGS,
        compute_verify_cell_kzg_proof_batch_challenge(
            NULL, &in->commitment, 1, zeros, in->indices, in->cells, in->proofs, 3
        )
    );
}
