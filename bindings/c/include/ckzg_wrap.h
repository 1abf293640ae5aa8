/*
 * The two functions by which the .NET binding of c-kzg loads and frees settings. They have a header of
 * their own, as in c-kzg: the Python binding has functions of these names.
 */
#ifndef KZG_CKZG_WRAP_H
#define KZG_CKZG_WRAP_H

#include "kzg.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Allocates a struct and loads the setup in the file into it; NULL if that fails. Only
 * free_trusted_setup_wrap frees the result; it ignores any other pointer, and one that it has freed
 * already.
 */
KZGSettings *load_trusted_setup_wrap(const char *file, size_t precompute);
void free_trusted_setup_wrap(KZGSettings *s);

#ifdef __cplusplus
}
#endif

#endif
