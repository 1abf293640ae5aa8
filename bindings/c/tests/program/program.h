/*
 * What the parts of the test program share. Each part is a file with one function, which main.c calls.
 */
#pragma once

#include "kzg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether the program makes the slow calls only once, for tools that slow it down fifty times. */
extern bool brief;

/* Counts a check, and prints it if it fails. */
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)

/* Checks the result of a call and that kzg_last_error() has a text exactly if the call failed. */
#define EXPECT(code, call) expect((code), (call), #call, __FILE__, __LINE__)

/* As EXPECT, for a verification: `ok` is true before the call, and has to be false after a failure. */
#define REFUSED(call) \
    do { \
        ok = true; \
        EXPECT(C_KZG_BADARGS, call); \
        CHECK(!ok); \
    } while (0)

/* As EXPECT, for a verification that has a verdict. */
#define VERDICT(verdict, call) \
    do { \
        ok = !(verdict); \
        EXPECT(C_KZG_OK, call); \
        CHECK(ok == (verdict)); \
    } while (0)

void check(bool condition, const char *text, const char *file, int line);
void expect(C_KZG_RET code, C_KZG_RET actual, const char *text, const char *file, int line);

/* Whether kzg_last_error() contains a text. */
bool error_names(const char *text);

/* Valid inputs for every operation, all of one blob. */
typedef struct {
    Blob blob;
    Bytes32 z, y;
    KZGCommitment commitment;
    KZGProof point_proof, blob_proof;
    uint64_t indices[CELLS_PER_EXT_BLOB];
    Bytes48 commitments[CELLS_PER_EXT_BLOB];
    Cell cells[CELLS_PER_EXT_BLOB];
    KZGProof proofs[CELLS_PER_EXT_BLOB];
} Inputs;

/* Fills a blob with canonical field elements that follow from the seed. */
void fill_blob(Blob *blob, uint64_t seed);

/* Allocates inputs and fills them by the operations themselves, which are checked. */
Inputs *new_inputs(const KZGSettings *s, uint64_t seed);

/*
 * Calls every operation with valid inputs and settings; each has to give the code. A brief run makes the
 * slow calls with loaded settings the first time only.
 */
void every_operation(const Inputs *inputs, const KZGSettings *s, C_KZG_RET code);

/* The encodings of a point that is no valid commitment: compression flag missing, not on the curve,
 * and on the curve outside of the subgroup. */
#define BAD_POINTS 3
extern const Bytes48 bad_points[BAD_POINTS];

/* A field element that is not canonical: the group order. */
extern const Bytes32 group_order;

/* The parts. `setup_path` is that of mainnet's setup in the text format. */
void test_loading(const char *setup_path);
void test_settings(const Inputs *inputs);
void test_eip4844(const Inputs *inputs, const KZGSettings *s);
void test_eip7594(const Inputs *inputs, const KZGSettings *s);
void test_overlap(const Inputs *inputs, const KZGSettings *s);
void test_dotnet(const char *setup_path, const Inputs *inputs);
void test_challenges(const Inputs *inputs);
void test_threads(const Inputs *inputs, const char *setup_path);
