#ifndef RECONCILE_CMICROHTTPD_SHIM_H
#define RECONCILE_CMICROHTTPD_SHIM_H

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>

/// What a daemon on loopback is started with. The strings are copied by the library.
struct loopback_daemon {
    uint16_t port;
    unsigned int threads;
    unsigned int connections;
    size_t connection_memory;
    MHD_AccessHandlerCallback _Nonnull answer;
    void *_Nullable (*_Nonnull begin)(void *_Nullable, const char *_Nonnull, struct MHD_Connection *_Nonnull);
    MHD_RequestCompletedCallback _Nonnull completed;
    size_t (*_Nonnull unescape)(void *_Nullable, struct MHD_Connection *_Nullable, char *_Nonnull);
    void *_Nonnull context;
    const char *_Nullable key;
    const char *_Nullable certificate;
    const char *_Nullable client_authority;
};

/// MHD_start_daemon() is variadic, which Swift cannot call, and its options carry function pointers as integers.
/// On failure the answer is NULL and errno says why.
static inline struct MHD_Daemon *_Nullable loopback_daemon_start(const struct loopback_daemon *_Nonnull d) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(d->port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | (d->key ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[4];
    int n = 0;
    if (d->key) tls[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)d->key};
    if (d->certificate) tls[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)d->certificate};
    if (d->client_authority) tls[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0, (void *)d->client_authority};
    tls[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    errno = 0;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, d->answer, d->context,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_THREAD_POOL_SIZE, d->threads,
        MHD_OPTION_CONNECTION_LIMIT, d->connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, d->connection_memory,
        MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
        MHD_OPTION_URI_LOG_CALLBACK, d->begin, d->context,
        MHD_OPTION_UNESCAPE_CALLBACK, d->unescape, d->context,
        MHD_OPTION_NOTIFY_COMPLETED, d->completed, d->context,
        MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
}

/// MHD_get_daemon_info() and MHD_get_connection_info() are variadic, which Swift cannot call.
static inline uint16_t daemon_port(struct MHD_Daemon *_Nonnull daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

static inline int connection_socket(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/// Writes the common name of the client's certificate and answers its length, or -1: no certificate was sent, or the
/// daemon's client authority did not issue it. GNUTLS_OID_X520_COMMON_NAME is a macro for a string, and the certificate
/// handles are opaque pointers of a second library that nothing else needs.
static inline long connection_client_name(
    struct MHD_Connection *_Nonnull connection, char *_Nonnull name, size_t capacity) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (!info || !info->tls_session) return -1;
    gnutls_session_t session = (gnutls_session_t)info->tls_session;
    unsigned int count = 0, status = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    if (!chain || count == 0) return -1;
    if (gnutls_certificate_verify_peers2(session, &status) < 0 || status != 0) return -1;
    gnutls_x509_crt_t certificate;
    if (gnutls_x509_crt_init(&certificate) < 0) return -1;
    size_t length = capacity;
    int failed = gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) < 0 ||
        gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &length) < 0;
    gnutls_x509_crt_deinit(certificate);
    return failed ? -1 : (long)length;
}

#endif
