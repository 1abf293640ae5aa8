/* The name of c-kzg's header, for programs that include it. Everything is in kzg.h. */
#ifndef KZG_CKZG_H
#define KZG_CKZG_H

#include "kzg.h"

#endif
