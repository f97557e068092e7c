#ifndef RECONCILE_CLIBGIT2_SHIM_H
#define RECONCILE_CLIBGIT2_SHIM_H

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/transport.h>

/// In glibc, but only declared for programs that define _GNU_SOURCE. The file is closed in programs that are started.
extern int memfd_create(const char *_Nonnull name, unsigned int flags);
static const unsigned int git_close_on_exec = 1;

/// git_libgit2_opts() is variadic, which Swift cannot call: three of its shapes.
static inline int git_option_flag(git_libgit2_opt_t option, int value) {
    return git_libgit2_opts(option, value);
}

static inline int git_option_size(git_libgit2_opt_t option, size_t value) {
    return git_libgit2_opts(option, value);
}

static inline int git_option_search_path(git_config_level_t level, const char *_Nonnull path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

/// A subtransport and a stream with a place for our own state: Swift cannot extend a C struct.
typedef struct {
    git_smart_subtransport base;
    void *_Nonnull state;
} git_own_subtransport;

typedef struct {
    git_smart_subtransport_stream base;
    void *_Nonnull state;
} git_own_stream;

#endif
