#!/usr/bin/env bash
# Fuzzing with libFuzzer and AddressSanitizer: scripts/fuzz.sh [TARGET…], each for $FUZZ_SECONDS (60). What is found lies in
# .build/fuzz/TARGET/found; it becomes a file in Tests/Fixtures/fuzz/TARGET, which a test holds on to.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
targets=("$@")
[ $# -gt 0 ] || targets=(yaml json csv expressions)
out=.build/fuzz
mkdir -p "$out"

flags=(-O -swift-version 6 -package-name reconcile -parse-as-library -sanitize=address,fuzzer -g
    -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature ExistentialAny
    -I "$out" -I Sources/CLibYAML)
module() {
    swiftc "${flags[@]}" -emit-module -emit-library -static -module-name "$1" -emit-module-path "$out/$1.swiftmodule" \
        -o "$out/lib$1.a" $(find "$2" -name '*.swift')
}
module Formats Sources/Formats
module Expressions Sources/Expressions
module FuzzTargets Tests/FuzzTargets

failed=0
for target in "${targets[@]}"; do
    swiftc "${flags[@]}" -D "${target^^}" -o "$out/fuzz-$target" Tests/Fuzz/Entry.swift \
        -use-ld=lld -L "$out" -lFuzzTargets -lExpressions -lFormats $(pkg-config --libs yaml-0.1)
    work="$out/$target"
    rm -rf "$work/seeds" "$work/found"
    mkdir -p "$work/corpus" "$work/found"
    python3 scripts/fuzz_seeds.py "$target" "$work/seeds"
    dictionary=()
    [ ! -f "Tests/Fuzz/$target.dict" ] || dictionary=("-dict=Tests/Fuzz/$target.dict")
    ASAN_OPTIONS=detect_leaks=0 "$out/fuzz-$target" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        "${dictionary[@]}" -artifact_prefix="$work/found/" "$work/corpus" "$work/seeds" >"$work/log" 2>&1 || failed=1
    runs=$(awk '/stat::number_of_executed_units/ {print $2; exit}' "$work/log")
    echo "$target: ${runs:-0} texts, $(find "$work/found" -type f | wc -l) found, see $work/log"
done
exit "$failed"
