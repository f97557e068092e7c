#ifndef RECONCILE_CLIBCURL_SHIM_H
#define RECONCILE_CLIBCURL_SHIM_H

#include <curl/curl.h>

#endif
