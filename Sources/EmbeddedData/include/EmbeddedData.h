#ifndef RECONCILE_EMBEDDED_DATA_H
#define RECONCILE_EMBEDDED_DATA_H

#include <stddef.h>

/// The API server's OpenAPI v3 documents, one JSON object from file name to document, compressed with zstd.
extern const unsigned char reconcile_openapi[];
extern const size_t reconcile_openapi_size;

/// The schemas of `schemas/`, one JSON object from file name to schema, compressed with zstd.
extern const unsigned char reconcile_schemas[];
extern const size_t reconcile_schemas_size;

#endif
