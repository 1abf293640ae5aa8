/*
 * Prints the interface of the header that the include path has: c-kzg's or ours. The script `test`
 * compiles this file against both and compares the output. A prototype that differs from the one below
 * does not compile.
 */
#include "ckzg.h"

#include <stddef.h>
#include <stdio.h>

#define TYPE(type) printf("%s: size %zu, alignment %zu\n", #type, sizeof(type), _Alignof(type))
#define FIELD(type, field) \
    printf("%s.%s: offset %zu, size %zu\n", #type, #field, offsetof(type, field), \
           sizeof(((type *)0)->field))
#define VALUE(value) printf("%s: %lld\n", #value, (long long)(value))
#define FUNCTION(name, ...) \
    _Static_assert(_Generic(&name, __VA_ARGS__ : 1, default : 0), #name " has another type")
#define SAME_TYPE(a, b) _Static_assert(_Generic((a *)0, b * : 1, default : 0), #a " is not " #b)

SAME_TYPE(KZGCommitment, Bytes48);
SAME_TYPE(KZGProof, Bytes48);

FUNCTION(
    load_trusted_setup,
    C_KZG_RET (*)(
        KZGSettings *, const uint8_t *, uint64_t, const uint8_t *, uint64_t, const uint8_t *, uint64_t,
        uint64_t
    )
);
FUNCTION(load_trusted_setup_file, C_KZG_RET (*)(KZGSettings *, FILE *, uint64_t));
FUNCTION(free_trusted_setup, void (*)(KZGSettings *));
FUNCTION(blob_to_kzg_commitment, C_KZG_RET (*)(KZGCommitment *, const Blob *, const KZGSettings *));
FUNCTION(
    compute_kzg_proof,
    C_KZG_RET (*)(KZGProof *, Bytes32 *, const Blob *, const Bytes32 *, const KZGSettings *)
);
FUNCTION(
    compute_blob_kzg_proof, C_KZG_RET (*)(KZGProof *, const Blob *, const Bytes48 *, const KZGSettings *)
);
FUNCTION(
    verify_kzg_proof,
    C_KZG_RET (*)(
        bool *, const Bytes48 *, const Bytes32 *, const Bytes32 *, const Bytes48 *, const KZGSettings *
    )
);
FUNCTION(
    verify_blob_kzg_proof,
    C_KZG_RET (*)(bool *, const Blob *, const Bytes48 *, const Bytes48 *, const KZGSettings *)
);
FUNCTION(
    verify_blob_kzg_proof_batch,
    C_KZG_RET (*)(bool *, const Blob *, const Bytes48 *, const Bytes48 *, uint64_t, const KZGSettings *)
);
FUNCTION(
    compute_cells_and_kzg_proofs, C_KZG_RET (*)(Cell *, KZGProof *, const Blob *, const KZGSettings *)
);
FUNCTION(
    recover_cells_and_kzg_proofs,
    C_KZG_RET (*)(Cell *, KZGProof *, const uint64_t *, const Cell *, uint64_t, const KZGSettings *)
);
FUNCTION(
    verify_cell_kzg_proof_batch,
    C_KZG_RET (*)(
        bool *, const Bytes48 *, const uint64_t *, const Cell *, const Bytes48 *, uint64_t,
        const KZGSettings *
    )
);
FUNCTION(bytes_to_kzg_commitment, C_KZG_RET (*)(g1_t *, const Bytes48 *));
FUNCTION(bytes_from_bls_field, void (*)(Bytes32 *, const fr_t *));
FUNCTION(compute_challenge, void (*)(fr_t *, const Blob *, const g1_t *));
FUNCTION(
    compute_verify_cell_kzg_proof_batch_challenge,
    C_KZG_RET (*)(
        fr_t *, const Bytes48 *, uint64_t, const uint64_t *, const uint64_t *, const Cell *,
        const Bytes48 *, uint64_t
    )
);

int main(void) {
    TYPE(Bytes32);
    FIELD(Bytes32, bytes);
    TYPE(Bytes48);
    FIELD(Bytes48, bytes);
    TYPE(Blob);
    FIELD(Blob, bytes);
    TYPE(Cell);
    FIELD(Cell, bytes);
    TYPE(KZGCommitment);
    TYPE(KZGProof);
    TYPE(KZGSettings);
    TYPE(C_KZG_RET);
    TYPE(fr_t);
    TYPE(g1_t);
    VALUE(C_KZG_OK);
    VALUE(C_KZG_BADARGS);
    VALUE(C_KZG_ERROR);
    VALUE(C_KZG_MALLOC);
    VALUE(BITS_PER_FIELD_ELEMENT);
    VALUE(BYTES_PER_FIELD_ELEMENT);
    VALUE(BYTES_PER_COMMITMENT);
    VALUE(BYTES_PER_PROOF);
    VALUE(BYTES_PER_BLOB);
    VALUE(BYTES_PER_CELL);
    VALUE(FIELD_ELEMENTS_PER_BLOB);
    VALUE(FIELD_ELEMENTS_PER_EXT_BLOB);
    VALUE(FIELD_ELEMENTS_PER_CELL);
    VALUE(CELLS_PER_BLOB);
    VALUE(CELLS_PER_EXT_BLOB);
    VALUE(LOG_EXPANSION_FACTOR);
    return 0;
}
