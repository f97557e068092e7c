#ifndef RECONCILE_CLIBYAML_SHIM_H
#define RECONCILE_CLIBYAML_SHIM_H

#include <yaml.h>

#endif
