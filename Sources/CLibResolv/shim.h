#ifndef RECONCILE_CLIBRESOLV_SHIM_H
#define RECONCILE_CLIBRESOLV_SHIM_H

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdint.h>
#include <string.h>

/// res_ninit() and res_nquery() are macros, and the state between them is a structure of unions, which Swift sees in part.
///
/// Asks for the records of one type and returns the length of the answer, which may be more than `size`; -1 where there is none, and
/// the reason in `failure`: HOST_NOT_FOUND, NO_DATA, TRY_AGAIN, NO_RECOVERY or NETDB_INTERNAL. With a port it is that one name server
/// on 127.0.0.1 that is asked, else those of the system. All in all it takes about `seconds`, and never less than some.
static inline int resolv_query(
    const char *_Nonnull name, int type, unsigned char *_Nonnull answer, int size, int seconds, uint16_t port,
    int *_Nonnull failure) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) {
        *failure = NETDB_INTERNAL;
        return -1;
    }
    if (port != 0) {
        state.nscount = 1;
        memset(&state.nsaddr_list[0], 0, sizeof state.nsaddr_list[0]);
        state.nsaddr_list[0].sin_family = AF_INET;
        state.nsaddr_list[0].sin_port = htons(port);
        state.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    // Each server is asked twice, the second time for twice as long.
    state.retry = 2;
    state.retrans = seconds / (state.nscount + 2);
    if (state.retrans < 1) state.retrans = 1;
    int count = res_nquery(&state, name, ns_c_in, type, answer, size);
    *failure = count < 0 ? state.res_h_errno : 0;
    res_nclose(&state);
    return count;
}

#endif
