#ifndef RECONCILE_CMICROHTTPD_SHIM_H
#define RECONCILE_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

#endif
