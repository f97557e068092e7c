#ifndef RECONCILE_CLIBCURL_SHIM_H
#define RECONCILE_CLIBCURL_SHIM_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

// curl_easy_setopt(), curl_easy_getinfo() and curl_multi_setopt() are variadic, which Swift cannot call: one function for each
// type of argument.

static inline CURLcode curl_setopt_long(CURL *_Nonnull handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_setopt_offset(CURL *_Nonnull handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_setopt_string(CURL *_Nonnull handle, CURLoption option, const char *_Nullable value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_setopt_pointer(CURL *_Nonnull handle, CURLoption option, void *_Nullable value) {
    return curl_easy_setopt(handle, option, value);
}

/// The bytes are not copied: they have to outlive the handle.
static inline CURLcode curl_setopt_blob(
    CURL *_Nonnull handle, CURLoption option, const void *_Nonnull bytes, size_t count) {
    struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_NOCOPY};
    return curl_easy_setopt(handle, option, &blob);
}

typedef size_t (*curl_data_function)(char *_Nullable, size_t, size_t, void *_Nullable);

static inline CURLcode curl_setopt_data_function(
    CURL *_Nonnull handle, CURLoption option, curl_data_function _Nonnull function) {
    return curl_easy_setopt(handle, option, function);
}

typedef int (*curl_before_request_function)(
    void *_Nullable, char *_Nullable, char *_Nullable, int, int);

static inline CURLcode curl_setopt_before_request(
    CURL *_Nonnull handle, curl_before_request_function _Nonnull function) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, function);
}

typedef curl_socket_t (*curl_socket_function)(
    void *_Nullable, curlsocktype, struct curl_sockaddr *_Nullable);

static inline CURLcode curl_setopt_open_socket(CURL *_Nonnull handle, curl_socket_function _Nonnull function) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
}

/// Writes the bytes of an internet address, and returns how many there are: 4, 16, or 0 where it is none.
///
/// The address goes on behind the end of its type, whose last member has the size of the smallest kind of address.
static inline size_t curl_address_bytes(
    const struct curl_sockaddr *_Nonnull address, unsigned char bytes[_Nonnull 16]) {
    const char *start = (const char *)&address->addr;
    if (address->family == AF_INET) {
        memcpy(bytes, start + offsetof(struct sockaddr_in, sin_addr), 4);
        return 4;
    }
    if (address->family == AF_INET6) {
        memcpy(bytes, start + offsetof(struct sockaddr_in6, sin6_addr), 16);
        return 16;
    }
    return 0;
}

/// The macro is a cast, which Swift does not import.
static inline curl_socket_t curl_no_socket(void) {
    return CURL_SOCKET_BAD;
}

static inline long curl_getinfo_long(CURL *_Nonnull handle, CURLINFO info) {
    long value = 0;
    curl_easy_getinfo(handle, info, &value);
    return value;
}

static inline curl_off_t curl_getinfo_offset(CURL *_Nonnull handle, CURLINFO info) {
    curl_off_t value = 0;
    curl_easy_getinfo(handle, info, &value);
    return value;
}

static inline const char *_Nullable curl_getinfo_string(CURL *_Nonnull handle, CURLINFO info) {
    char *value = NULL;
    curl_easy_getinfo(handle, info, &value);
    return value;
}

/// The fields of the server's own certificate, `Name:value` each; the list is the handle's.
static inline struct curl_slist *_Nullable curl_getinfo_certificate(CURL *_Nonnull handle) {
    struct curl_certinfo *info = NULL;
    if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &info) != CURLE_OK || info == NULL || info->num_of_certs < 1) return NULL;
    return info->certinfo[0];
}

static inline void *_Nullable curl_getinfo_private(CURL *_Nonnull handle) {
    char *value = NULL;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &value);
    return value;
}

static inline CURLMcode curl_multi_setopt_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The result is in an anonymous union, which Swift does not see.
static inline CURLcode curl_message_result(const CURLMsg *_Nonnull message) {
    return message->data.result;
}

#endif
