#ifndef RECONCILE_CSPAWN_SHIM_H
#define RECONCILE_CSPAWN_SHIM_H

#include <spawn.h>

/// In glibc since 2.34, but only declared for programs that define _GNU_SOURCE.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *_Nonnull actions, int from);

/// POSIX_SPAWN_SETSID, which is only defined for programs that define _GNU_SOURCE.
static const short spawn_set_session = 0x80;

#endif
