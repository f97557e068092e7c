#ifndef RECONCILE_EMBEDDED_DATA_H
#define RECONCILE_EMBEDDED_DATA_H

#include <stddef.h>

/// The API server's OpenAPI v3 documents, one JSON object from file name to document, compressed with zstd.
extern const unsigned char reconcile_openapi[];
extern const size_t reconcile_openapi_size;

/// The schemas of `schemas/`, one JSON object from file name to schema, compressed with zstd.
extern const unsigned char reconcile_schemas[];
extern const size_t reconcile_schemas_size;

/// The kinds and types of the API in the lines that scripts/kubernetes_model.py describes, compressed with zstd.
extern const unsigned char reconcile_kubernetes[];
extern const size_t reconcile_kubernetes_size;

/// The arrays have no size here, and Swift imports none such: these give their beginnings.
static inline const unsigned char *reconcile_openapi_data(void) { return reconcile_openapi; }
static inline const unsigned char *reconcile_schemas_data(void) { return reconcile_schemas; }
static inline const unsigned char *reconcile_kubernetes_data(void) { return reconcile_kubernetes; }

#endif
