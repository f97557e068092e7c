#!/usr/bin/env bash
# Speed beside public tools, medians of three, peers in the same run. Needs an otherwise idle machine.
#
#   bench.sh            everything; the real Keycloak only with KEYCLOAK_URL set, a real API server only with BENCH_KUBECONFIG
#                       (its current context; namespaces are made and removed), kubeconform only with KUBECONFORM (the program)
#                       and KUBECONFORM_SCHEMAS (its -schema-location)
#   bench.sh files|plan|apply|people|realm|http
#
# realm: needs python-keycloak (PYTHON_KEYCLOAK, or a .venv as CI makes it).
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$PWD/.build/release
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
parts=${*:-files plan apply people realm http}
echo "on $(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"
for part in $parts; do
    case $part in
        files)
            [ -x "$programs/reconcile-bench" ] || swift build -c release --product reconcile-bench >&2
            python3 scripts/bench/files.py "$programs" "$folder/files"
            ;;
        plan)
            python3 scripts/bench/plan.py "$programs" "$folder/plan"
            if [ -n "${BENCH_KUBECONFIG:-}" ]; then
                python3 scripts/bench/cluster.py "$programs" "$folder/cluster" "$BENCH_KUBECONFIG"
            else
                echo "plan: no BENCH_KUBECONFIG, no real API server is asked"
            fi
            ;;
        people)
            if [ -n "${KEYCLOAK_URL:-}" ]; then
                python3 scripts/bench/people.py "$programs" "$folder/people"
            else
                echo "people: no KEYCLOAK_URL, left out"
            fi
            ;;
        apply) python3 scripts/bench/apply.py "$programs" "$folder/apply" ;;
        realm)
            (unset KEYCLOAK_URL && python3 scripts/bench/realm.py "$programs" "$folder/realm")
            [ -z "${KEYCLOAK_URL:-}" ] || python3 scripts/bench/realm.py "$programs" "$folder/real-realm"
            ;;
        http) scripts/bench-http.sh ;;
        *)
            echo "there is no part '$part'" >&2
            exit 64
            ;;
    esac
done
