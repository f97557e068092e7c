#!/usr/bin/env bash
# Runs tests from end to end again, with the programs that `make release` built instead of the tests' own: optimised, as users have
# them, objects end earlier. Not part of .ci/run, which it would take seven minutes more: to be run before a release.
#
#   test-release.sh [FILTER]      by default those that take the main ways through the program
set -euo pipefail
cd "$(dirname "$0")/.."
filter=${1:-MainJobTests|DoctorTests|PageTests|GitLockTests|SavedPlanTests|LookingTests|RollbackTests|KillTests}
programs=$PWD/.build/release
for program in reconcile reconcile-sandbox; do
    [ -x "$programs/$program" ] || { echo "no $programs/$program: make release builds it" >&2; exit 1; }
done
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${TEST_WIDTH:-4} RECONCILE_TEST_PROGRAMS=$programs
swift build --build-tests
swift test --skip-build --parallel --filter "$filter"
