/* Inputs of the operations, good and bad. */
#include "program.h"

const Bytes32 group_order = {{
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
    0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
}};

const Bytes48 bad_points[BAD_POINTS] = {
    {{0x17, 0xf1, 0xd3, 0xa7}}, /* not marked as compressed */
    {{0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}, /* x = 1: not on the curve */
    {{0x80}}, /* x = 0: on the curve, not in the subgroup */
};

void fill_blob(Blob *blob, uint64_t seed) {
    uint64_t state = seed * 0x9e3779b97f4a7c15 + 1;
    for (size_t i = 0; i < BYTES_PER_BLOB; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        /* A first byte below 0x73 makes the field element canonical. */
        blob->bytes[i] = i % 32 == 0 ? (uint8_t)(state % 0x73) : (uint8_t)(state >> 24);
    }
}

Inputs *new_inputs(const KZGSettings *s, uint64_t seed) {
    Inputs *in = calloc(1, sizeof(*in));
    if (in == NULL) {
        abort();
    }
    fill_blob(&in->blob, seed);
    in->z.bytes[31] = 5;
    EXPECT(C_KZG_OK, blob_to_kzg_commitment(&in->commitment, &in->blob, s));
    EXPECT(C_KZG_OK, compute_kzg_proof(&in->point_proof, &in->y, &in->blob, &in->z, s));
    EXPECT(C_KZG_OK, compute_blob_kzg_proof(&in->blob_proof, &in->blob, &in->commitment, s));
    EXPECT(C_KZG_OK, compute_cells_and_kzg_proofs(in->cells, in->proofs, &in->blob, s));
    for (size_t i = 0; i < CELLS_PER_EXT_BLOB; i++) {
        in->indices[i] = i;
        in->commitments[i] = in->commitment;
    }
    return in;
}

void every_operation(const Inputs *in, const KZGSettings *s, C_KZG_RET code) {
    bool good = code == C_KZG_OK;
    static bool slow_calls_made;
    bool ok;
    Bytes32 y;
    Bytes48 point;
    ok = !good;
    EXPECT(code, verify_kzg_proof(&ok, &in->commitment, &in->z, &in->y, &in->point_proof, s));
    CHECK(ok == good);
    if (good && brief && slow_calls_made) {
        return;
    }
    slow_calls_made |= good;
    Cell *cells = calloc(CELLS_PER_EXT_BLOB, sizeof(*cells));
    KZGProof *proofs = calloc(CELLS_PER_EXT_BLOB, sizeof(*proofs));
    if (cells == NULL || proofs == NULL) {
        abort();
    }

    EXPECT(code, blob_to_kzg_commitment(&point, &in->blob, s));
    CHECK(!good || memcmp(&point, &in->commitment, 48) == 0);
    EXPECT(code, compute_kzg_proof(&point, &y, &in->blob, &in->z, s));
    CHECK(!good || memcmp(&point, &in->point_proof, 48) == 0);
    CHECK(!good || memcmp(&y, &in->y, 32) == 0);
    EXPECT(code, compute_blob_kzg_proof(&point, &in->blob, &in->commitment, s));
    CHECK(!good || memcmp(&point, &in->blob_proof, 48) == 0);

    ok = !good;
    EXPECT(code, verify_blob_kzg_proof(&ok, &in->blob, &in->commitment, &in->blob_proof, s));
    CHECK(ok == good);
    ok = !good;
    EXPECT(code, verify_blob_kzg_proof_batch(&ok, &in->blob, &in->commitment, &in->blob_proof, 1, s));
    CHECK(ok == good);
    ok = !good;
    EXPECT(code, verify_blob_kzg_proof_batch(&ok, NULL, NULL, NULL, 0, s));
    CHECK(ok == good);
    ok = !good;
    EXPECT(
        code,
        verify_cell_kzg_proof_batch(
            &ok, in->commitments, in->indices, in->cells, in->proofs, CELLS_PER_EXT_BLOB, s
        )
    );
    CHECK(ok == good);

    EXPECT(code, compute_cells_and_kzg_proofs(cells, NULL, &in->blob, s));
    CHECK(!good || memcmp(cells, in->cells, sizeof(in->cells)) == 0);
    /* `new_inputs` has made the first of these calls, and the recovery below computes proofs too. */
    if (!good || !brief) {
        memset(cells, 0xaa, sizeof(in->cells));
        EXPECT(code, compute_cells_and_kzg_proofs(cells, proofs, &in->blob, s));
        CHECK(!good || memcmp(cells, in->cells, sizeof(in->cells)) == 0);
        CHECK(!good || memcmp(proofs, in->proofs, sizeof(in->proofs)) == 0);
        memset(proofs, 0xaa, sizeof(in->proofs));
        EXPECT(code, compute_cells_and_kzg_proofs(NULL, proofs, &in->blob, s));
        CHECK(!good || memcmp(proofs, in->proofs, sizeof(in->proofs)) == 0);
    }

    memset(cells, 0xaa, sizeof(in->cells));
    memset(proofs, 0xaa, sizeof(in->proofs));
    EXPECT(code, recover_cells_and_kzg_proofs(cells, proofs, &in->indices[64], &in->cells[64], 64, s));
    CHECK(!good || memcmp(cells, in->cells, sizeof(in->cells)) == 0);
    CHECK(!good || memcmp(proofs, in->proofs, sizeof(in->proofs)) == 0);
    memset(cells, 0xaa, sizeof(in->cells));
    EXPECT(code, recover_cells_and_kzg_proofs(cells, NULL, &in->indices[1], &in->cells[1], 100, s));
    CHECK(!good || memcmp(cells, in->cells, sizeof(in->cells)) == 0);

    free(cells);
    free(proofs);
}
