#!/usr/bin/env bash
# The HTTP client beside `curl --parallel`: 20,000 GETs of 1 KiB of JSON over TLS, 64 in flight, against nginx on this machine.
# Prints requests per second, medians of three taken in turns, and the ratio. Needs a release build of reconcile-bench.
set -euo pipefail
cd "$(dirname "$0")/.."
count=${COUNT:-20000}
in_flight=${IN_FLIGHT:-64}
bench=${BENCH:-.build/release/reconcile-bench}
[ -x "$bench" ] || swift build -c release --product reconcile-bench >&2

folder=$(mktemp -d)
nginx=
clean() {
    [ -z "$nginx" ] || kill -QUIT "$nginx" 2>/dev/null || true
    [ -z "$nginx" ] || wait "$nginx" 2>/dev/null || true
    rm -rf "$folder"
}
trap clean EXIT

Tests/Fixtures/http/make-certificates.sh "$folder"
mkdir "$folder/root"
python3 - "$folder/root/item.json" <<'PY'
import json, sys
text = json.dumps({"items": [{"name": f"item-{n}", "value": n} for n in range(31)]})
open(sys.argv[1], "w").write(text + " " * (1024 - len(text)))
PY
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/nginx.conf" <<CONF
daemon off;
master_process off;
pid nginx.pid;
error_log error.log warn;
worker_rlimit_nofile 4096;
events { worker_connections 1024; }
http {
    access_log off;
    keepalive_requests 1000000;
    root root;
    types { application/json json; }
    open_file_cache max=10;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server {
        listen 127.0.0.1:$port ssl http2;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        ssl_protocols TLSv1.2 TLSv1.3;
    }
}
CONF
(cd "$folder" && exec nginx -p "$folder/" -c nginx.conf 2>nginx.out) &
nginx=$!
for _ in $(seq 100); do [ -s "$folder/nginx.pid" ] && break; sleep 0.05; done

url=https://127.0.0.1:$port/item.json
for _ in $(seq "$count"); do printf 'url = %s\noutput = /dev/null\n' "$url"; done >"$folder/urls"

by_curl() {
    local start end
    start=$(date +%s.%N)
    curl --silent --parallel --parallel-max "$in_flight" "--http$1" --cacert "$folder/authority.pem" --config "$folder/urls" 2>/dev/null
    end=$(date +%s.%N)
    awk -v n="$count" -v s="$start" -v e="$end" 'BEGIN {printf "%d\n", n / (e - s)}'
}

by_us() { "$bench" http "$url" "$count" "$in_flight" "$1" "$folder/authority.pem" | cut -d ' ' -f 1; }

median() { sort -n | sed -n 2p; }

for version in 1.1 2; do
    : >"$folder/ours"
    : >"$folder/theirs"
    for _ in 1 2 3; do
        by_us "$version" >>"$folder/ours"
        by_curl "$version" >>"$folder/theirs"
    done
    ours=$(median <"$folder/ours")
    theirs=$(median <"$folder/theirs")
    awk -v v="$version" -v n="$in_flight" -v a="$ours" -v b="$theirs" 'BEGIN {
        printf "HTTP/%-3s  %d in flight  reconcile %6d/s  curl %6d/s  ratio %.2f\n", v, n, a, b, a / b }'
done
