/*
 * libkzg: KZG commitments for EIP-4844 and EIP-7594.
 *
 * The names, types and values are those of c-kzg, so a program that includes "ckzg.h" is built
 * against this library without a change. Functions with the prefix kzg_ are additions.
 *
 * Results. Each function returns a C_KZG_RET. A verification also writes its verdict to *ok, which is
 * false whenever the result is not C_KZG_OK. After another failure the content of an output is
 * unspecified. kzg_last_error() has the reason of a failure in words.
 *
 * Pointers. NULL is C_KZG_BADARGS, except for lists of no items and where a function says otherwise.
 * An output may overlap an input: inputs are read before outputs are written. Bytes are read where
 * they are, without a copy, so nobody may change an input during a call.
 *
 * Threads. Every function may be called from any thread; the settings may be shared. While a setup is
 * loaded into a KZGSettings, no other thread uses the struct. The library starts no thread. A call takes
 * at most 256 KiB of stack. A child process that was forked while another thread was in a call must not
 * make calls: a lock may stay taken.
 *
 * Memory. Where the computation itself finds no memory, the process is aborted.
 *
 * Bytes. Field elements are 32 bytes in big-endian order and below the group order. Commitments and
 * proofs are compressed points of G1.
 */
#ifndef KZG_H
#define KZG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Sizes ------------------------------------------------------------------------------------ */

/* Bits in a field element. */
#define BITS_PER_FIELD_ELEMENT 255
/* Bytes in a field element. */
#define BYTES_PER_FIELD_ELEMENT 32
/* Bytes in a commitment. */
#define BYTES_PER_COMMITMENT 48
/* Bytes in a proof. */
#define BYTES_PER_PROOF 48
/* Field elements in a blob. */
#define FIELD_ELEMENTS_PER_BLOB 4096
/* Bytes in a blob: 131072. */
#define BYTES_PER_BLOB (FIELD_ELEMENTS_PER_BLOB * BYTES_PER_FIELD_ELEMENT)
/* Logarithm to base 2 of the factor by which a blob is extended. */
#define LOG_EXPANSION_FACTOR 1
/* Field elements in an extended blob: 8192. */
#define FIELD_ELEMENTS_PER_EXT_BLOB (FIELD_ELEMENTS_PER_BLOB << LOG_EXPANSION_FACTOR)
/* Field elements in a cell. */
#define FIELD_ELEMENTS_PER_CELL 64
/* Bytes in a cell: 2048. */
#define BYTES_PER_CELL (FIELD_ELEMENTS_PER_CELL * BYTES_PER_FIELD_ELEMENT)
/* Cells in a blob: 64. */
#define CELLS_PER_BLOB (FIELD_ELEMENTS_PER_BLOB / FIELD_ELEMENTS_PER_CELL)
/* Cells in an extended blob: 128. */
#define CELLS_PER_EXT_BLOB (FIELD_ELEMENTS_PER_EXT_BLOB / FIELD_ELEMENTS_PER_CELL)

/* ---- Types ------------------------------------------------------------------------------------ */

/* The result of a call. */
typedef enum {
    C_KZG_OK = 0,  /* The call succeeded. */
    C_KZG_BADARGS, /* An argument is malformed: reject it. */
    C_KZG_ERROR,   /* The library or the machine failed. */
    C_KZG_MALLOC,  /* There is no memory for a copy of an argument. */
} C_KZG_RET;

/* 32 bytes, which may be a field element. */
typedef struct {
    uint8_t bytes[32];
} Bytes32;

/* 48 bytes, which may be a commitment or a proof. */
typedef struct {
    uint8_t bytes[48];
} Bytes48;

/* A commitment that this library has made. */
typedef Bytes48 KZGCommitment;

/* A proof that this library has made. */
typedef Bytes48 KZGProof;

/* A blob: 4096 field elements. */
typedef struct {
    uint8_t bytes[BYTES_PER_BLOB];
} Blob;

/* A cell: 64 field elements of an extended blob. */
typedef struct {
    uint8_t bytes[BYTES_PER_CELL];
} Cell;

/*
 * A loaded trusted setup, in memory of the caller. The words are private: they name an entry in a
 * table of the library. A struct that was never loaded, that is freed, or that another library has
 * filled is refused with C_KZG_BADARGS. A copy names the same settings; freeing one ends both. Loading
 * into a struct that is loaded already does not free what it named.
 */
typedef struct {
    uintptr_t private_words[10];
} KZGSettings;

/* ---- Trusted setups --------------------------------------------------------------------------- */

/*
 * All functions that load take the struct to fill and `precompute`, 0 to 15: up to 8, tables of 21
 * MB; above, tables of 71 MB, which make proofs of cells faster. The tables are built by the first call
 * that needs them. Verification needs none. A failed load leaves a struct that names no settings.
 */

/* Loads the setup of Ethereum's mainnet, which is part of the library. No file is needed. */
C_KZG_RET kzg_load_mainnet_trusted_setup(KZGSettings *out, uint64_t precompute);

/*
 * Loads the setup in the file `path`, in the text format of c-kzg or the JSON format of the consensus
 * specifications. A setup other than mainnet's is checked completely: that every point is valid, and
 * that all points belong to one secret.
 */
C_KZG_RET kzg_load_trusted_setup_path(KZGSettings *out, const char *path, uint64_t precompute);

/*
 * As kzg_load_trusted_setup_path, for a file that is open for reading. The file is read from its
 * position to its end, and is not closed. The file has to be of the C library that libkzg uses.
 */
C_KZG_RET load_trusted_setup_file(KZGSettings *out, FILE *in, uint64_t precompute);

/*
 * As kzg_load_trusted_setup_path, for points in memory: 4096 G1 points of 48 bytes in monomial form,
 * 4096 in Lagrange form in natural order, and 65 G2 points of 96 bytes in monomial form. Each number
 * is one of bytes.
 */
C_KZG_RET load_trusted_setup(
    KZGSettings *out,
    const uint8_t *g1_monomial_bytes,
    uint64_t num_g1_monomial_bytes,
    const uint8_t *g1_lagrange_bytes,
    uint64_t num_g1_lagrange_bytes,
    const uint8_t *g2_monomial_bytes,
    uint64_t num_g2_monomial_bytes,
    uint64_t precompute
);

/*
 * Frees settings. NULL, a struct that is freed already, and a struct that is not loaded are allowed.
 * Calls that other threads have begun end as if the settings were still loaded. The data and the tables of
 * the mainnet setup stay in memory until the process ends, so that loading it again takes microseconds.
 */
void free_trusted_setup(KZGSettings *s);

/*
 * Frees the tables of the prover, which take 21 or 71 MB, and working memory. The next call that needs them
 * builds them again. All settings of the mainnet setup with the same tables share them, so they lose them
 * too. Calls that other threads have begun keep their tables until they end.
 */
C_KZG_RET kzg_release_tables(const KZGSettings *s);

/* ---- EIP-4844 --------------------------------------------------------------------------------- */

/* Commits to a blob. */
C_KZG_RET blob_to_kzg_commitment(KZGCommitment *out, const Blob *blob, const KZGSettings *s);

/* Evaluates a blob's polynomial at z, and proves the value y. */
C_KZG_RET compute_kzg_proof(
    KZGProof *proof_out,
    Bytes32 *y_out,
    const Blob *blob,
    const Bytes32 *z_bytes,
    const KZGSettings *s
);

/*
 * Proves that a blob matches its commitment. The function does not check that the commitment is that
 * of the blob.
 */
C_KZG_RET compute_blob_kzg_proof(
    KZGProof *out, const Blob *blob, const Bytes48 *commitment_bytes, const KZGSettings *s
);

/* Whether the committed polynomial has the value y at z. */
C_KZG_RET verify_kzg_proof(
    bool *ok,
    const Bytes48 *commitment_bytes,
    const Bytes32 *z_bytes,
    const Bytes32 *y_bytes,
    const Bytes48 *proof_bytes,
    const KZGSettings *s
);

/* Whether a blob matches its commitment. */
C_KZG_RET verify_blob_kzg_proof(
    bool *ok,
    const Blob *blob,
    const Bytes48 *commitment_bytes,
    const Bytes48 *proof_bytes,
    const KZGSettings *s
);

/* Whether every one of n blobs matches its commitment; true for no blobs. */
C_KZG_RET verify_blob_kzg_proof_batch(
    bool *ok,
    const Blob *blobs,
    const Bytes48 *commitments_bytes,
    const Bytes48 *proofs_bytes,
    uint64_t n,
    const KZGSettings *s
);

/* ---- EIP-7594 --------------------------------------------------------------------------------- */

/*
 * Computes the 128 cells of a blob's extension and their 128 proofs. One of the outputs may be NULL,
 * and is not computed then: cells alone take a small part of the time.
 */
C_KZG_RET compute_cells_and_kzg_proofs(
    Cell *cells, KZGProof *proofs, const Blob *blob, const KZGSettings *s
);

/*
 * Recovers all 128 cells and their proofs from num_cells of them, 64 or more, whose indices ascend.
 * recovered_proofs may be NULL, and is not computed then.
 */
C_KZG_RET recover_cells_and_kzg_proofs(
    Cell *recovered_cells,
    KZGProof *recovered_proofs,
    const uint64_t *cell_indices,
    const Cell *cells,
    uint64_t num_cells,
    const KZGSettings *s
);

/*
 * Whether every cell is the cell with its index in the extension of the blob of its commitment; true
 * for no cells. Item i of each list belongs to cell i; commitments may repeat.
 */
C_KZG_RET verify_cell_kzg_proof_batch(
    bool *ok,
    const Bytes48 *commitments_bytes,
    const uint64_t *cell_indices,
    const Cell *cells,
    const Bytes48 *proofs_bytes,
    uint64_t num_cells,
    const KZGSettings *s
);

/* ---- Errors ----------------------------------------------------------------------------------- */

/*
 * The reason why the last call of this thread failed, such as "commitment 3: not in the prime-order
 * subgroup": a text in UTF-8 for people, which may change between versions. Empty if the call
 * succeeded. Never NULL; valid until the next call of this thread. Functions that return nothing leave
 * the text alone, except compute_challenge.
 */
const char *kzg_last_error(void);

/* ---- For the tests of bindings ---------------------------------------------------------------- */

/*
 * A field element and a point of G1, with the sizes of blst's types. What they hold is private to the
 * four functions below; blst's functions cannot read it.
 */
typedef struct {
    uint64_t private_words[4];
} fr_t;

typedef struct {
    uint64_t private_words[18];
} g1_t;

/* Checks a commitment and keeps it as a point. */
C_KZG_RET bytes_to_kzg_commitment(g1_t *out, const Bytes48 *b);

/* Writes the bytes of a field element. */
void bytes_from_bls_field(Bytes32 *out, const fr_t *in);

/* The point at which the proof of a blob opens the blob. */
void compute_challenge(fr_t *eval_challenge_out, const Blob *blob, const g1_t *commitment);

/*
 * The coefficient whose powers weight a batch of cells. The commitments have no duplicates;
 * commitment_indices has the position of each cell's commitment.
 */
C_KZG_RET compute_verify_cell_kzg_proof_batch_challenge(
    fr_t *challenge_out,
    const Bytes48 *commitments_bytes,
    uint64_t num_commitments,
    const uint64_t *commitment_indices,
    const uint64_t *cell_indices,
    const Cell *cells,
    const Bytes48 *proofs_bytes,
    uint64_t num_cells
);

#ifdef __cplusplus
}
#endif

#endif
