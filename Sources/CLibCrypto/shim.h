#ifndef RECONCILE_CLIBCRYPTO_SHIM_H
#define RECONCILE_CLIBCRYPTO_SHIM_H

#include <openssl/evp.h>

#endif
