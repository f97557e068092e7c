#!/usr/bin/env bash
# Installs the Debian packages that the build and the tests need, those that are missing, and those that are named. Where all is
# there: nothing.
set -euo pipefail

packages=(
    libcurl4-openssl-dev libgit2-dev libmicrohttpd-dev libssl-dev libyaml-dev libzstd-dev pkg-config zstd
    ca-certificates curl git jq nginx-light openssh-client openssl python3 python3-venv python3-yaml
    "$@"
)
missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query --show --showformat '${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    echo "installing: ${missing[*]}"
    "${root[@]}" apt-get update --quiet=2
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" >/dev/null
fi
command -v swift >/dev/null || {
    echo "swift is not on the PATH: install Swift 6.2 or later from https://swift.org/install" >&2
    exit 1
}
