/* Outputs that overlap inputs or each other: inputs are read before outputs are written. */
#include "program.h"

enum { CELLS = CELLS_PER_EXT_BLOB };

static void test_small_outputs(const Inputs *in, const KZGSettings *s) {
    Blob *blob = malloc(sizeof(*blob));
    memcpy(blob, &in->blob, sizeof(*blob));
    EXPECT(C_KZG_OK, blob_to_kzg_commitment((KZGCommitment *)&blob->bytes[7], blob, s));
    CHECK(memcmp(&blob->bytes[7], &in->commitment, 48) == 0);

    memcpy(blob, &in->blob, sizeof(*blob));
    Bytes32 z = in->z;
    EXPECT(C_KZG_OK, compute_kzg_proof((KZGProof *)blob, &z, blob, &z, s));
    CHECK(memcmp(blob, &in->point_proof, 48) == 0);
    CHECK(memcmp(&z, &in->y, 32) == 0);

    Bytes48 point = in->commitment;
    EXPECT(C_KZG_OK, compute_blob_kzg_proof(&point, &in->blob, &point, s));
    CHECK(memcmp(&point, &in->blob_proof, 48) == 0);

    /* A verdict inside of each input. */
    memcpy(blob, &in->blob, sizeof(*blob));
    EXPECT(
        C_KZG_OK,
        verify_blob_kzg_proof((bool *)&blob->bytes[99], blob, &in->commitment, &in->blob_proof, s)
    );
    CHECK(blob->bytes[99] == 1);
    point = in->blob_proof;
    EXPECT(C_KZG_OK, verify_blob_kzg_proof((bool *)&point, &in->blob, &in->commitment, &point, s));
    CHECK(point.bytes[0] == 1);
    Bytes32 y = in->y;
    EXPECT(
        C_KZG_OK, verify_kzg_proof((bool *)&y, &in->commitment, &in->z, &y, &in->point_proof, s)
    );
    CHECK(y.bytes[0] == 1);
    uint64_t index = 3;
    EXPECT(
        C_KZG_OK,
        verify_cell_kzg_proof_batch(
            (bool *)&index, &in->commitment, &index, &in->cells[3], &in->proofs[3], 1, s
        )
    );
    CHECK(*(bool *)&index);
    free(blob);
}

static void test_cells(const Inputs *in, const KZGSettings *s) {
    /* The blob inside of the cells' buffer, at its beginning, its end and elsewhere. */
    const size_t places[] = {0, sizeof(in->cells) - sizeof(Blob), 12345};
    uint8_t *memory = malloc(sizeof(in->cells));
    KZGProof *proofs = malloc(sizeof(in->proofs));
    for (size_t i = 0; i < (brief ? 1 : sizeof(places) / sizeof(*places)); i++) {
        memcpy(memory + places[i], &in->blob, sizeof(Blob));
        const Blob *blob = (const Blob *)(memory + places[i]);
        EXPECT(C_KZG_OK, compute_cells_and_kzg_proofs((Cell *)memory, proofs, blob, s));
        CHECK(memcmp(memory, in->cells, sizeof(in->cells)) == 0);
        CHECK(memcmp(proofs, in->proofs, sizeof(in->proofs)) == 0);
    }
    memcpy(memory, &in->blob, sizeof(Blob));
    EXPECT(C_KZG_OK, compute_cells_and_kzg_proofs((Cell *)memory, NULL, (Blob *)memory, s));
    CHECK(memcmp(memory, in->cells, sizeof(in->cells)) == 0);
    if (brief) {
        free(memory);
        free(proofs);
        return;
    }
    memcpy(memory, &in->blob, sizeof(Blob));
    EXPECT(C_KZG_OK, compute_cells_and_kzg_proofs(NULL, (KZGProof *)memory, (Blob *)memory, s));
    CHECK(memcmp(memory, in->proofs, sizeof(in->proofs)) == 0);
    /* Outputs that overlap each other: the proofs are written last, as c-kzg does. */
    EXPECT(C_KZG_OK, compute_cells_and_kzg_proofs((Cell *)memory, (KZGProof *)memory, &in->blob, s));
    CHECK(memcmp(memory, in->proofs, sizeof(in->proofs)) == 0);
    CHECK(
        memcmp(
            memory + sizeof(in->proofs), (const uint8_t *)in->cells + sizeof(in->proofs),
            sizeof(in->cells) - sizeof(in->proofs)
        ) == 0
    );
    free(memory);
    free(proofs);
}

static void test_recovery(const Inputs *in, const KZGSettings *s) {
    Cell *cells = malloc((CELLS + 8) * sizeof(*cells));
    KZGProof *proofs = malloc(sizeof(in->proofs));
    /* The given cells are where the recovered cells go, or some cells after that place. */
    for (size_t shift = 0; shift <= 8; shift += 4) {
        KZGProof *out = brief ? NULL : proofs;
        memcpy(&cells[shift], &in->cells[64], 64 * sizeof(*cells));
        EXPECT(
            C_KZG_OK,
            recover_cells_and_kzg_proofs(cells, out, &in->indices[64], &cells[shift], 64, s)
        );
        CHECK(memcmp(cells, in->cells, sizeof(in->cells)) == 0);
        CHECK(out == NULL || memcmp(out, in->proofs, sizeof(in->proofs)) == 0);
        memcpy(cells, &in->cells[64], 64 * sizeof(*cells));
        EXPECT(
            C_KZG_OK,
            recover_cells_and_kzg_proofs(&cells[shift], NULL, &in->indices[64], cells, 64, s)
        );
        CHECK(memcmp(&cells[shift], in->cells, sizeof(in->cells)) == 0);
    }
    /* The indices inside of the cells' buffer. */
    memcpy(&cells[5], &in->indices[64], 64 * sizeof(uint64_t));
    EXPECT(
        C_KZG_OK,
        recover_cells_and_kzg_proofs(
            cells, NULL, (const uint64_t *)&cells[5], &in->cells[64], 64, s
        )
    );
    CHECK(memcmp(cells, in->cells, sizeof(in->cells)) == 0);
    free(cells);
    free(proofs);
}

void test_overlap(const Inputs *inputs, const KZGSettings *s) {
    test_small_outputs(inputs, s);
    test_cells(inputs, s);
    test_recovery(inputs, s);
}
