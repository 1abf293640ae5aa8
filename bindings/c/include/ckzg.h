/* The name of c-kzg's header, for programs that include it. Everything is in kzg.h. */
#pragma once

#include "kzg.h"
