/* Loading trusted setups, and setups that are none. */
#include "program.h"

#define G1_BYTES ((size_t)4096 * 48)
#define G2_BYTES ((size_t)65 * 96)

/* The setup in the text format, and its three lists as bytes. */
typedef struct {
    char *text;
    size_t length;
    uint8_t *lagrange, *g2, *monomial;
} Setup;

/* Whether the struct names settings that work. */
static bool is_loaded(const KZGSettings *s) {
    bool ok = false;
    return verify_blob_kzg_proof_batch(&ok, NULL, NULL, NULL, 0, s) == C_KZG_OK && ok;
}

static uint8_t *points(const char **text, size_t bytes) {
    uint8_t *out = malloc(bytes);
    if (out == NULL) {
        abort();
    }
    for (size_t i = 0; i < bytes; i++) {
        while (**text == '\n' || **text == ' ' || **text == '\r') {
            (*text)++;
        }
        char digits[3] = {(*text)[0], (*text)[1], 0};
        out[i] = (uint8_t)strtoul(digits, NULL, 16);
        *text += 2;
    }
    return out;
}

static Setup read_setup(const char *path) {
    Setup setup = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        abort();
    }
    setup.length = (size_t)ftell(file);
    rewind(file);
    setup.text = calloc(setup.length + 1, 1);
    if (setup.text == NULL || fread(setup.text, 1, setup.length, file) != setup.length) {
        abort();
    }
    fclose(file);
    const char *rest = setup.text;
    strtoul(rest, (char **)&rest, 10);
    strtoul(rest, (char **)&rest, 10);
    setup.lagrange = points(&rest, G1_BYTES);
    setup.g2 = points(&rest, G2_BYTES);
    setup.monomial = points(&rest, G1_BYTES);
    return setup;
}

/* A file with this content, read from its beginning. */
static FILE *file_of(const char *text, size_t length) {
    FILE *file = tmpfile();
    if (file == NULL || fwrite(text, 1, length, file) != length) {
        abort();
    }
    rewind(file);
    return file;
}

static void test_file(const Setup *setup) {
    KZGSettings s;
    FILE *file = file_of(setup->text, setup->length);
    EXPECT(C_KZG_OK, load_trusted_setup_file(&s, file, 8));
    CHECK(is_loaded(&s));
    free_trusted_setup(&s);
    /* The file is still open, and read to its end: nothing is left to load. */
    EXPECT(C_KZG_BADARGS, load_trusted_setup_file(&s, file, 0));
    CHECK(!is_loaded(&s));
    CHECK(fclose(file) == 0);

    /* The text is read from the file's position. */
    file = tmpfile();
    CHECK(file != NULL && fputs("skipped\n", file) >= 0);
    CHECK(fwrite(setup->text, 1, setup->length, file) == setup->length);
    rewind(file);
    char line[16];
    CHECK(fgets(line, sizeof(line), file) != NULL);
    EXPECT(C_KZG_OK, load_trusted_setup_file(&s, file, 0));
    free_trusted_setup(&s);
    rewind(file);
    EXPECT(C_KZG_BADARGS, load_trusted_setup_file(&s, file, 0));
    CHECK(fclose(file) == 0);

    /* Every prefix is refused. */
    for (size_t length = 0; length < setup->length; length += setup->length / 7 + 1) {
        file = file_of(setup->text, length);
        EXPECT(C_KZG_BADARGS, load_trusted_setup_file(&s, file, 0));
        CHECK(!is_loaded(&s));
        fclose(file);
    }
    const char *garbage[] = {"garbage", "4096", "4095\n65\n00", "{}", "{\"g1_lagrange\": []}", "-1 -1"};
    for (size_t i = 0; i < sizeof(garbage) / sizeof(*garbage); i++) {
        file = file_of(garbage[i], strlen(garbage[i]));
        EXPECT(C_KZG_BADARGS, load_trusted_setup_file(&s, file, 0));
        fclose(file);
    }
    EXPECT(C_KZG_BADARGS, load_trusted_setup_file(&s, NULL, 0));
    file = fopen("/dev/null", "w");
    EXPECT(C_KZG_BADARGS, load_trusted_setup_file(&s, file, 0));
    fclose(file);
    file = fopen("/dev/zero", "r");
    EXPECT(C_KZG_BADARGS, load_trusted_setup_file(&s, file, 0));
    fclose(file);
    file = file_of(setup->text, setup->length);
    EXPECT(C_KZG_BADARGS, load_trusted_setup_file(NULL, file, 0));
    EXPECT(C_KZG_BADARGS, load_trusted_setup_file(&s, file, 16));
    fclose(file);
}

static void test_bytes(const Setup *setup) {
    KZGSettings s;
    const uint8_t *monomial = setup->monomial, *lagrange = setup->lagrange, *g2 = setup->g2;
    EXPECT(C_KZG_OK, load_trusted_setup(&s, monomial, G1_BYTES, lagrange, G1_BYTES, g2, G2_BYTES, 15));
    CHECK(is_loaded(&s));
    free_trusted_setup(&s);

/* A load that is refused with a message that contains a text. */
#define LOAD_REFUSED(text, out, ...) \
    do { \
        EXPECT(C_KZG_BADARGS, load_trusted_setup(out, __VA_ARGS__)); \
        CHECK(error_names(text)); \
        CHECK(!is_loaded(&s)); \
    } while (0)
    LOAD_REFUSED("NULL", NULL, monomial, G1_BYTES, lagrange, G1_BYTES, g2, G2_BYTES, 0);
    LOAD_REFUSED("16", &s, monomial, G1_BYTES, lagrange, G1_BYTES, g2, G2_BYTES, 16);
    LOAD_REFUSED("", &s, monomial, G1_BYTES, lagrange, G1_BYTES, g2, G2_BYTES, UINT64_MAX);
    if (!brief) {
        LOAD_REFUSED("wrong order", &s, lagrange, G1_BYTES, monomial, G1_BYTES, g2, G2_BYTES, 0);
    }
    LOAD_REFUSED("g1_monomial_bytes", &s, NULL, G1_BYTES, lagrange, G1_BYTES, g2, G2_BYTES, 0);
    LOAD_REFUSED("g1_lagrange_bytes", &s, monomial, G1_BYTES, NULL, G1_BYTES, g2, G2_BYTES, 0);
    LOAD_REFUSED("g2_monomial_bytes", &s, monomial, G1_BYTES, lagrange, G1_BYTES, NULL, G2_BYTES, 0);
    LOAD_REFUSED("", &s, NULL, 0, NULL, 0, NULL, 0, 0);
    LOAD_REFUSED("", &s, monomial, G1_BYTES - 48, lagrange, G1_BYTES, g2, G2_BYTES, 0);
    LOAD_REFUSED("", &s, monomial, G1_BYTES, lagrange, G1_BYTES - 1, g2, G2_BYTES, 0);
    LOAD_REFUSED("", &s, monomial, G1_BYTES, lagrange, G1_BYTES, g2, 0, 0);
    LOAD_REFUSED("", &s, monomial, UINT64_MAX, lagrange, G1_BYTES, g2, G2_BYTES, 0);
    LOAD_REFUSED("", &s, monomial, G1_BYTES, lagrange, G1_BYTES, g2, (uint64_t)1 << 63, 0);

    /* A point that belongs to another place, and one that is no point. */
    uint8_t *changed = malloc(G1_BYTES);
    if (changed == NULL) {
        abort();
    }
    memcpy(changed, lagrange, G1_BYTES);
    memcpy(&changed[48 * 7], &lagrange[48 * 8], 48);
    if (!brief) {
        LOAD_REFUSED("g1_lagrange", &s, monomial, G1_BYTES, changed, G1_BYTES, g2, G2_BYTES, 0);
    }
    memcpy(&changed[48 * 7], &bad_points[2], 48);
    LOAD_REFUSED("g1_lagrange point 7", &s, monomial, G1_BYTES, changed, G1_BYTES, g2, G2_BYTES, 0);
    free(changed);
#undef LOAD_REFUSED
}

static void test_path(const char *path) {
    KZGSettings s;
    EXPECT(C_KZG_OK, kzg_load_trusted_setup_path(&s, path, 0));
    CHECK(is_loaded(&s));
    free_trusted_setup(&s);
    EXPECT(C_KZG_BADARGS, kzg_load_trusted_setup_path(&s, "no such file", 0));
    CHECK(error_names("no such file"));
    CHECK(!is_loaded(&s));
    EXPECT(C_KZG_BADARGS, kzg_load_trusted_setup_path(&s, "", 0));
    EXPECT(C_KZG_BADARGS, kzg_load_trusted_setup_path(&s, "\xff\xfe", 0));
    EXPECT(C_KZG_BADARGS, kzg_load_trusted_setup_path(&s, "/", 0));
    EXPECT(C_KZG_BADARGS, kzg_load_trusted_setup_path(&s, "/dev/null", 0));
    EXPECT(C_KZG_BADARGS, kzg_load_trusted_setup_path(&s, NULL, 0));
    EXPECT(C_KZG_BADARGS, kzg_load_trusted_setup_path(NULL, path, 0));
    EXPECT(C_KZG_BADARGS, kzg_load_trusted_setup_path(&s, path, 16));
    CHECK(error_names("16"));
    EXPECT(C_KZG_BADARGS, kzg_load_mainnet_trusted_setup(NULL, 0));
    EXPECT(C_KZG_BADARGS, kzg_load_mainnet_trusted_setup(&s, 16));
    CHECK(!is_loaded(&s));
}

void test_loading(const char *setup_path) {
    Setup setup = read_setup(setup_path);
    test_file(&setup);
    test_bytes(&setup);
    test_path(setup_path);
    free(setup.text);
    free(setup.lagrange);
    free(setup.g2);
    free(setup.monomial);
}
