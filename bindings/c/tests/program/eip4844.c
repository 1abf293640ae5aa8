/* The operations of EIP-4844 with known values, wrong claims and malformed arguments. */
#include "program.h"

/* The generator of G1, which is the commitment to the constant 1. */
static const Bytes48 generator = {{
    0x97, 0xf1, 0xd3, 0xa7, 0x31, 0x97, 0xd7, 0x94, 0x26, 0x95, 0x63, 0x8c, 0x4f, 0xa9, 0xac, 0x0f,
    0xc3, 0x68, 0x8c, 0x4f, 0x97, 0x74, 0xb9, 0x05, 0xa1, 0x4e, 0x3a, 0x3f, 0x17, 0x1b, 0xac, 0x58,
    0x6c, 0x55, 0xe8, 0x3f, 0xf9, 0x7a, 0x1a, 0xef, 0xfb, 0x3a, 0xf0, 0x0a, 0xdb, 0x22, 0xc6, 0xbb,
}};

/* The point at infinity: the commitment to zero, and the proof of any constant. */
static const Bytes48 infinity = {{0xc0}};

static void test_known_values(const KZGSettings *s) {
    bool ok;
    Bytes48 commitment, proof;
    Bytes32 z = {{0}}, y;
    Blob *blob = calloc(1, sizeof(*blob));
    EXPECT(C_KZG_OK, blob_to_kzg_commitment(&commitment, blob, s));
    CHECK(memcmp(&commitment, &infinity, 48) == 0);
    for (size_t i = 0; i < FIELD_ELEMENTS_PER_BLOB; i++) {
        blob->bytes[32 * i + 31] = 1;
    }
    EXPECT(C_KZG_OK, blob_to_kzg_commitment(&commitment, blob, s));
    CHECK(memcmp(&commitment, &generator, 48) == 0);
    z.bytes[5] = 77;
    EXPECT(C_KZG_OK, compute_kzg_proof(&proof, &y, blob, &z, s));
    CHECK(memcmp(&proof, &infinity, 48) == 0);
    CHECK(memcmp(&y, blob, 32) == 0);
    VERDICT(true, verify_kzg_proof(&ok, &generator, &z, &y, &infinity, s));
    EXPECT(C_KZG_OK, compute_blob_kzg_proof(&proof, blob, &generator, s));
    CHECK(memcmp(&proof, &infinity, 48) == 0);
    VERDICT(true, verify_blob_kzg_proof(&ok, blob, &generator, &infinity, s));
    free(blob);
}

static void test_wrong_claims(const Inputs *in, const KZGSettings *s) {
    bool ok;
    VERDICT(false, verify_kzg_proof(&ok, &in->commitment, &in->y, &in->y, &in->point_proof, s));
    VERDICT(false, verify_kzg_proof(&ok, &in->commitment, &in->z, &in->z, &in->point_proof, s));
    VERDICT(false, verify_kzg_proof(&ok, &in->commitment, &in->z, &in->y, &in->blob_proof, s));
    VERDICT(false, verify_kzg_proof(&ok, &generator, &in->z, &in->y, &in->point_proof, s));
    VERDICT(false, verify_blob_kzg_proof(&ok, &in->blob, &generator, &in->blob_proof, s));
    VERDICT(false, verify_blob_kzg_proof(&ok, &in->blob, &in->commitment, &in->point_proof, s));
}

static void test_malformed(const Inputs *in, const KZGSettings *s) {
    bool ok;
    Bytes32 y;
    Bytes48 out;
    Blob *bad = malloc(sizeof(*bad));
    memcpy(bad, &in->blob, sizeof(*bad));
    memcpy(&bad->bytes[32 * 17], &group_order, 32);
    const Blob *blob = &in->blob;
    const Bytes48 *commitment = &in->commitment, *proof = &in->blob_proof;

    EXPECT(C_KZG_BADARGS, blob_to_kzg_commitment(&out, bad, s));
    CHECK(error_names("field element 17"));
    EXPECT(C_KZG_BADARGS, blob_to_kzg_commitment(NULL, blob, s));
    EXPECT(C_KZG_BADARGS, blob_to_kzg_commitment(&out, NULL, s));
    EXPECT(C_KZG_BADARGS, compute_kzg_proof(&out, &y, bad, &in->z, s));
    EXPECT(C_KZG_BADARGS, compute_kzg_proof(&out, &y, blob, &group_order, s));
    CHECK(error_names("z"));
    EXPECT(C_KZG_BADARGS, compute_kzg_proof(NULL, &y, blob, &in->z, s));
    EXPECT(C_KZG_BADARGS, compute_kzg_proof(&out, NULL, blob, &in->z, s));
    EXPECT(C_KZG_BADARGS, compute_kzg_proof(&out, &y, NULL, &in->z, s));
    EXPECT(C_KZG_BADARGS, compute_kzg_proof(&out, &y, blob, NULL, s));
    EXPECT(C_KZG_BADARGS, compute_blob_kzg_proof(&out, bad, commitment, s));
    EXPECT(C_KZG_BADARGS, compute_blob_kzg_proof(NULL, blob, commitment, s));
    EXPECT(C_KZG_BADARGS, compute_blob_kzg_proof(&out, NULL, commitment, s));
    EXPECT(C_KZG_BADARGS, compute_blob_kzg_proof(&out, blob, NULL, s));

    REFUSED(verify_kzg_proof(&ok, commitment, &group_order, &in->y, &in->point_proof, s));
    REFUSED(verify_kzg_proof(&ok, commitment, &in->z, &group_order, &in->point_proof, s));
    REFUSED(verify_kzg_proof(&ok, NULL, &in->z, &in->y, &in->point_proof, s));
    REFUSED(verify_kzg_proof(&ok, commitment, NULL, &in->y, &in->point_proof, s));
    REFUSED(verify_kzg_proof(&ok, commitment, &in->z, NULL, &in->point_proof, s));
    REFUSED(verify_kzg_proof(&ok, commitment, &in->z, &in->y, NULL, s));
    EXPECT(C_KZG_BADARGS, verify_kzg_proof(NULL, commitment, &in->z, &in->y, &in->point_proof, s));
    REFUSED(verify_blob_kzg_proof(&ok, bad, commitment, proof, s));
    REFUSED(verify_blob_kzg_proof(&ok, NULL, commitment, proof, s));
    REFUSED(verify_blob_kzg_proof(&ok, blob, NULL, proof, s));
    REFUSED(verify_blob_kzg_proof(&ok, blob, commitment, NULL, s));
    EXPECT(C_KZG_BADARGS, verify_blob_kzg_proof(NULL, blob, commitment, proof, s));

    for (size_t i = 0; i < BAD_POINTS; i++) {
        const Bytes48 *point = &bad_points[i];
        EXPECT(C_KZG_BADARGS, compute_blob_kzg_proof(&out, blob, point, s));
        CHECK(error_names("commitment"));
        REFUSED(verify_kzg_proof(&ok, point, &in->z, &in->y, &in->point_proof, s));
        CHECK(error_names("commitment"));
        REFUSED(verify_kzg_proof(&ok, commitment, &in->z, &in->y, point, s));
        CHECK(error_names("proof"));
        REFUSED(verify_blob_kzg_proof(&ok, blob, point, proof, s));
        REFUSED(verify_blob_kzg_proof(&ok, blob, commitment, point, s));
    }
    free(bad);
}

static void test_batch(const Inputs *in, const KZGSettings *s) {
    enum { N = 3 };
    bool ok;
    Blob *blobs = malloc(N * sizeof(*blobs));
    Bytes48 commitments[N], proofs[N];
    for (size_t i = 0; i < N; i++) {
        fill_blob(&blobs[i], 100 + i);
        EXPECT(C_KZG_OK, blob_to_kzg_commitment(&commitments[i], &blobs[i], s));
        EXPECT(C_KZG_OK, compute_blob_kzg_proof(&proofs[i], &blobs[i], &commitments[i], s));
    }
    for (uint64_t n = 0; n <= N; n++) {
        VERDICT(true, verify_blob_kzg_proof_batch(&ok, blobs, commitments, proofs, n, s));
    }
    VERDICT(true, verify_blob_kzg_proof_batch(&ok, NULL, NULL, NULL, 0, s));
    proofs[1] = in->blob_proof;
    VERDICT(false, verify_blob_kzg_proof_batch(&ok, blobs, commitments, proofs, N, s));
    VERDICT(true, verify_blob_kzg_proof_batch(&ok, blobs, commitments, proofs, 1, s));

    proofs[2] = bad_points[2];
    REFUSED(verify_blob_kzg_proof_batch(&ok, blobs, commitments, proofs, N, s));
    CHECK(error_names("proof 2"));
    proofs[2] = infinity;
    commitments[1] = bad_points[0];
    REFUSED(verify_blob_kzg_proof_batch(&ok, blobs, commitments, proofs, N, s));
    CHECK(error_names("commitment 1"));
    commitments[1] = infinity;
    memcpy(&blobs[2].bytes[32 * 4095], &group_order, 32);
    REFUSED(verify_blob_kzg_proof_batch(&ok, blobs, commitments, proofs, N, s));
    CHECK(error_names("blob 2: field element 4095"));

    REFUSED(verify_blob_kzg_proof_batch(&ok, NULL, commitments, proofs, 2, s));
    REFUSED(verify_blob_kzg_proof_batch(&ok, blobs, NULL, proofs, 2, s));
    REFUSED(verify_blob_kzg_proof_batch(&ok, blobs, commitments, NULL, 2, s));
    EXPECT(C_KZG_BADARGS, verify_blob_kzg_proof_batch(NULL, blobs, commitments, proofs, 2, s));
    EXPECT(C_KZG_BADARGS, verify_blob_kzg_proof_batch(NULL, NULL, NULL, NULL, 0, s));
    /* Numbers of blobs that no memory holds; the third wraps around to one blob. */
    const uint64_t huge[] = {UINT64_MAX, (uint64_t)1 << 47, ((uint64_t)1 << 47) + 1};
    for (size_t i = 0; i < sizeof(huge) / sizeof(*huge); i++) {
        REFUSED(verify_blob_kzg_proof_batch(&ok, blobs, commitments, proofs, huge[i], s));
    }
    free(blobs);
}

void test_eip4844(const Inputs *inputs, const KZGSettings *s) {
    every_operation(inputs, s, C_KZG_OK);
    test_known_values(s);
    test_wrong_claims(inputs, s);
    test_malformed(inputs, s);
    test_batch(inputs, s);
}
