/* The two functions of the .NET binding. */
#include "ckzg_wrap.h"
#include "program.h"

void test_dotnet(const char *setup_path, const Inputs *inputs) {
    KZGSettings *s = load_trusted_setup_wrap(setup_path, 0);
    KZGSettings *other = load_trusted_setup_wrap(setup_path, 8);
    CHECK(s != NULL && other != NULL && s != other);
    every_operation(inputs, s, C_KZG_OK);
    free_trusted_setup_wrap(s);
    /* A stale pointer is refused, and freeing it again does nothing. */
    every_operation(inputs, s, C_KZG_BADARGS);
    free_trusted_setup_wrap(s);
    every_operation(inputs, other, C_KZG_OK);
    /* Freeing by the other function leaves a struct that names nothing. */
    free_trusted_setup(other);
    every_operation(inputs, other, C_KZG_BADARGS);
    free_trusted_setup_wrap(other);

    KZGSettings mine;
    EXPECT(C_KZG_OK, kzg_load_mainnet_trusted_setup(&mine, 0));
    free_trusted_setup_wrap(&mine);
    free_trusted_setup_wrap(NULL);
    every_operation(inputs, &mine, C_KZG_OK);
    free_trusted_setup(&mine);

    CHECK(load_trusted_setup_wrap("no such file", 0) == NULL);
    CHECK(error_names("no such file"));
    CHECK(load_trusted_setup_wrap(setup_path, 16) == NULL);
    CHECK(load_trusted_setup_wrap(NULL, 0) == NULL);
}
