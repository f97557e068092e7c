#!/usr/bin/env bash
# Runs all tests. With KEYCLOAK_URL set, the identity suite runs against that server too; in CI it has to be. With
# RECONCILE_TEST_KUBECONFIG set, that cluster is asked 5,000 seeded mutations (in two namespaces of their own, removed at the end);
# RECONCILE_TEST_SEED asks the same ones again.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${KEYCLOAK_URL:-}" ]; then
    if [ -n "${RECONCILE_CI:-}" ]; then
        echo "CI needs a real Keycloak: set KEYCLOAK_URL" >&2
        exit 1
    fi
    echo "No KEYCLOAK_URL: what needs the real Keycloak runs on the sandbox alone. docs/keycloak.md says how to start one."
fi
if [ -z "${RECONCILE_TEST_KUBECONFIG:-}" ]; then
    echo "No RECONCILE_TEST_KUBECONFIG: no real cluster is asked what it would do; seeded mutations are asked of the sandbox alone."
fi
# Each test may start servers of its own: more than a few at once only wait for each other.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${TEST_WIDTH:-4}
swift build --build-tests
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift test --skip-build --parallel "$@" 2>&1 | tee "$log"; then
    # Among the lines of a thousand tests nobody finds them.
    echo "What failed:"
    grep -a -A 12 '✘ .*recorded an issue' "$log" | grep -a -v '^. \(Test\|Suite\) .* \(started\|passed\)' | cut -c 1-400 | head -n 200
    exit 1
fi
