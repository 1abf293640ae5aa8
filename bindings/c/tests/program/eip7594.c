/* The operations of EIP-7594 with wrong claims and malformed arguments. */
#include "program.h"

enum { CELLS = CELLS_PER_EXT_BLOB };

static void test_cells(const Inputs *in, Cell *cells, KZGProof *proofs, const KZGSettings *s) {
    /* The first half of the cells is the blob. */
    CHECK(memcmp(in->cells, &in->blob, sizeof(in->blob)) == 0);
    EXPECT(C_KZG_BADARGS, compute_cells_and_kzg_proofs(NULL, NULL, &in->blob, s));
    EXPECT(C_KZG_BADARGS, compute_cells_and_kzg_proofs(cells, proofs, NULL, s));
    Blob *bad = malloc(sizeof(*bad));
    memcpy(bad, &in->blob, sizeof(*bad));
    memcpy(&bad->bytes[32 * 4095], &group_order, 32);
    EXPECT(C_KZG_BADARGS, compute_cells_and_kzg_proofs(cells, proofs, bad, s));
    CHECK(error_names("field element 4095"));
    EXPECT(C_KZG_BADARGS, compute_cells_and_kzg_proofs(cells, NULL, bad, s));
    EXPECT(C_KZG_BADARGS, compute_cells_and_kzg_proofs(NULL, proofs, bad, s));
    free(bad);
}

static void test_recovery(const Inputs *in, Cell *cells, KZGProof *proofs, const KZGSettings *s) {
    uint64_t indices[CELLS + 1];
    Cell *given = malloc((CELLS + 1) * sizeof(*given));
    for (size_t i = 0; i < CELLS; i += 2) {
        indices[i / 2] = i + 1;
        given[i / 2] = in->cells[i + 1];
    }
    KZGProof *out = brief ? NULL : proofs;
    EXPECT(C_KZG_OK, recover_cells_and_kzg_proofs(cells, out, indices, given, 64, s));
    CHECK(memcmp(cells, in->cells, sizeof(in->cells)) == 0);
    CHECK(out == NULL || memcmp(out, in->proofs, sizeof(in->proofs)) == 0);
    EXPECT(C_KZG_OK, recover_cells_and_kzg_proofs(cells, NULL, in->indices, in->cells, CELLS, s));
    CHECK(memcmp(cells, in->cells, sizeof(in->cells)) == 0);
    /* Numbers that are not aligned. */
    char *shifted = malloc(sizeof(indices) + 1);
    memcpy(shifted + 1, indices, sizeof(indices));
    const uint64_t *unaligned = (const uint64_t *)(shifted + 1);
    EXPECT(C_KZG_OK, recover_cells_and_kzg_proofs(cells, NULL, unaligned, given, 64, s));
    CHECK(memcmp(cells, in->cells, sizeof(in->cells)) == 0);
    /* Wrong counts are refused before numbers that are not aligned are copied. */
    const uint64_t wrong[] = {0, 63, CELLS + 1, 1 << 20, (uint64_t)1 << 40, (uint64_t)1 << 52};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, NULL, unaligned, given, wrong[i], s));
        CHECK(error_names("expected 64 to 128"));
    }
    free(shifted);

    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(NULL, proofs, indices, given, 64, s));
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, proofs, NULL, given, 64, s));
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, proofs, indices, NULL, 64, s));
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, proofs, NULL, NULL, 0, s));
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, proofs, indices, given, 63, s));
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, NULL, indices, given, 0, s));
    const uint64_t huge[] = {UINT64_MAX, (uint64_t)1 << 53, ((uint64_t)1 << 53) + 64, (uint64_t)1 << 61};
    for (size_t i = 0; i < sizeof(huge) / sizeof(*huge); i++) {
        EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, proofs, indices, given, huge[i], s));
    }
    memcpy(given, in->cells, sizeof(in->cells));
    given[CELLS] = given[0];
    memcpy(indices, in->indices, sizeof(in->indices));
    indices[CELLS] = CELLS;
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, proofs, indices, given, CELLS + 1, s));
    indices[70] = 69;
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, proofs, indices, given, CELLS, s));
    CHECK(error_names("cell index 70"));
    indices[70] = 71;
    indices[71] = 70;
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, NULL, indices, given, CELLS, s));
    indices[71] = UINT64_MAX;
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, proofs, indices, given, 72, s));
    memcpy(&given[9].bytes[32 * 3], &group_order, 32);
    EXPECT(C_KZG_BADARGS, recover_cells_and_kzg_proofs(cells, proofs, in->indices, given, 64, s));
    CHECK(error_names("cell 9: field element 3"));
    free(given);
}

static void test_verification(const Inputs *in, Cell *cells, KZGProof *proofs, const KZGSettings *s) {
    bool ok;
    uint64_t indices[CELLS];
    Bytes48 commitments[CELLS];
    memcpy(cells, in->cells, sizeof(in->cells));
    memcpy(proofs, in->proofs, sizeof(in->proofs));
    memcpy(indices, in->indices, sizeof(indices));
    memcpy(commitments, in->commitments, sizeof(commitments));
#define VERIFY(n) verify_cell_kzg_proof_batch(&ok, commitments, indices, cells, proofs, n, s)
    VERDICT(true, VERIFY(CELLS));
    VERDICT(true, VERIFY(1));
    VERDICT(true, VERIFY(0));
    VERDICT(true, verify_cell_kzg_proof_batch(&ok, NULL, NULL, NULL, NULL, 0, s));
    /* Any order, and cells that repeat. */
    indices[0] = 100;
    cells[0] = in->cells[100];
    proofs[0] = in->proofs[100];
    VERDICT(true, VERIFY(CELLS));
    proofs[0] = in->proofs[99];
    VERDICT(false, VERIFY(CELLS));
    proofs[0] = in->proofs[100];
    cells[0].bytes[31] ^= 1;
    VERDICT(false, VERIFY(CELLS));
    cells[0].bytes[31] ^= 1;
    indices[0] = 99;
    VERDICT(false, VERIFY(CELLS));

    indices[0] = CELLS;
    REFUSED(VERIFY(CELLS));
    CHECK(error_names("cell index 0"));
    indices[0] = UINT64_MAX;
    REFUSED(VERIFY(CELLS));
    indices[0] = 100;
    memcpy(&cells[5].bytes[32 * 63], &group_order, 32);
    REFUSED(VERIFY(CELLS));
    CHECK(error_names("cell 5: field element 63"));
    cells[5] = in->cells[5];
    for (size_t i = 0; i < BAD_POINTS; i++) {
        commitments[7] = bad_points[i];
        REFUSED(VERIFY(CELLS));
        CHECK(error_names("commitment 7"));
        commitments[7] = in->commitment;
        proofs[8] = bad_points[i];
        REFUSED(VERIFY(CELLS));
        CHECK(error_names("proof 8"));
        proofs[8] = in->proofs[8];
    }
    VERDICT(true, VERIFY(CELLS));
    REFUSED(VERIFY(UINT64_MAX));
    REFUSED(VERIFY((uint64_t)1 << 53));
    REFUSED(VERIFY(((uint64_t)1 << 53) + 1));
    REFUSED(VERIFY((uint64_t)1 << 61));
    REFUSED(verify_cell_kzg_proof_batch(&ok, NULL, indices, cells, proofs, 2, s));
    REFUSED(verify_cell_kzg_proof_batch(&ok, commitments, NULL, cells, proofs, 2, s));
    REFUSED(verify_cell_kzg_proof_batch(&ok, commitments, indices, NULL, proofs, 2, s));
    REFUSED(verify_cell_kzg_proof_batch(&ok, commitments, indices, cells, NULL, 2, s));
    EXPECT(C_KZG_BADARGS, verify_cell_kzg_proof_batch(NULL, commitments, indices, cells, proofs, 2, s));
    /* Numbers that are not aligned are copied after the other lists are checked. */
    char *shifted = malloc(sizeof(indices) + 1);
    memcpy(shifted + 1, indices, sizeof(indices));
    const uint64_t *unaligned = (const uint64_t *)(shifted + 1);
    VERDICT(true, verify_cell_kzg_proof_batch(&ok, commitments, unaligned, cells, proofs, CELLS, s));
    REFUSED(verify_cell_kzg_proof_batch(
        &ok, commitments, unaligned, cells, proofs, (uint64_t)1 << 52, s
    ));
    REFUSED(verify_cell_kzg_proof_batch(&ok, commitments, unaligned, cells, NULL, (uint64_t)1 << 40, s));
    free(shifted);
#undef VERIFY
}

void test_eip7594(const Inputs *inputs, const KZGSettings *s) {
    Cell *cells = calloc(CELLS, sizeof(*cells));
    KZGProof *proofs = calloc(CELLS, sizeof(*proofs));
    test_cells(inputs, cells, proofs, s);
    test_recovery(inputs, cells, proofs, s);
    test_verification(inputs, cells, proofs, s);
    free(cells);
    free(proofs);
}
