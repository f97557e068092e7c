#ifndef RECONCILE_CLIBZSTD_SHIM_H
#define RECONCILE_CLIBZSTD_SHIM_H

#include <zstd.h>

#endif
