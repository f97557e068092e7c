#ifndef RECONCILE_CLIBCRYPTO_SHIM_H
#define RECONCILE_CLIBCRYPTO_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/random.h>

/// EVP_EC_gen() is a macro over a variadic function; Swift can call neither.
static inline EVP_PKEY *_Nullable crypto_generate_p256(void) {
    return EVP_EC_gen("P-256");
}

// OpenSSL 3 would rather have us hash by EVP, which takes memory and a provider that its configuration may leave out: then
// a hash, of all things, could fail. These three cannot.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
static inline void crypto_sha256_begin(SHA256_CTX *_Nonnull context) {
    SHA256_Init(context);
}

static inline void crypto_sha256_update(SHA256_CTX *_Nonnull context, const void *_Nullable bytes, size_t count) {
    SHA256_Update(context, bytes, count);
}

static inline void crypto_sha256_finish(SHA256_CTX *_Nonnull context, unsigned char *_Nonnull digest) {
    SHA256_Final(digest, context);
}
#pragma clang diagnostic pop

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
