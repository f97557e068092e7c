#!/usr/bin/env bash
# Style, file lengths, and the boundaries that the compiler cannot see. Prints what is wrong; exit status 1 then.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
complain() {
    echo "$1" >&2
    failed=1
}

swift format lint --strict --parallel --recursive --configuration .swift-format Sources Tests Package.swift || failed=1

long=$(find Sources Tests -name '*.swift' -exec wc -l {} + | awk '$1 > 400 && $2 != "total" {print "  " $2 ": " $1}')
[ -z "$long" ] || complain "files of more than 400 lines:
$long"

libraries=$(find Sources -name '*.swift' -not -path 'Sources/reconcile/*' -not -path 'Sources/reconcile-sandbox/*' \
    -not -path 'Sources/reconcile-bench/*')
hits=$(grep -nE '(^|[^a-zA-Z_.])(print|getenv|exit|_exit|abort|fatalError)\(' $libraries)
[ -z "$hits" ] || complain "only the programs print, read the environment or exit:
$hits"

pure=$(find Sources/Formats Sources/Expressions Sources/Arguments Sources/KubernetesModel Sources/Tenancy Sources/Planning -name '*.swift')
hits=$(grep -nE '(^|[^a-zA-Z_.])(open|socket|clock_gettime|gettimeofday|getrandom)\(|SystemRandomNumberGenerator|(Continuous|Suspending)Clock|\.random\(|(^|[^a-zA-Z_.])time\((nil|&)' $pure | grep -v 'func ')
[ -z "$hits" ] || complain "pure targets know no files, clocks and randomness:
$hits"

hits=$(grep -nE -B1 '@unchecked Sendable|nonisolated\(unsafe\)' -r Sources --include='*.swift' |
    awk '/\/\/.*because/ {said = 1} /@unchecked Sendable|nonisolated\(unsafe\)/ {if (!said) print} /^--$/ {said = 0}')
[ -z "$hits" ] || complain "@unchecked Sendable and nonisolated(unsafe) say why in a comment with 'because':
$hits"

hits=$(grep -nE '^(public |package )?import Foundation$' -r Sources --include='*.swift')
[ -z "$hits" ] || complain "the whole of Foundation stays out of the programs:
$hits"

python3 scripts/embed.py --check || failed=1
exit "$failed"
