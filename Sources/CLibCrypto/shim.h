#ifndef RECONCILE_CLIBCRYPTO_SHIM_H
#define RECONCILE_CLIBCRYPTO_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/random.h>

/// EVP_EC_gen() is a macro over a variadic function; Swift can call neither.
static inline EVP_PKEY *_Nullable crypto_generate_p256(void) {
    return EVP_EC_gen("P-256");
}

/// BIO_get_mem_data() is a macro with a cast.
static inline long crypto_memory_bytes(BIO *_Nonnull bio, char *_Nullable *_Nonnull bytes) {
    return BIO_get_mem_data(bio, bytes);
}

/// X509V3_set_ctx_nodb() is a macro with an assignment.
static inline void crypto_extension_context(
    X509V3_CTX *_Nonnull context, X509 *_Nonnull issuer, X509 *_Nonnull subject) {
    X509V3_set_ctx(context, issuer, subject, NULL, NULL, 0);
    X509V3_set_ctx_nodb(context);
}

/// ERR_reason_error_string() lacks nullability, and returns nothing for an error that it does not know.
static inline const char *_Nullable crypto_last_reason(void) {
    return ERR_reason_error_string(ERR_peek_last_error());
}

#endif
