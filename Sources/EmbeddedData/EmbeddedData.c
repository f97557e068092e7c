#include "EmbeddedData.h"

const unsigned char reconcile_openapi[] = {
#embed "openapi.json.zst"
};
const size_t reconcile_openapi_size = sizeof reconcile_openapi;

const unsigned char reconcile_schemas[] = {
#embed "schemas.json.zst"
};
const size_t reconcile_schemas_size = sizeof reconcile_schemas;

const unsigned char reconcile_kubernetes[] = {
#embed "kubernetes.txt.zst"
};
const size_t reconcile_kubernetes_size = sizeof reconcile_kubernetes;
