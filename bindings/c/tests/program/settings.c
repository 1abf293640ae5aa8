/* Structs that name no settings: every operation refuses them. */
#include "program.h"

void test_settings(const Inputs *inputs) {
    KZGSettings s, copy, other;

    every_operation(inputs, NULL, C_KZG_BADARGS);
    free_trusted_setup(NULL);

    memset(&s, 0, sizeof(s));
    every_operation(inputs, &s, C_KZG_BADARGS);
    free_trusted_setup(&s);
    memset(&s, 0xff, sizeof(s));
    every_operation(inputs, &s, C_KZG_BADARGS);
    free_trusted_setup(&s);

    /* A struct that another library has filled holds addresses, which are not followed. */
    uintptr_t *words = (uintptr_t *)&s;
    for (size_t i = 0; i < sizeof(s) / sizeof(*words); i++) {
        words[i] = (uintptr_t)&words[i] + 4096;
    }
    KZGSettings before = s;
    every_operation(inputs, &s, C_KZG_BADARGS);
    free_trusted_setup(&s);
    CHECK(memcmp(&s, &before, sizeof(s)) == 0);

    /* A pointer that is not aligned. */
    char *memory = calloc(1, 2 * sizeof(s));
    every_operation(inputs, (const KZGSettings *)(memory + 1), C_KZG_BADARGS);
    EXPECT(C_KZG_BADARGS, kzg_load_mainnet_trusted_setup((KZGSettings *)(memory + 4), 0));
    free_trusted_setup((KZGSettings *)(memory + 1));
    free(memory);

    /* Settings that are loaded, moved, and freed. */
    EXPECT(C_KZG_OK, kzg_load_mainnet_trusted_setup(&s, 0));
    EXPECT(C_KZG_OK, kzg_load_mainnet_trusted_setup(&other, 0));
    copy = s;
    every_operation(inputs, &s, C_KZG_OK);
    every_operation(inputs, &copy, C_KZG_OK);
    EXPECT(C_KZG_OK, kzg_release_tables(&s));
    every_operation(inputs, &copy, C_KZG_OK);
    free_trusted_setup(&s);
    every_operation(inputs, &s, C_KZG_BADARGS);
    CHECK(error_names("not loaded"));
    EXPECT(C_KZG_BADARGS, kzg_release_tables(&s));
    EXPECT(C_KZG_BADARGS, kzg_release_tables(NULL));
    every_operation(inputs, &copy, C_KZG_BADARGS);
    free_trusted_setup(&s);
    free_trusted_setup(&copy);
    free_trusted_setup(&copy);
    every_operation(inputs, &other, C_KZG_OK);
    free_trusted_setup(&other);

    /* Loading again after freeing. */
    EXPECT(C_KZG_OK, kzg_load_mainnet_trusted_setup(&s, 0));
    every_operation(inputs, &s, C_KZG_OK);
    every_operation(inputs, &copy, C_KZG_BADARGS);
    free_trusted_setup(&s);
}
